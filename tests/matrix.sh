#!/bin/sh
# Run the tests on every PostgreSQL that tests/servers.py finds; --others leaves out 18, on which
# `make test` runs. Only what depends on the server's version is run again on the older ones.
set -eu
others=${1:-}
[ "$others" != --others ] || shift

# Not the embedded server's own tests, nor those of files, addresses and the command line.
depends="tests/adopt tests/catalog tests/checks tests/models tests/ops tests/queries tests/review tests/test_alembic_cli.py
    tests/test_heap_rewrites.py tests/test_phase_2_code.py tests/test_revisions.py
    tests/test_security.py tests/test_sql.py"

.venv/bin/python -m tests.servers | while read -r major programs; do
    echo "PostgreSQL $major in $programs"
    if [ "$major" != 18 ]; then
        # shellcheck disable=SC2086
        PG_MAJOR=$major .venv/bin/pytest -q --numprocesses auto --maxprocesses 4 $depends "$@" </dev/null
    elif [ "$others" != --others ]; then
        .venv/bin/pytest -q --numprocesses auto --maxprocesses 4 "$@" </dev/null
    fi
done
