"""The verbs, a file for those that belong together; importing one adds it to the command line."""

from migrator.verbs import adopt, branches, change, files, local, look

__all__ = ["adopt", "branches", "change", "files", "local", "look"]
