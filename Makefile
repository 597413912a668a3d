# `make` lists the words. `make setup` is the only one that installs anything; the others call it.

.DEFAULT_GOAL := help
.PHONY: help setup test check demo bench serve lock clean
RUN := .venv/bin
PYTHON ?= python3

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## /make \1\t/p' Makefile

setup: .venv/.ready ## .venv with the locked libraries and the command jiefang

.venv/.ready: requirements.lock pyproject.toml .ci/setup tests/audit/strangers/package-lock.json
	@PYTHON="$(PYTHON)" .ci/setup
	@touch $@

test: setup ## every test, on all cores: make test ARGS='-k meals'
	$(RUN)/pytest --numprocesses=logical --maxprocesses=4 --dist=worksteal $(ARGS)

check: setup ## form, lint, types, layers and house rules
	$(RUN)/ruff format --check
	$(RUN)/ruff check
	$(RUN)/mypy
	$(RUN)/lint-imports
	$(RUN)/pytest tests/test_tidy.py tests/test_architecture.py

demo: setup ## the worked example in an embedded PostgreSQL
	$(RUN)/jiefang demo

bench: setup ## measure this ledger beside its named peers
	$(RUN)/python -m bench

serve: setup ## the API on this machine
	$(RUN)/jiefang serve

lock: ## requirements.lock from pyproject.toml: make lock UPGRADE=--upgrade
	@test -x $(RUN)/uv || $(MAKE) setup
	UV_CUSTOM_COMPILE_COMMAND="make lock" $(RUN)/uv pip compile pyproject.toml \
		--quiet --universal --python-version 3.11 --all-extras --group dev \
		--generate-hashes --no-emit-index-url --no-emit-find-links \
		$(UPGRADE) --output-file requirements.lock

clean: ## remove what make made; never a ledger's data
	rm -rf .venv .strangers dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
