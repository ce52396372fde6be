"""Revisions rehearsed on a real PostgreSQL: what they were seen to do, judged by rules."""
