"""How each generated page is made: one file a page."""
