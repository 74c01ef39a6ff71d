# `make up` starts everything, `make test` proves it. The rest is for developers.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.built-from-lock
ARGS ?=

.PHONY: env up test check bench lock clean

env: $(STAMP)

# uv when the machine has it, otherwise venv and pip: both install exactly what the lock pins.
$(STAMP): requirements.lock pyproject.toml
	@if command -v uv >/dev/null 2>&1; then \
	  uv venv --quiet --allow-existing --python "$$(command -v $(PYTHON))" $(VENV) && \
	  VIRTUAL_ENV="$(CURDIR)/$(VENV)" uv pip sync --require-hashes requirements.lock && \
	  VIRTUAL_ENV="$(CURDIR)/$(VENV)" uv pip install --quiet --no-deps --no-build-isolation -e . ; \
	else \
	  $(PYTHON) -m venv $(VENV) && \
	  $(BIN)/python -m pip install --disable-pip-version-check --progress-bar on --require-hashes -r requirements.lock && \
	  $(BIN)/python -m pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation -e . ; \
	fi
	@touch $(STAMP)

up: env
	@exec $(BIN)/lianban up $(ARGS)

test: env
	$(BIN)/python -m pytest -n 2 --dist loadgroup $(ARGS)

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
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis
