# `make up` starts everything, `make test` proves it. The rest is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built-from-lock
UNFINISHED := $(VENV)/.unfinished
ARGS ?=

.PHONY: env up browser test check bench lock clean

env: $(STAMP)

# uv when the machine has it and it gets through, otherwise venv and pip, which may know a mirror
# that uv doesn't: both install exactly what the lock pins. An environment whose making was
# interrupted is made anew, because pip would take half a package for a whole one. Debian's python3
# without python3-venv lacks ensurepip; then the machine's own pip does the work.
$(STAMP): requirements.lock pyproject.toml
	@if [ -e $(UNFINISHED) ]; then rm -rf $(VENV); fi
	@mkdir -p $(VENV) && touch $(UNFINISHED)
	@if command -v uv >/dev/null 2>&1 && \
	  uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) && \
	  export VIRTUAL_ENV="$(CURDIR)/$(VENV)" && \
	  uv pip sync --require-hashes requirements.lock && \
	  uv pip install --quiet --no-deps --no-build-isolation -e . ; \
	then exit 0; fi; \
	set -e; export PIP_DISABLE_PIP_VERSION_CHECK=1; \
	if $(PYTHON) -c 'import ensurepip' 2>/dev/null; then \
	  $(PYTHON) -m venv $(VENV); pip="$(BIN)/python -m pip"; \
	else \
	  $(PYTHON) -m venv --without-pip $(VENV); pip="$(PYTHON) -m pip --python $(BIN)/python"; \
	fi; \
	$$pip install --progress-bar on --require-hashes -r requirements.lock; \
	$$pip install --quiet --no-deps --no-build-isolation -e .
	@rm $(UNFINISHED) && touch $(STAMP)

up: env
	@exec $(BIN)/lianban up $(ARGS)

# Chromium for tests/browser, where it is missing and may be installed.
browser:
	@tests/browser/install.sh

# Three at a time on two cores: much of what is proved waits for something.
test: env browser
	$(BIN)/python -m pytest -n 3 --dist loadgroup $(ARGS)

check: env
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: env
	$(BIN)/python -m benchmarks $(ARGS)

# For maintainers: needs uv. The lock carries hashes and no addresses.
lock:
	uv pip compile --universal --generate-hashes --no-header --no-annotate --python-version 3.11 \
	  --no-emit-index-url --no-emit-find-links --extra dev pyproject.toml -o requirements.lock

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
