# Everything a stranger needs: `make drill` and `make test` set themselves up from the lock files.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

# The tests start hundreds of programs: each would compile oob anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: browser drill stick test test-newest test-real check docs man bench bench-routes bench-storms bench-web bench-real bench-fleet lock clean

# For a drill, what oob needs to run; for all else the tools of developers too.
$(VENV)/.runs: requirements.run.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "oob needs Python 3.11 or newer; say which with: make PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)
	@echo "oob: installing what it needs to run, as locked, into $(VENV)/, once; it takes half a minute"
	$(BIN)/pip install --disable-pip-version-check --progress-bar on --require-hashes -r requirements.run.lock
	$(BIN)/pip install --disable-pip-version-check --quiet --no-deps --no-build-isolation --editable .
	touch $@
$(VENV)/.ready: requirements.lock pyproject.toml | $(VENV)/.runs
	@echo "oob: installing the tools of developers, as locked, into $(VENV)/, once; it takes a minute or two"
	$(BIN)/pip install --disable-pip-version-check --progress-bar on --require-hashes -r requirements.lock
	touch $@

# What the live page takes from npm, by its lock file: xterm.js for the wheel, axe-core for the tests in a browser.
browser: browser/node_modules/.ready
browser/node_modules/.ready: browser/package-lock.json
	cd browser && npm ci --ignore-scripts --no-audit --no-fund
	touch $@

drill: $(VENV)/.runs
	$(BIN)/oob drill

# A folder from which oob is installed without a network, made on a machine that has one:
# make stick DIR=/media/stick/oob PLATFORMS='linux-x86_64 macos-arm64' PYTHONS='3.11 3.12' KEY=release.pem
PLATFORMS ?= linux-x86_64
PYTHONS ?= 3.11 3.12 3.13
EXTRAS ?= notify,parse
stick: $(VENV)/.ready docs man
	@test -n "$(DIR)" || { echo "make stick: say where, with DIR=/media/stick/oob" >&2; exit 2; }
	$(BIN)/python -m tools.stick "$(DIR)" --platforms "$(PLATFORMS)" --pythons "$(PYTHONS)" --extras "$(EXTRAS)" \
	    $(if $(KEY),--key "$(KEY)")

# Most of what the tests do is wait for a line, so there are more of them at once than processors. The longest are begun
# first (`tests/conftest.py`): they have few tests in a file, and would otherwise come last.
test: $(VENV)/.ready
	$(BIN)/python -m pytest --numprocesses 10 --dist loadfile --no-loadscope-reorder

# The libraries of the adapters in their newest releases, whatever the lock says, in an environment of their own.
test-newest:
	$(PYTHON) -m venv --clear .venv-newest
	.venv-newest/bin/pip install --quiet --editable '.[netmiko,napalm,pyez,nornir,scrapli]' pytest pytest-xdist hypothesis
	.venv-newest/bin/pip list | grep -iE '^(netmiko|napalm|junos-eznc|ncclient|nornir|pexpect|scrapli|paramiko) '
	.venv-newest/bin/python -m pytest tests/adapters --numprocesses 4 --dist loadfile

# Every path against the server that people run: root, and Debian's packages (`.ci/install-servers`).
test-real: $(VENV)/.ready
	$(BIN)/python -m pytest tests/real -m real --numprocesses 4 --dist worksteal

check: $(VENV)/.ready
	$(BIN)/ruff check oob tests bench tools hatch_build.py
	$(BIN)/ruff format --check oob tests bench tools hatch_build.py
	$(BIN)/mypy
	$(BIN)/mypy --platform darwin oob

docs: $(VENV)/.ready
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict --quiet

man: $(VENV)/.ready
	$(BIN)/python -m tools.reference man

bench: $(VENV)/.ready
	$(BIN)/python bench/console.py
	$(BIN)/python bench/hundred.py

bench-web: $(VENV)/.ready
	PYTHONPATH=. $(BIN)/python bench/web.py

bench-routes: $(VENV)/.ready
	$(BIN)/python bench/routes.py

# Many devices at once: simulated to 50,000 of them; about ten minutes.
bench-fleet: $(VENV)/.ready
	$(BIN)/python -m bench.hundred 200 --netmiko --nornir
	$(BIN)/python -m bench.fleet
	$(BIN)/python -m bench.fleet_simulation
	$(BIN)/python -m bench.fleet_region

bench-storms: $(VENV)/.ready
	PYTHONPATH=. $(BIN)/python bench/storms.py
	PYTHONPATH=. $(BIN)/python bench/storm_recoveries.py

# As root, with what `make test-real` needs.
bench-real: $(VENV)/.ready
	$(BIN)/python bench/real.py
	$(BIN)/python bench/everything_down.py

# Needs `uv`, which only this target uses.
lock:
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-emit-find-links --group dev --all-extras pyproject.toml --output-file requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header \
	    --no-emit-find-links --group build --constraints requirements.lock pyproject.toml --output-file requirements.run.lock

clean:
	rm -rf $(VENV) .venv-newest dist site man
