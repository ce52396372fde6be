"""The rules, a file for each thing that they guard."""

from migrator.lint.rules import data, form, names, offline, online, way_back

RULES = (*form.RULES, *names.RULES, *offline.RULES, *online.RULES, *data.RULES, *way_back.RULES)
"""In the order in which a reviewer would ask."""
