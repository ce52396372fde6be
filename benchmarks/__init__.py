"""What docs/ claims about speed, measured; and demo data to look at."""
