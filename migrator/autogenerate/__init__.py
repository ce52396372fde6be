"""Revisions out of the difference between the models and the revisions, in their safe form.

schemas   both as catalogs, built in sandboxes       path      hop by hop from one to the other
renames   asked about, never guessed                 writing   a hop as Python
plugin    what Alembic calls                         template  what stands around it
"""
