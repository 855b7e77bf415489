# `make boot` and `make test` do all the set-up on a fresh Debian 12 or Ubuntu machine
# (as root or with sudo) and are quick the second time.

SHELL   := /bin/bash
VENV    := .venv
BIN     := $(VENV)/bin
PYTHON  ?= python3
SUDO    := $(shell [ "$$(id -u)" = 0 ] || command -v sudo)
APT     := DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0

.DEFAULT_GOAL := help
.PHONY: help boot test check lint types layers format bench faults gallery clean libvirt-up libvirt-down

help: ## This list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' Makefile

boot: $(VENV)/.ready ## Set up what is missing, then boot a server and show its path
	@$(BIN)/tracenova boot $(ARGS)

test: $(VENV)/.ready-dev ## Set up what is missing, then run the tests
	$(BIN)/pytest -n 2 -m "not bench and not faults" $(ARGS)

check: lint types layers ## Every gate: format, lint, types, layers, tests with coverage
	$(BIN)/pytest -n 2 -m "not bench and not faults" --cov --cov-report=term:skip-covered $(ARGS)

lint: $(VENV)/.ready-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .

types: $(VENV)/.ready-dev
	$(BIN)/mypy

layers: $(VENV)/.ready-dev
	PYTHONPATH=.:tui:diagrams $(BIN)/lint-imports

format: $(VENV)/.ready-dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.ready-dev ## Print the project's own measurements
	$(BIN)/pytest tests/bench -m bench -s -q -p no:randomly --timeout=600

faults: $(VENV)/.ready-dev ## Kill, pause and cut off services while servers are asked for
	$(BIN)/pytest tests/faults tests/functional/machines tests/functional/served tests/functional/libvirt/test_real_changes.py -m faults -s -q -p no:randomly $(ARGS)

libvirt-up: $(VENV)/.ready ## Start a private libvirtd for real guests
	@$(BIN)/tracenova lab libvirtd up

libvirt-down: ## Stop it and the labs' guests on it
	@[ ! -e $(BIN)/tracenova ] || $(BIN)/tracenova lab libvirtd down

gallery: $(VENV)/.ready-dev ## Boot every built-in lab and draw it anew
	@traces=$$(mktemp -d) && trap 'rm -rf "$$traces"' EXIT && \
	for lab in tracenova/lab/builtin/*.toml; do name=$$(basename $$lab .toml); \
		$(BIN)/tracenova boot --lab $$name --virt fake --json --save $$traces/$$name.otlp.jsonl >/dev/null; \
		[ $$? -le 1 ] && [ -s $$traces/$$name.otlp.jsonl ] || exit 1; done; \
	$(BIN)/python -m tracenova_diagrams.gallery $$traces diagrams/gallery

clean: ## Remove the virtual environment and caches
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .coverage

# --- set-up: stamps in .venv say what is done ------------------------------------

$(VENV)/bin/python: | .system-packages
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "tracenova needs CPython 3.11 or newer; name one: make PYTHON=python3.12 …" >&2; exit 1; }
	@$(PYTHON) -m venv $(VENV)

.PHONY: .system-packages
.system-packages:
	@[ -e $(VENV)/.system ] && [ ! bindep.txt -nt $(VENV)/.system ] && exit 0; \
	missing=$$(awk '!/^#/ && !/\[test/ && NF {print $$1}' bindep.txt | while read -r p; do \
		dpkg-query -W -f='$${Status}' "$$p" 2>/dev/null | grep -q 'ok installed' || echo "$$p"; done); \
	[ -z "$$missing" ] && exit 0; \
	echo "Installing system packages:" $$missing >&2; \
	if ! { command -v apt-get && { [ "$$(id -u)" = 0 ] || [ -n "$(SUDO)" ]; }; } >/dev/null 2>&1; then \
		echo "Cannot install them here; as root: apt-get install" $$missing >&2; exit 0; fi; \
	$(SUDO) $(APT) update >/dev/null; \
	$(SUDO) $(APT) install -y --no-install-recommends $$missing >/dev/null || \
		echo "Some could not be installed; the boot works without libvirt, Redis and graphviz" >&2

$(VENV)/.ready: pyproject.toml constraints.txt bindep.txt $(VENV)/bin/python
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e .
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt libvirt-python >$(VENV)/libvirt.log 2>&1 || \
		echo "libvirt-python could not be built: hosts use the fake driver. Mend: apt-get install libvirt-dev gcc pkg-config python3-dev, then make clean boot" >&2
	@$(BIN)/python -m compileall -q tracenova tui diagrams
	@touch $(VENV)/.system $@

$(VENV)/.ready-dev: $(VENV)/.ready tests/diagrams/package.json
	@$(BIN)/pip install -q --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@missing=$$(awk '!/^#/ && /\[test/ {print $$1}' bindep.txt | while read -r p; do \
		command -v "$$p" >/dev/null || dpkg-query -W -f='$${Status}' "$$p" 2>/dev/null | \
			grep -q 'ok installed' || echo "$$p"; done); \
	if [ -n "$$missing" ]; then echo "Installing what tests ask:" $$missing >&2; \
		$(SUDO) $(APT) update >/dev/null; fi; \
	for p in $$missing; do $(SUDO) $(APT) install -y --no-install-recommends $$p >/dev/null || \
		echo "$$p could not be installed: tests that ask it are skipped" >&2; done
	@mkdir -p $(VENV)/mermaid && cp tests/diagrams/package.json $(VENV)/mermaid/ && \
	npm install --prefix $(VENV)/mermaid --ignore-scripts --no-audit --no-fund --fetch-retries 1 >$(VENV)/npm.log 2>&1 || \
		echo "npm could not install Mermaid's parser: its test is skipped; see $(VENV)/npm.log" >&2
	@touch $@
