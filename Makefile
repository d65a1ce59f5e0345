# What there is to do with AIPi. The work itself is in outils/, which runs alone too.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help install run test bench lock format

PORT ?= 8000
ETAPES ?=

help: ## Print what there is
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /make \1	/' | expand -t 16

install: ## Install what is missing: system libraries and the Python environment in .venv
	@outils/installer.sh

run: ## Install, load the demonstration, write rapport-2021.pdf and serve on http://127.0.0.1:8000/ (PORT=8001 for another port)
	@PORT=$(PORT) outils/demarrer.sh

test: ## Run the whole gate, on SQLite and PostgreSQL (ETAPES="mypy imports" for some of its steps)
	@outils/porte.sh $(ETAPES)

bench: ## Measure the application against floors made in the same run
	@outils/installer.sh dev
	@.venv/bin/python -m bench

lock: ## Compute the pinned versions in requirements/*.txt again
	@outils/verrouiller.sh

format: ## Format Python and templates
	@outils/installer.sh dev
	@.venv/bin/python -m ruff check --fix-only --quiet .
	@.venv/bin/python -m ruff format .
	@.venv/bin/python -m djlint --reformat --quiet templates
