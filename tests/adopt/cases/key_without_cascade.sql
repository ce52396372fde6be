ALTER TABLE tasks ADD CONSTRAINT tasks_user_id_fkey FOREIGN KEY (user_id) REFERENCES "user" (id);
-- finds:
-- [foreign_key_replaced]
-- repair: key "tasks_user_id_fkey" is dropped: a later revision adds its own
-- detail: FOREIGN KEY (user_id) REFERENCES public."user"(id)
-- hint: adopt runs this:
--     ALTER TABLE public.tasks DROP CONSTRAINT tasks_user_id_fkey;
