"""Pages for people; `generate.py` renders those that describe the database."""
