# `make paper` and `make test` set everything up by themselves; `make help` lists the rest.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

CORES ?= 2
ARCHIVE ?= recovery-audit.tar.gz
VENV  := .venv
BIN   := $(VENV)/bin
STAMP := $(VENV)/.complete

# The environment is finished when the stamp is newer than the lock and names this folder: a folder
# that was copied or moved has programs that belong to the old one. Only a finished environment
# leaves the machine's own Python alone.
FINISHED := $(shell [ "$$(cat $(STAMP) 2>/dev/null)" = "$$(pwd -P)" ] && $(BIN)/python -I -c '' 2>/dev/null && echo yes)

# The first of these that is new enough and can make an environment is used.
PYTHONS ?= python3 python3.14 python3.13 python3.12 python3.11 python
CAN_SET_UP := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
find_python = $(firstword $(foreach name,$(PYTHONS),$(shell $(name) -I -c '$(CAN_SET_UP)' >/dev/null 2>&1 && echo $(name))))
NO_PYTHON := Python 3.11 or newer with its venv and ensurepip modules is needed and was not found (Debian: apt-get install python3-venv)

# Settings of the reader's own that would install elsewhere, or something else, than the lock says.
# Where packages come from (index, proxy, certificate) stays the reader's choice.
unexport PYTHONPATH PYTHONHOME VIRTUAL_ENV
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_DRY_RUN PIP_NO_DEPS PIP_REQUIREMENT
unexport PIP_CONSTRAINT PIP_REQUIRE_HASHES PIP_NO_BINARY PIP_ONLY_BINARY PIP_IGNORE_INSTALLED
unexport UV_SYSTEM_PYTHON UV_PYTHON UV_CONSTRAINT UV_OVERRIDE UV_EXCLUDE UV_EXCLUDE_NEWER
unexport UV_REQUIRE_HASHES UV_NO_BINARY UV_ONLY_BINARY UV_NO_BUILD UV_RESOLUTION UV_PRERELEASE

# `make -j` changes nothing: the checks come before the tests, `paper` before what is named next.
.NOTPARALLEL:

.PHONY: help paper certify golden perturbation lab cluster test test-cluster report archive diagram pages documents receipts check check-latex lock format clean clean-all
help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' Makefile

paper: $(STAMP) ## regenerate everything under results/, the paper last
	@$(BIN)/python workflow/build.py --cores $(CORES)

# What the paper needs comes from the first lock alone; two others add what few need: $(call add,module,lock)
add = $(BIN)/python -c 'import $(1)' 2>/dev/null || $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(2)

lab: $(STAMP) ## open the notebooks in Jupyter Lab (installs it at the first call)
	@$(call add,jupyterlab,requirements-lab.lock)
	@JUPYTER_CONFIG_DIR='$(CURDIR)/config/jupyter' $(BIN)/python -m jupyterlab --notebook-dir=.

test: $(STAMP) check ## lint, type checks, all tests, and one build from an empty results/
	@$(BIN)/python -m pytest --numprocesses 2

cluster: $(STAMP) ## add what runs jobs on a Slurm cluster
	@$(call add,snakemake_executor_plugin_slurm,requirements-cluster.lock)

test-cluster: cluster ## the same counts on a Slurm of one node (root; Debian: slurmctld slurmd munge)
	@$(BIN)/python -m pytest --override-ini addopts="--import-mode=importlib -ra" tests/cluster

certify: $(STAMP) ## after `make paper`: build the last commit again elsewhere, and compare every byte
	@$(BIN)/python workflow/certify.py

golden: $(STAMP) ## after `make paper`: renew tests/golden/numbers.csv, the numbers as committed
	@$(BIN)/python workflow/golden.py

perturbation: $(STAMP) ## change every published number in turn and write down what moves (many minutes)
	@$(BIN)/snakemake --cores $(CORES) --quiet -- results/provenance/perturbation.csv
	@cat logs/perturb_cells.log

# Snakemake's own report: it holds times of this run, so no checksum covers it.
report: $(STAMP) ## after `make paper`: rules, run times and results on one page, report.html
	@$(BIN)/snakemake --nolock --report report.html

diagram: $(STAMP) ## draw the stages in README.md again from the rules
	@$(BIN)/python workflow/diagram.py

pages: $(STAMP) ## write docs/assumptions.md and docs/data-dictionary.md again from the data
	@$(BIN)/python workflow/pages.py

archive: $(STAMP) ## after `make paper`: source and results in one file for a deposit
	@$(BIN)/python workflow/archive.py $(ARCHIVE)

documents: $(STAMP) ## fetch the openly licensed documents into data/documents
	@$(BIN)/python workflow/fetch.py

receipts: $(STAMP) ## locate every figure in the documents at hand, and write data/receipts
	@$(BIN)/python workflow/receipts.py

check: $(STAMP) ## lint and type checks only
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/snakefmt --check Snakefile workflow/rules
	@$(BIN)/mypy
	@$(BIN)/snakemake --lint

check-latex: $(STAMP) ## compile the LaTeX form of the paper with the TeX of this machine, if any
	@$(BIN)/python workflow/check_latex.py

# An interrupted set-up leaves no stamp, so the next call clears the folder and starts over.
# `venv` does the clearing: with the environment activated, $(PYTHON) may be the one inside it.
# Twice quiet: pip's errors are shown, its remarks on where it looked are not.
$(STAMP): requirements.lock $(if $(FINISHED),,FORCE)
	$(eval PYTHON := $(find_python))
	$(if $(PYTHON),,$(error $(NO_PYTHON)))
	@echo "Setting up $(VENV) with $(PYTHON); this happens once."
	@rm -f $@
	@$(PYTHON) -m venv --clear $(VENV)
	@if uv --version >/dev/null 2>&1; then \
	    UV_COMPILE_BYTECODE=1 uv pip install --quiet --python $(BIN)/python --require-hashes -r requirements.lock && \
	    uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
	    $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --require-hashes -r requirements.lock && \
	    $(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@pwd -P > $@
FORCE:

lock: ## renew the locks from pyproject.toml (needs uv)
	uv lock --upgrade
	uv export --quiet --format requirements-txt --no-emit-project --no-header --group dev -o requirements.lock
	uv export --quiet --format requirements-txt --no-emit-project --no-header --only-group lab -o requirements-lab.lock
	uv export --quiet --format requirements-txt --no-emit-project --no-header --only-group cluster -o requirements-cluster.lock

format: $(STAMP) ## rewrite the code in the house format
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format .
	@$(BIN)/snakefmt Snakefile workflow/rules

clean: ## empty results/
	@[ ! -d results ] || find results -mindepth 1 -maxdepth 1 ! -name README.md -exec rm -rf {} +

clean-all: clean ## and remove the environment and the caches
	@rm -rf $(VENV) .snakemake .pytest_cache .mypy_cache .ruff_cache .hypothesis logs
