# `make` alone explains everything. Needs a Python with pip; the rest is brought in by bootstrap.py.
COUNTRY ?= EL
REPORT ?= country_brief
# Through the environment, so that a name with spaces or quotes reaches the command as it was typed.
export COUNTRY REPORT

# The first Python that really runs: with pyenv, `python3` may be a shim with nothing behind it.
PYTHON := $(shell for p in python3 python3.12 python3.13 /usr/bin/python3 python; do \
  "$$p" -c 'import sys; sys.exit(sys.version_info < (3, 8))' >/dev/null 2>&1 && { echo $$p; break; }; done)
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help env env-all report apps lab runs test test-all lint lock clean

help:
	@echo "EU ALMP Observatory workbench"
	@echo ""
	@echo "  make report              the country brief for Greece, as a page you can open and forward"
	@echo "  make report COUNTRY=IT   the same for another member state"
	@echo "  make apps                the apps (evidence, evidence desk, regions, matching, evaluation, pathways, design wizard, co-design room, trial lab)"
	@echo "  make lab                 JupyterLab on the tour notebook"
	@echo "  make runs                the MLflow UI with the runs just made"
	@echo "  make test                all quick tests (some minutes)"
	@echo "  make test-all            with the slow proofs: all 27 briefs, fault tests"
	@echo "  make env-all             also install pre-commit"
	@echo "  make lint | lock | clean ruff and mypy | re-resolve the locks | remove .venv"
	@echo ""
	@echo "The first command installs the locked environment into .venv (about 2.6 GB, some minutes)."

env:
	@test -n "$(PYTHON)" || { echo "No Python 3 was found. Install Python 3.12 and run make again."; exit 1; }
	@$(PYTHON) bootstrap.py

env-all:
	@test -n "$(PYTHON)" || { echo "No Python 3 was found. Install Python 3.12 and run make again."; exit 1; }
	@$(PYTHON) bootstrap.py --all

report: env
	@$(BIN)/almpo report "$$REPORT" -p "country=$$COUNTRY"

apps: env
	@$(BIN)/almpo apps

lab: env
	@$(BIN)/almpo lab

runs: env
	@$(BIN)/almpo runs

test: env
	@$(PYTHON) bootstrap.py --browser
	@$(BIN)/python -m pytest -m "not slow" -n 2 --dist loadfile --no-loadscope-reorder

test-all: env
	@$(PYTHON) bootstrap.py --browser
	@$(BIN)/python -m pytest

lint: env
	@$(BIN)/ruff check . && $(BIN)/ruff format --check . && $(BIN)/mypy

# Hashed, without host names; requirements-all.lock keeps to the versions of requirements.lock.
lock: env
	@UV=$$(command -v uv || echo .uv/bin/uv); OPTIONS="--quiet --universal --generate-hashes --no-header --no-annotate"; \
	$$UV pip compile $$OPTIONS --upgrade --extra test pyproject.toml -o requirements.lock && \
	$$UV pip compile $$OPTIONS --upgrade --all-extras -c requirements.lock pyproject.toml -o requirements-all.lock

clean:
	@test ! -e .venv || test -e .uv/venv-is-ours || { echo ".venv was not made by this project; it is left alone."; exit 1; }
	rm -rf .venv .uv
