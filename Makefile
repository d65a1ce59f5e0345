# AIPi. `make` prints what there is.
SHELL := /bin/bash
PYTHON := .venv/bin/python
PORT ?= 8000
export AIPI_DEMONSTRATION ?= oui

.PHONY: aide install install-dev run demo test bench format lock

aide:  ## Print this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 22

install:  ## Install what is missing: system packages (asks before it needs root), .venv
	@bash outils/installer.sh

install-dev:  ## The same, with what the gate needs
	@bash outils/installer.sh dev

demo: install  ## Create the database and load the fictional demonstration caseload
	@$(PYTHON) manage.py migrate --verbosity 0
	@$(PYTHON) manage.py demo --si-vide
	@$(PYTHON) manage.py collectstatic --noinput --verbosity 0

run:  ## Demonstration, rapport-2021.pdf, server on PORT (8000)
	@bash outils/servir.sh $(PORT) libre
	@$(MAKE) --no-print-directory demo
	@$(PYTHON) manage.py rapport --annee 2021 --sortie rapport-2021.pdf
	@bash outils/servir.sh $(PORT)

test: install-dev  ## The whole gate: format, lint, types, floors, migrations, tests on SQLite and PostgreSQL, browser
	@bash outils/porte.sh

bench: install-dev  ## Measure against floors in the same run (see docs/performance.md)
	@$(PYTHON) -m bench

format: install-dev  ## Format code and templates
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format --quiet .
	@.venv/bin/djlint templates --reformat --quiet || true

lock: install-dev  ## Make the lock files again from requirements/*.in
	@for nom in base dev; do \
	  .venv/bin/uv pip compile --quiet --generate-hashes --no-emit-index-url --no-emit-find-links --universal \
	    --python-version 3.11 requirements/$$nom.in -o requirements/$$nom.txt; done
