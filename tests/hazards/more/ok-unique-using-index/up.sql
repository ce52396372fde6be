ALTER TABLE owners ADD CONSTRAINT owners_mail_key UNIQUE USING INDEX owners_mail_key;
