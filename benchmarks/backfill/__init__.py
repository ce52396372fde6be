"""The project of which benchmarks/backfill_kills.py kills the upgrade."""
