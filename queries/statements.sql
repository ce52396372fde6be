-- What each query of queries/ sends, in an order in which all of them find what they ask for.
-- Rendered by `make docs`, never edited. `migrator review` tries it on both sides of a revision.

SET ROLE better_auth;
INSERT INTO "user" (id, name, email, "emailVerified") VALUES ('ada', 'Ada', 'ada@localhost', true);
RESET ROLE;
INSERT INTO conversations (id, user_id, title, created_at, updated_at)
VALUES ('00000000-0000-0000-0000-000000000001', 'ada', 'Errands', '2026-01-01', '2026-01-01 12:00');
INSERT INTO messages (user_id, conversation_id, role, content, created_at)
SELECT 'ada', uuid '00000000-0000-0000-0000-000000000001', 'user', 'said',
    timestamptz '2026-01-01 10:00+00' + n * interval '1 minute' FROM generate_series(1, 100) AS n
UNION ALL
SELECT 'ada', '00000000-0000-0000-0000-000000000001', 'user', 'long ago', '2025-01-01';
INSERT INTO tasks (id, user_id, title, completed, tags, due_date, updated_at)
SELECT 1000000 + n, 'ada', 'task ' || n, n > 3, ARRAY['rare'],
    timestamptz '2026-01-01 14:00+00' - n * interval '1 hour', '2026-01-01 12:00+00'
FROM generate_series(1, 6) AS n;
SELECT set_app_user('ada');

SET ROLE app_user;

-- tasks.with_any_tag: with one of the tags
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND (tasks.tags && '{rare}'::TEXT[]) AND tasks.user_id = 'ada'::VARCHAR ORDER BY tasks.created_at DESC, tasks.id DESC
 LIMIT 51::INTEGER;

-- tasks.with_all_tags: with every tag
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.tags @> '{rare}'::TEXT[] AND tasks.user_id = 'ada'::VARCHAR ORDER BY tasks.created_at DESC, tasks.id DESC
 LIMIT 51::INTEGER;

-- tasks.update: change one, unless somebody else has
UPDATE tasks SET title='new'::VARCHAR, updated_at=greatest(now(), tasks.updated_at + interval '1 microsecond') WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.id = 1000001::INTEGER AND tasks.updated_at = '2026-01-01 12:00:00+00:00'::timestamptz::TIMESTAMP WITH TIME ZONE AND tasks.user_id = 'ada'::VARCHAR RETURNING tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at;
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.id = 1000001::INTEGER AND tasks.user_id = 'ada'::VARCHAR;

-- tasks.titled: titles that begin so
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.title ILIKE 'task%'::VARCHAR ESCAPE '\' AND tasks.user_id = 'ada'::VARCHAR ORDER BY tasks.created_at DESC, tasks.id DESC
 LIMIT 51::INTEGER;

-- tasks.overdue: open ones that are late
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.completed = false AND tasks.due_date < now() AND tasks.user_id = 'ada'::VARCHAR ORDER BY tasks.due_date, tasks.id
 LIMIT 51::INTEGER;

-- tasks.one: one
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.id = 1000001::INTEGER AND tasks.user_id = 'ada'::VARCHAR;

-- tasks.listed: all
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.user_id = 'ada'::VARCHAR ORDER BY tasks.created_at DESC, tasks.id DESC
 LIMIT 51::INTEGER;

-- tasks.due_before: open ones due before an instant
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.completed = false AND tasks.due_date < '2026-01-08 12:00:00+00:00'::timestamptz::TIMESTAMP WITH TIME ZONE AND tasks.user_id = 'ada'::VARCHAR ORDER BY tasks.due_date, tasks.id
 LIMIT 51::INTEGER;

-- tasks.create: a new one
INSERT INTO tasks (user_id, title, description, completed, tags, due_date, created_at, updated_at) VALUES ('ada'::VARCHAR, 'new'::VARCHAR, NULL::VARCHAR, false, '{}'::TEXT[], NULL::TIMESTAMP WITH TIME ZONE, now(), now()) RETURNING tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at;

-- tasks.complete: mark one done, or open
UPDATE tasks SET completed=true, updated_at=greatest(now(), tasks.updated_at + interval '1 microsecond') WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.id = 1000001::INTEGER AND tasks.user_id = 'ada'::VARCHAR RETURNING tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at;

-- tasks.by_completion: done, or open
SELECT tasks.id, tasks.title, tasks.description, tasks.completed, tasks.tags, tasks.due_date, tasks.created_at, tasks.updated_at
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.completed = false AND tasks.user_id = 'ada'::VARCHAR ORDER BY tasks.created_at DESC, tasks.id DESC
 LIMIT 51::INTEGER;

SET ROLE app_maintenance;

-- retention.count: how many messages are old
SELECT count(*) AS count_1
FROM messages
WHERE messages.created_at < '2025-06-25 12:00:00+00:00'::timestamptz::TIMESTAMP WITH TIME ZONE;

-- reminders.due: what is due, of everybody
SELECT tasks.id, tasks.user_id, tasks.title, tasks.due_date
FROM tasks
WHERE tasks.due_date >= '2026-01-01 12:00:00+00:00'::timestamptz::TIMESTAMP WITH TIME ZONE AND tasks.due_date < '2026-01-02 12:00:00+00:00'::timestamptz::TIMESTAMP WITH TIME ZONE AND tasks.completed = false ORDER BY tasks.due_date, tasks.id
 LIMIT 501::INTEGER;

SET ROLE app_user;

-- readiness.ready: whether the database is what the code needs
SELECT CASE WHEN to_regclass('alembic_version') IS NULL THEN 'missing' WHEN NOT has_table_privilege('alembic_version', 'SELECT') THEN 'hidden' END;
SELECT version_num FROM alembic_version;

-- messages.older: the page before
SELECT messages.id, messages.role, messages.content, messages.tool_calls, messages.agent_name, messages.agent_icon, messages.created_at
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND ('2026-01-01 11:00:00+00:00'::timestamptz::TIMESTAMP WITH TIME ZONE, '00000000000000000000000000000000'::uuid::UUID) > (messages.created_at, messages.id) AND messages.user_id = 'ada'::VARCHAR ORDER BY messages.created_at DESC, messages.id DESC
 LIMIT 51::INTEGER;

-- messages.newer: the page after
SELECT messages.id, messages.role, messages.content, messages.tool_calls, messages.agent_name, messages.agent_icon, messages.created_at
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND ('2026-01-01 11:00:00+00:00'::timestamptz::TIMESTAMP WITH TIME ZONE, '00000000000000000000000000000000'::uuid::UUID) < (messages.created_at, messages.id) AND messages.user_id = 'ada'::VARCHAR ORDER BY messages.created_at, messages.id
 LIMIT 50::INTEGER;

-- messages.latest: the newest page
SELECT messages.id, messages.role, messages.content, messages.tool_calls, messages.agent_name, messages.agent_icon, messages.created_at
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND messages.user_id = 'ada'::VARCHAR ORDER BY messages.created_at DESC, messages.id DESC
 LIMIT 51::INTEGER;
SELECT conversations.id
FROM conversations
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR;

-- messages.last: the newest one
SELECT messages.id, messages.role, messages.content, messages.tool_calls, messages.agent_name, messages.agent_icon, messages.created_at
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND messages.user_id = 'ada'::VARCHAR ORDER BY messages.created_at DESC, messages.id DESC
 LIMIT 1::INTEGER;
SELECT conversations.id
FROM conversations
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR;

-- messages.history: everything said
SELECT messages.id, messages.role, messages.content, messages.tool_calls, messages.agent_name, messages.agent_icon, messages.created_at
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND messages.user_id = 'ada'::VARCHAR ORDER BY messages.created_at, messages.id;

-- messages.count: how many
SELECT count(*) AS count_1
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND messages.user_id = 'ada'::VARCHAR;
SELECT conversations.id
FROM conversations
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR;

-- messages.append_all: say several things, once
WITH touched AS
(UPDATE conversations SET updated_at=greatest(now(), conversations.updated_at + 2::INTEGER * interval '1 microsecond') WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND NOT (EXISTS (SELECT there.id
FROM unnest('{00000000000000000000000100000001,00000000000000000000000100000002}'::uuid[]::UUID[], '{user,assistant}'::VARCHAR[], '{new,old}'::VARCHAR[], '{NULL,NULL}'::JSONB[], '{NULL,NULL}'::VARCHAR[], '{NULL,NULL}'::VARCHAR[]) WITH ORDINALITY AS sent(id, role, content, tool_calls, agent_name, agent_icon, place) JOIN LATERAL (SELECT messages.id AS id
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.id = sent.id
 LIMIT 1::INTEGER) AS there ON true)) RETURNING conversations.updated_at)
 INSERT INTO messages (id, role, content, tool_calls, agent_name, agent_icon, user_id, conversation_id, created_at) SELECT sent.id, sent.role, sent.content, sent.tool_calls, sent.agent_name, sent.agent_icon, 'ada'::VARCHAR AS anon_1, '00000000000000000000000000000001'::uuid::UUID AS anon_2, touched.updated_at - (2::INTEGER - sent.place) * interval '1 microsecond' AS anon_3
FROM touched JOIN unnest('{00000000000000000000000100000001,00000000000000000000000100000002}'::uuid[]::UUID[], '{user,assistant}'::VARCHAR[], '{new,old}'::VARCHAR[], '{NULL,NULL}'::JSONB[], '{NULL,NULL}'::VARCHAR[], '{NULL,NULL}'::VARCHAR[]) WITH ORDINALITY AS sent(id, role, content, tool_calls, agent_name, agent_icon, place) ON true ON CONFLICT (id) DO NOTHING RETURNING messages.id, messages.created_at;
SELECT messages.id, messages.created_at, messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND messages.id IS NOT DISTINCT FROM sent.id AND messages.role IS NOT DISTINCT FROM sent.role AND messages.content IS NOT DISTINCT FROM sent.content AND messages.tool_calls IS NOT DISTINCT FROM sent.tool_calls AND messages.agent_name IS NOT DISTINCT FROM sent.agent_name AND messages.agent_icon IS NOT DISTINCT FROM sent.agent_icon AS same
FROM conversations JOIN unnest('{00000000000000000000000100000001,00000000000000000000000100000002}'::uuid[]::UUID[], '{user,assistant}'::VARCHAR[], '{new,old}'::VARCHAR[], '{NULL,NULL}'::JSONB[], '{NULL,NULL}'::VARCHAR[], '{NULL,NULL}'::VARCHAR[]) WITH ORDINALITY AS sent(id, role, content, tool_calls, agent_name, agent_icon, place) ON true LEFT OUTER JOIN messages ON messages.user_id = 'ada'::VARCHAR AND messages.id = sent.id AND messages.user_id = 'ada'::VARCHAR
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR ORDER BY sent.place;

-- messages.append: say one thing, once
WITH touched AS
(UPDATE conversations SET updated_at=greatest(now(), conversations.updated_at + interval '1 microsecond') WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND NOT (EXISTS (SELECT messages.id
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.id = '00000000000000000000000100000000'::uuid::UUID)) RETURNING conversations.updated_at)
 INSERT INTO messages (id, role, content, tool_calls, agent_name, agent_icon, user_id, conversation_id, created_at) SELECT '00000000000000000000000100000000'::uuid::UUID AS anon_1, 'user'::VARCHAR AS anon_2, 'new'::VARCHAR AS anon_3, NULL::JSONB AS anon_4, NULL::VARCHAR AS anon_5, NULL::VARCHAR AS anon_6, 'ada'::VARCHAR AS anon_7, '00000000000000000000000000000001'::uuid::UUID AS anon_8, touched.updated_at
FROM touched ON CONFLICT (id) DO NOTHING RETURNING messages.id, messages.created_at;
SELECT messages.id, messages.created_at, messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND messages.id IS NOT DISTINCT FROM sent.id AND messages.role IS NOT DISTINCT FROM sent.role AND messages.content IS NOT DISTINCT FROM sent.content AND messages.tool_calls IS NOT DISTINCT FROM sent.tool_calls AND messages.agent_name IS NOT DISTINCT FROM sent.agent_name AND messages.agent_icon IS NOT DISTINCT FROM sent.agent_icon AS same
FROM conversations JOIN unnest('{00000000000000000000000100000000}'::uuid[]::UUID[], '{user}'::VARCHAR[], '{new}'::VARCHAR[], '{NULL}'::JSONB[], '{NULL}'::VARCHAR[], '{NULL}'::VARCHAR[]) WITH ORDINALITY AS sent(id, role, content, tool_calls, agent_name, agent_icon, place) ON true LEFT OUTER JOIN messages ON messages.user_id = 'ada'::VARCHAR AND messages.id = sent.id AND messages.user_id = 'ada'::VARCHAR
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR ORDER BY sent.place;

-- conversations.rename: its title
UPDATE conversations SET title='new'::VARCHAR, updated_at=greatest(now(), conversations.updated_at + interval '1 microsecond') WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR RETURNING conversations.id, conversations.title, conversations.created_at, conversations.updated_at;

-- conversations.recent: a page, last active first
SELECT conversations.id, conversations.title, conversations.created_at, conversations.updated_at
FROM conversations
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.user_id = 'ada'::VARCHAR ORDER BY conversations.updated_at DESC, conversations.id DESC
 LIMIT 11::INTEGER;

-- conversations.opened: one with its newest messages
SELECT newest.id, newest.role, newest.content, newest.tool_calls, newest.agent_name, newest.agent_icon, newest.created_at, conversations.id AS id_1, conversations.title AS title_1, conversations.created_at AS created_at_1, conversations.updated_at AS updated_at_1
FROM conversations LEFT OUTER JOIN LATERAL (SELECT messages.id AS id, messages.role AS role, messages.content AS content, messages.tool_calls AS tool_calls, messages.agent_name AS agent_name, messages.agent_icon AS agent_icon, messages.created_at AS created_at
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.conversation_id = '00000000000000000000000000000001'::uuid::UUID AND messages.user_id = 'ada'::VARCHAR ORDER BY messages.created_at DESC, messages.id DESC
 LIMIT 51::INTEGER) AS newest ON true
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR ORDER BY newest.created_at DESC, newest.id DESC;

-- conversations.one: one
SELECT conversations.id, conversations.title, conversations.created_at, conversations.updated_at
FROM conversations
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR;

-- conversations.create: a new one, once
INSERT INTO conversations (id, user_id, title, created_at, updated_at) VALUES ('00000000000000000000000100000000'::uuid::UUID, 'ada'::VARCHAR, 'new'::VARCHAR, now(), now()) ON CONFLICT (id) DO NOTHING RETURNING conversations.id, conversations.title, conversations.created_at, conversations.updated_at;
SELECT conversations.id, conversations.title, conversations.created_at, conversations.updated_at
FROM conversations
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000100000000'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR;

-- accounts.export: all of them as JSON lines
SELECT anon_1.line
FROM (SELECT CAST(json_build_object('table', 'tasks', 'id', tasks.id, 'user_id', tasks.user_id, 'title', tasks.title, 'description', tasks.description, 'completed', tasks.completed, 'tags', tasks.tags, 'due_date', tasks.due_date, 'created_at', tasks.created_at, 'updated_at', tasks.updated_at) AS TEXT) AS line
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.user_id = 'ada'::VARCHAR ORDER BY tasks.id) AS anon_1 UNION ALL SELECT anon_2.line
FROM (SELECT CAST(json_build_object('table', 'conversations', 'id', conversations.id, 'user_id', conversations.user_id, 'title', conversations.title, 'created_at', conversations.created_at, 'updated_at', conversations.updated_at) AS TEXT) AS line
FROM conversations
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.user_id = 'ada'::VARCHAR ORDER BY conversations.created_at, conversations.id) AS anon_2 UNION ALL SELECT anon_3.line
FROM (SELECT CAST(json_build_object('table', 'messages', 'id', messages.id, 'conversation_id', messages.conversation_id, 'user_id', messages.user_id, 'role', messages.role, 'content', messages.content, 'tool_calls', messages.tool_calls, 'agent_name', messages.agent_name, 'agent_icon', messages.agent_icon, 'created_at', messages.created_at) AS TEXT) AS line
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.user_id = 'ada'::VARCHAR ORDER BY messages.conversation_id, messages.created_at, messages.id) AS anon_3;

-- accounts.count: how many rows a user has
SELECT (SELECT count(*) AS count_1
FROM tasks
WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.user_id = 'ada'::VARCHAR) AS anon_1, (SELECT count(*) AS count_2
FROM conversations
WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.user_id = 'ada'::VARCHAR) AS anon_2, (SELECT count(*) AS count_3
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.user_id = 'ada'::VARCHAR) AS anon_3;

-- tasks.delete: one
DELETE FROM tasks WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.id = 1000001::INTEGER AND tasks.user_id = 'ada'::VARCHAR RETURNING tasks.id;

SET ROLE app_maintenance;

-- retention.purge: delete 5000 of them
DELETE FROM messages WHERE ctid = ANY (ARRAY(SELECT ctid FROM messages WHERE created_at < '2025-06-25 12:00:00+00:00'::timestamptz::TIMESTAMP WITH TIME ZONE ORDER BY created_at NULLS FIRST LIMIT 5000));

SET ROLE app_user;

-- conversations.delete: one with its messages
DELETE FROM conversations WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.id = '00000000000000000000000000000001'::uuid::UUID AND conversations.user_id = 'ada'::VARCHAR RETURNING conversations.id;

-- accounts.delete: delete all of them, and count
WITH tasks_gone AS
(DELETE FROM tasks WHERE tasks.user_id = 'ada'::VARCHAR AND tasks.user_id = 'ada'::VARCHAR RETURNING tasks.user_id),
conversations_gone AS
(DELETE FROM conversations WHERE conversations.user_id = 'ada'::VARCHAR AND conversations.user_id = 'ada'::VARCHAR RETURNING conversations.user_id)
 SELECT (SELECT count(*) AS count_1
FROM tasks_gone) AS anon_1, (SELECT count(*) AS count_2
FROM conversations_gone) AS anon_2, (SELECT count(*) AS count_3
FROM messages
WHERE messages.user_id = 'ada'::VARCHAR AND messages.user_id = 'ada'::VARCHAR) AS anon_3;
