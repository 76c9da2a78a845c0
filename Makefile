# `make help` lists what there is. Every target does its own set-up and can be repeated.
PYTHON_HERE := .venv/bin/python
# What starts and kills processes of its own runs after the rest: it waits more than it works, and others would slow it.
ALONE := kill or e2e
PYTEST := $(PYTHON_HERE) -m pytest
BOTH_CORES := -n 2 --dist loadfile
# A test waits for its database, server or browser now and then: a third one fills the gaps.
AND_A_THIRD := -n 3 --dist loadfile
# Where a pass needs few of the files, the others are not even read.
files_with = $(shell grep -rlE --include='test_*.py' 'mark\.($(1))' tests)
.DEFAULT_GOAL := help
.PHONY: help run test looks long stories demo bench faults mutants forecast ux messages browser lint ci clean install install-dev

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' Makefile

run: install ## start everything here: PORT (8000) and ADMINDUK_DATA (.data) are honoured, Ctrl-C stops it
	@$(PYTHON_HERE) -m adminduk.embedded.run --stop-with-parent

# Compiled once, even where the machine says otherwise: else each worker of each pass does it again.
test looks long stories: export PYTHONDONTWRITEBYTECODE =

test: install-dev browser ## run the tests on real engines; ARGS="tests/rules -x" narrows it down
ifdef ARGS
	@$(PYTEST) $(ARGS)
else
	@$(PYTEST) $(AND_A_THIRD) -m "not (browser or looks or long or $(ALONE))"
	@$(PYTEST) $(AND_A_THIRD) -m "browser and not (looks or $(ALONE))" $(call files_with,browser)
	@$(PYTEST) $(BOTH_CORES) -m "$(ALONE)" $(call files_with,kill|e2e)
endif

# Most of it is one file, so its tests go to whichever core is free.
looks: install-dev browser ## look at what `make test` leaves out: every page, desktop sizes, long walks
	@$(PYTEST) -n 2 --dist worksteal -m looks $(call files_with,browser)

long: install-dev ## the tests made large or done often: fuzz, crowds, whole demo sets
	@$(PYTEST) $(BOTH_CORES) -m long $(call files_with,long)

stories: install-dev browser ## the applicants' browser stories once more, on a desktop screen; ARGS picks some
	@STORIES=desktop $(PYTEST) $(BOTH_CORES) -m "browser and not looks" $(or $(ARGS),tests/citizen/apply tests/citizen/pages)

demo: install ## move the demo set to today, while `make run` runs in another terminal
	@$(PYTHON_HERE) manage.py demo

bench: install-dev ## measure, beside a floor in the same run; table and JSON go to docs/benchmarks/
	@$(PYTHON_HERE) -m bench $(ARGS)

mutants: install-dev ## take rules away one by one: a test has to fail each time; ARGS="lease receipts" picks some
	@$(PYTHON_HERE) -m mutants $(ARGS)

faults: install-dev ## kill and freeze everything in turn and count what was owed; ARGS=--short for less; docs/benchmarks/
	@$(PYTHON_HERE) -m faults $(ARGS)

forecast: install-dev ## judge the forecast of blanks over thirty generated years; the table goes to docs/benchmarks/
	@$(PYTHON_HERE) -m tests.rules.forecast_figures

ux: install-dev browser ## look at every page, weigh it, walk through the form; table and pictures go to docs/ux/
	@$(PYTHON_HERE) -m ux $(ARGS)

messages: install-dev ## bring the English catalogue up to date, compile it, and name what has no English yet
	@$(PYTHON_HERE) -m wording

browser: ## install Debian's Chromium for the browser tests, when root and possible
	@bin/browser

lint: install-dev ## check style, types and who imports whom
	@$(PYTHON_HERE) -m ruff check .
	@$(PYTHON_HERE) -m ruff format --check --quiet .
	@$(PYTHON_HERE) -m mypy
	@.venv/bin/lint-imports

ci: ## everything that has to pass: lint, tests on embedded engines, tests on given servers
	@bash .ci/run

clean: ## delete caches; data and the virtual environment stay
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache test-results
	@find . -name __pycache__ -not -path './.venv/*' -prune -exec rm -rf {} +

install:
	@bin/install requirements.txt

install-dev:
	@bin/install requirements.txt requirements-dev.txt
