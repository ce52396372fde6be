CREATE SEQUENCE other OWNED BY tasks.title;
-- finds:
-- [not_in_baseline]
-- note: sequence "other" is not in the first revision; it stays
-- detail: cache 1; increment 1; maximum 9223372036854775807; minimum 1; owned by public.tasks.title; start 1; type bigint
