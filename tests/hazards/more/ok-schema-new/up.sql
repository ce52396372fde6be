CREATE SCHEMA reporting;
CREATE VIEW reporting.tasks AS SELECT * FROM public.tasks;
