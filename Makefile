# Two commands do everything on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
BASELINE := scenarios/baseline_2024q1q3.yaml

.PHONY: run test lint bench pin clean help
help:            ## list the targets
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

.venv.stamp: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --editable . --group dev
	touch .venv.stamp

run: .venv.stamp ## set up, simulate the baseline, print reported against simulated
	$(BIN)/settlement-sim run $(BASELINE) --check

test: .venv.stamp lint ## set up, check style and types, run the whole suite
	$(BIN)/python -m pytest -n 2

lint: .venv.stamp ## ruff and mypy
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv.stamp ## measure speed against a per-patient simpy program, write docs/performance.md
	$(BIN)/python -m benchmarks.run

pin: .venv.stamp ## recalibrate and re-pin the snapshots after a change of rules or data; review the diff
	$(BIN)/settlement-sim calibrate $(BASELINE)
	$(BIN)/python -m tests.snapshots.pin

clean:           ## remove the virtual environment and caches
	rm -rf .venv .venv.stamp .pytest_cache .mypy_cache .ruff_cache .hypothesis
