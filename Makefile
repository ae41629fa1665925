.DEFAULT_GOAL := help
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
export PORT

.PHONY: help setup run test e2e check bench soak differ scan lint types contracts docs clean

help: ## Say what each command does
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/runtime: requirements.txt
	@$(PYTHON) -m venv .venv || { echo "Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	@$(BIN)/pip install --quiet --disable-pip-version-check --only-binary :all: -r requirements.txt
	@touch $@

.venv/development: requirements-dev.txt .venv/runtime
	@$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $@

portal/static/vendor/STAMP: package-lock.json .venv/runtime
	@$(BIN)/python -m portal.cli.assets

setup: .venv/runtime portal/static/vendor/STAMP ## Install what the portal needs, here in this folder

run: setup ## Set everything up and run the portal with the demonstration partnership
	@CONCORDAT_ENVIRONMENT=demonstration $(BIN)/python -m portal.cli.setup prepare
	@CONCORDAT_ENVIRONMENT=demonstration $(BIN)/flask --app wsgi demo load --size small
	@CONCORDAT_ENVIRONMENT=demonstration $(BIN)/python -m portal.cli.serve

test: .venv/development portal/static/vendor/STAMP ## Run every test, on SQLite and on an embedded PostgreSQL
	@$(BIN)/python -m pytest -n auto --dist loadfile --durations=25 --durations-min=10

e2e: .venv/development portal/static/vendor/STAMP ## Run the browser tests alone (needs Chromium)
	@$(BIN)/python -m pytest -m browser

.venv/scan: tests/scan/requirements.txt
	@$(PYTHON) -m venv $@
	@$@/bin/pip install --quiet --disable-pip-version-check -r tests/scan/requirements.txt
	@touch $@

scan: .venv/development portal/static/vendor/STAMP .venv/scan ## wapiti against the demonstration, as four people (about half an hour)
	@$(BIN)/python -m tests.scan .venv/scan/bin/wapiti var/scan

lint: .venv/development ## Check style and format
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: .venv/development ## Check types
	@$(BIN)/mypy

contracts: .venv/development ## Check which package may import which
	@$(BIN)/lint-imports

docs: .venv/development ## Check that the generated pages and the golden matrix are current
	@mkdir -p -m 700 var/check
	@CONCORDAT_ENVIRONMENT=demonstration CONCORDAT_DATA_DIR=var/check $(BIN)/python -m portal.cli.setup prepare
	@CONCORDAT_ENVIRONMENT=demonstration CONCORDAT_DATA_DIR=var/check $(BIN)/flask --app wsgi docs check
	@CONCORDAT_ENVIRONMENT=demonstration CONCORDAT_DATA_DIR=var/check $(BIN)/flask --app wsgi policy matrix --check

check: lint types contracts docs test ## Everything that CI runs

bench: .venv/development portal/static/vendor/STAMP ## Measure against the peers (needs wrk; about two minutes)
	@$(BIN)/python -m benchmarks.run --short

.differ-venv/installed: tests/differ/requirements.txt
	@$(PYTHON) -m venv .differ-venv
	@.differ-venv/bin/pip install --quiet --disable-pip-version-check --only-binary :all: -r tests/differ/requirements.txt
	@touch $@

differ: .venv/development .differ-venv/installed ## Hold the ledger's tree against one that others wrote
	@$(BIN)/python -m tests.differ.compare .differ-venv/bin/python

soak: .venv/development differ ## What the ledger has to prove, and the histories of partnerships, at length
	@CONCORDAT_SOAK_SECONDS=120 CONCORDAT_TRIALS=200 $(BIN)/python -m pytest -rP tests/faults tests/properties tests/unit/foundation/ledger

clean: ## Remove what setup and run made, including the demonstration's data
	rm -rf .venv .differ-venv .npm-venv node_modules portal/static/vendor var
