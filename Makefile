# make map   - set up and draw the map of the three technology towns
# make test  - set up and run all tests (with the browser where Debian's chromium can be installed)
# make lint  - formatter, linter, types, import contracts
# make layers - rebuild the embedded layers from layers/sources (needs npm), then the tables
# make tables - write the tables in docs/ anew from layers and settings
# make lock  - write both locks anew from pyproject.toml

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: map test lint lock layers tables benchmark clean
.DEFAULT_GOAL := map

map: $(VENV)/run.done
	$(BIN)/python scripts/technology_towns.py

test: $(VENV)/dev.done chromium
	$(BIN)/python -m pytest -n auto --cov --cov-report=term:skip-covered --cov-fail-under=90

lint: $(VENV)/dev.done
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

layers: $(VENV)/dev.done
	$(BIN)/python scripts/build_layers.py
	@$(MAKE) tables

tables: $(VENV)/dev.done
	$(BIN)/python scripts/proof_of_sense.py
	$(BIN)/python scripts/data_log.py
	$(BIN)/python scripts/study_keys.py

benchmark: $(VENV)/dev.done
	$(BIN)/python scripts/benchmark.py

$(VENV)/pip.done:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "sitesel needs Python 3.11 or newer; name one: make PYTHON=python3.12")'
	@echo "Setting up $(VENV) (once; a few minutes on a slow line)"
	@$(PYTHON) -m venv $(VENV) || { echo "Python cannot make a virtual environment here; on Debian or Ubuntu: apt install python3-venv" >&2; exit 1; }
	@touch $@

# The locks pin and hash every package; sitesel itself is then linked in, with nothing more to fetch.
$(VENV)/run.done: $(VENV)/pip.done requirements.lock pyproject.toml
	@$(INSTALL) --no-deps --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@echo "Compiling the routing kernels (once; about half a minute)"
	@$(BIN)/sitesel run --out $(VENV)/first_run >/dev/null
	@touch $@

$(VENV)/dev.done: $(VENV)/run.done requirements-dev.lock
	@$(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# Browser tests use Debian's chromium. Where apt cannot bring it they skip, and say so.
.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium) >/dev/null 2>&1; \
	  fi; \
	  command -v chromium >/dev/null || echo "No chromium here and apt cannot install it: browser tests will skip."; }

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
