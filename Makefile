# Two commands do everything on a fresh machine: `make run` and `make test`.
# Needed: Python >= 3.11 with its venv module, make, a package index. Another Python: `make run PYTHON=python3.13`.
PYTHON ?= python3
BIN := .venv/bin
READY := .venv/.ready
SITE := .venv/.site
BASELINE := scenarios/baseline_2024q1q3.yaml
FITTED := baseline_2024q1q3 backcast_2023q1q3_r1 backcast_2023q1q3_r2

.PHONY: run test lint bench docs site pin questions gallery clean help
help:            ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

# Dependency groups need pip 25.1; the pip that comes with the venv module is often older.
$(READY): pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	@touch $@

$(SITE): $(READY)
	$(BIN)/python -m pip install --quiet --group docs
	@touch $@

run: $(READY)    ## set up, simulate the baseline into runs/, print reported against simulated
	$(BIN)/settlement-sim run $(BASELINE) --check

# In the order of the folders: the long files of few tests come early, the many short unit tests fill what is left.
test: $(READY) lint ## set up, check style and types, run the whole suite
	$(BIN)/python -m pytest -n 2 --dist loadscope --no-loadscope-reorder

lint: $(READY)   ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: $(READY)  ## measure speed against a per-patient simpy program, write docs/performance.md
	$(BIN)/python -m benchmarks.run

docs: $(READY)   ## rewrite the reference pages, the schema of scenarios and the outputs of the notebooks
	$(BIN)/settlement-sim schema --out docs/schema/scenario-1.json
	$(BIN)/python docs/build_reference.py
	$(BIN)/python notebooks/execute.py

# The root is the source, docs/ the configuration: links between pages are then the ones that GitHub follows.
site: $(SITE)    ## build the documentation site into docs/_build; a warning is an error
	$(BIN)/sphinx-build -W --keep-going -n -E -q -b html -c docs . docs/_build

pin: $(READY)    ## recalibrate, re-pin the snapshots, rewrite the docs after a change of rules or data; review the diff
	for name in $(FITTED); do $(BIN)/settlement-sim calibrate scenarios/$$name.yaml || exit 1; done
	$(BIN)/settlement-sim calibrate --recognition
	$(BIN)/python -m tests.snapshots.pin
	$(MAKE) docs

questions: $(READY) ## simulate the question scenarios at full scale, rewrite the tables of docs/questions.md
	$(BIN)/python docs/measure_questions.py

gallery: $(READY) ## answer every question on a reduced world, write gallery/index.zh.html and index.en.html
	$(BIN)/settlement-sim gallery --out gallery -r 3 -j 2 --set world.scale=0.02

clean:           ## remove the virtual environment and caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis docs/_build docs/jupyter_execute
