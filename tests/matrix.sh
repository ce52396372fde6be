#!/bin/sh
# Run the tests on every PostgreSQL that tests/servers.py finds; --oldest takes the oldest one alone,
# beside a `make test` on 18. Only what depends on the server's version is run again on another one.
set -eu
which=${1:-}
[ "$which" != --oldest ] || shift

# Not the embedded server's own tests, nor those of files, addresses and the command line.
depends="tests/adopt tests/catalog tests/checks tests/models tests/ops tests/queries tests/security
    tests/test_alembic_cli.py tests/test_heap_rewrites.py tests/test_phase_2_code.py
    tests/test_revisions.py tests/test_sql.py"
# What takes longest; with --oldest left to a run of its own.
long="tests/autogenerate tests/compatibility tests/drift tests/hazards tests/reversal tests/review tests/rows"

.venv/bin/python -m tests.servers | sort -n | while read -r major programs; do
    echo "PostgreSQL $major in $programs"
    if [ "$which" = --oldest ]; then
        # shellcheck disable=SC2086
        PG_MAJOR=$major .venv/bin/pytest -q --numprocesses auto --maxprocesses 4 $depends "$@" </dev/null
        break
    elif [ "$major" != 18 ]; then
        # shellcheck disable=SC2086
        PG_MAJOR=$major .venv/bin/pytest -q --numprocesses auto --maxprocesses 4 $depends $long "$@" </dev/null
    else
        .venv/bin/pytest -q --numprocesses auto --maxprocesses 4 "$@" </dev/null
    fi
done
