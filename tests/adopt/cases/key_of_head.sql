ALTER TABLE tasks ADD CONSTRAINT fk_tasks_user_id_user FOREIGN KEY (user_id) REFERENCES "user" (id) ON DELETE CASCADE;
-- finds:
-- [foreign_key_replaced]
-- repair: key "fk_tasks_user_id_user" is dropped: a later revision adds its own
-- detail: FOREIGN KEY (user_id) REFERENCES public."user"(id) ON DELETE CASCADE
-- hint: adopt runs this:
--     ALTER TABLE public.tasks DROP CONSTRAINT fk_tasks_user_id_user;
