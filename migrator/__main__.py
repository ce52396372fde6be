"""The command line: `python -m migrator <verb>`."""

from migrator import verbs  # noqa: F401  adds them to main
from migrator.cli import main

if __name__ == "__main__":
    main()
