"""Safe forms of what a statement did, with the names that it used."""
