# make map   - set up and draw the map of the three technology towns
# make test  - set up and run all tests (with the browser where Debian's chromium can be installed)
# make looks - pictures of the map on every screen, in every language, into out/looks: look at them after a change of the page
# make laws  - run the property tests on new random draws; deep: make laws TIMES=20
# make fuzz  - try 500 mutated inputs of every format; long: make fuzz N=20000
# make lint  - formatter, linter, types, import contracts, the page's scripts (where npm is), the site
# make audit - known faults of the locked packages (where the advisories can be reached) and their licences
# make wheels - build the wheel and run it under each Python of 3.11 to 3.13 that is here: the ranking must be the same
# make docs  - build the site into out/docs (make lint builds it, too: a broken link or reference fails)
# make layers - rebuild the embedded layers from layers/sources, then the tables
# make tables - write the tables in docs/ anew from layers, settings and columns
# make lock  - write both locks anew from pyproject.toml

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: map test looks laws fuzz audit lint lint-javascript docs wheels lock layers tables benchmark clean
.DEFAULT_GOAL := map

map: $(VENV)/run.done
	$(BIN)/python scripts/technology_towns.py

test: $(VENV)/dev.done chromium node
	$(BIN)/python -m pytest -n auto --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=95

looks: map $(VENV)/dev.done chromium
	$(BIN)/python scripts/looks.py

# make test draws alike each time; here the draws are new, and what fails is kept in .hypothesis and tried first next time.
# Most laws set their own number of draws, so the deep run is the same one many times over: it stops where a law breaks.
TIMES ?= 1
laws: $(VENV)/dev.done
	@for time in $$(seq $(TIMES)); do \
	  $(BIN)/python -m pytest -n auto -m hypothesis --hypothesis-profile=house tests || exit 1; done

# The same draws for the same SEED: what CI tries is the same each time. Make lint tries the 500, some 20 seconds.
N ?= 500
SEED ?= 0
fuzz: $(VENV)/dev.done
	$(BIN)/python scripts/fuzz.py -n $(N) --seed $(SEED)

lint: $(VENV)/dev.done lint-javascript docs audit fuzz
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

audit: $(VENV)/dev.done
	@$(BIN)/python scripts/audit.py

# The variable silences what the theme advertises. Not --quiet: with it mkdocs counts no warnings, and a broken link passes.
docs: $(VENV)/dev.done
	@NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict

# Where there is no npm, or it cannot bring biome, the rest of the lint job stands, and a line says so.
lint-javascript: node
	@if command -v npm >/dev/null && { [ node_modules/.package-lock.json -nt package-lock.json ] || npm ci --silent --no-fund --no-audit; }; then \
	  node_modules/.bin/biome lint --error-on-warnings; \
	else echo "No npm here, or it cannot bring biome: the page's scripts are not linted."; fi

# A minute and a half on two cores, with packages that pip has at hand.
wheels: $(VENV)/dev.done
	$(BIN)/python scripts/prove_wheels.py

layers: $(VENV)/dev.done
	$(BIN)/python scripts/build_layers.py
	@$(MAKE) tables

tables: $(VENV)/dev.done
	$(BIN)/python scripts/proof_of_sense.py
	$(BIN)/python scripts/data_log.py
	$(BIN)/python scripts/study_keys.py
	$(BIN)/python scripts/columns_page.py
	$(BIN)/python scripts/bad_input_page.py

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
	@rm -rf $(VENV)/first_run && $(BIN)/sitesel run --out $(VENV)/first_run >/dev/null
	@touch $@

$(VENV)/dev.done: $(VENV)/run.done requirements-dev.lock
	@$(INSTALL) --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

# Browser tests use Debian's chromium, the page's scripts its node and npm. Where apt cannot bring them these are left out, and a line says so.
APT = [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && (apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq
.PHONY: chromium node
chromium:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || { \
	  $(APT) chromium) >/dev/null 2>&1; \
	  command -v chromium >/dev/null || echo "No chromium here and apt cannot install it: browser tests will skip."; }

node:
	@command -v npm >/dev/null || { \
	  $(APT) nodejs npm) >/dev/null 2>&1; \
	  command -v node >/dev/null || echo "No node here and apt cannot install it: tests of the page's scripts will skip."; }

lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group build pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	  --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock

clean:
	rm -rf $(VENV) node_modules out .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
