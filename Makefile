# `make paper` and `make test` set everything up by themselves; `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

CORES ?= 2
VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.complete

# The environment is finished when the stamp is newer than the lock; only then is the machine's
# own Python left alone. The first of these that is new enough and can make an environment is used.
PYTHONS ?= python3 python3.14 python3.13 python3.12 python3.11
CAN_SET_UP := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
find_python = $(firstword $(foreach name,$(PYTHONS),$(shell $(name) -c '$(CAN_SET_UP)' >/dev/null 2>&1 && echo $(name))))
NO_PYTHON := Python 3.11 or newer with its venv and ensurepip modules is needed and was not found (Debian: apt-get install python3-venv)

.PHONY: help paper test check lock format clean clean-all
help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 20

paper: $(STAMP) ## regenerate everything under results/, the paper last
	@$(BIN)/python workflow/build.py --cores $(CORES)

test: $(STAMP) check ## lint, type checks, all tests, and one build from an empty results/
	@$(BIN)/python -m pytest

check: $(STAMP) ## lint and type checks only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/snakefmt --check --quiet Snakefile workflow/rules
	@$(BIN)/mypy
	@$(BIN)/snakemake --lint

# An interrupted set-up leaves no stamp, so the next call clears the folder and starts over.
$(STAMP): requirements.lock
	$(eval PYTHON := $(find_python))
	$(if $(PYTHON),,$(error $(NO_PYTHON)))
	@echo "Setting up $(VENV) with $(PYTHON); this happens once."
	@rm -rf $(VENV)
	@$(PYTHON) -m venv $(VENV)
	@if command -v uv >/dev/null 2>&1; then \
	    UV_COMPILE_BYTECODE=1 uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	    uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	    $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $@

lock: ## renew requirements.lock from pyproject.toml (needs uv)
	uv lock --upgrade
	uv export --quiet --format requirements-txt --no-emit-project --no-header --all-groups -o requirements.lock

format: $(STAMP) ## rewrite the code in the house format
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .
	@$(BIN)/snakefmt --quiet Snakefile workflow/rules

clean: ## empty results/
	@find results -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

clean-all: clean ## and remove the environment and the caches
	@rm -rf $(VENV) .snakemake .pytest_cache .mypy_cache .ruff_cache .hypothesis logs
