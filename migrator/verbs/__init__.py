"""The verbs, a file for those that belong together; importing one adds it to the command line."""

from migrator.verbs import adopt, change, drift, explain, files, history, local, look, review

__all__ = ["adopt", "change", "drift", "explain", "files", "history", "local", "look", "review"]
