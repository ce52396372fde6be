CREATE INDEX drafts_kind_ix ON drafts (kind);
