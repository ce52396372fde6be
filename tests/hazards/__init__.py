"""Migrations whose hazards are known, since they were run: rules must find these, and no others."""
