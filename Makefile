# Everything a newcomer needs: `make run` shows a picture, `make test` checks the program.
# Both set up what is missing (.venv, and the system libraries that Qt needs) and say what they install.

PYTHON ?= python3
FILE ?= resources/sample/m13.fits
export FILE

BIN := .venv/bin
READY := .venv/.ready
# One variable for extra arguments, so that `make test ARGS=tests/core/test_io.py` works.
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test test-desktop lint format bench screenshots reference libraries clean

help:
	@echo 'make run [FILE=image.fits]   open the sample, or FILE, in a window'
	@echo 'make test [ARGS=...]         lint, then all tests (no display needed)'
	@echo 'make test-desktop            double-click in a real file manager, on a screen of its own'
	@echo 'make lint                    ruff, mypy, import contracts'
	@echo 'make format                  put the code into the one form that lint accepts'
	@echo 'make bench [ARGS=...]        measure speed and memory'
	@echo 'make screenshots [ARGS=...]  take the pictures of the README from the real program'
	@echo 'make reference               write docs/operations.md from the declarations, and the guide from docs/'
	@echo 'make clean                   remove everything that make made'

# The stamp is newer than pyproject.toml: nothing to do, no network needed.
$(READY): pyproject.toml scripts/set-up
	@PYTHON='$(PYTHON)' scripts/set-up

libraries:
	@scripts/system-packages window

run: $(READY) libraries
	@scripts/run "$$FILE"

test: $(READY) libraries lint
	QT_QPA_PLATFORM=offscreen $(BIN)/python -m pytest -n auto $(ARGS)

test-desktop: $(READY) libraries
	@scripts/system-packages desktop
	$(BIN)/python -m pytest tests/screen $(ARGS)

lint: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: $(READY)
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(READY) libraries
	@scripts/system-packages screen || true
	$(BIN)/python tests/bench/run.py $(ARGS)

screenshots: $(READY) libraries
	@scripts/system-packages screen
	@scripts/system-packages desktop || true
	$(BIN)/python scripts/screenshots.py $(ARGS)

reference: $(READY)
	$(BIN)/python scripts/reference.py
	$(BIN)/python scripts/guide.py

clean:
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
	find viewer tests scripts -name __pycache__ -type d -prune -exec rm -rf {} +
