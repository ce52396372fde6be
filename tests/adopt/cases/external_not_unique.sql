-- as: superuser
ALTER TABLE "user" DROP CONSTRAINT user_pkey CASCADE;
-- finds:
-- [external_not_unique]
-- block: "user.id" is not unique, so no key can refer to it
-- detail: its owner has to run this
-- hint: run this, or decide otherwise, and examine again:
--     ALTER TABLE public."user" ADD PRIMARY KEY (id);
