# Everything starts here; `make` alone lists it. Nothing needs to be installed before but Python 3.11.
# Addresses are relative and quoted, so that the folder's name may hold spaces.

python := .venv/bin/python
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help demo stop test coverage stateful look screens bench bench-search bench-signing relevance lint messages lock

help:  ## what there is
	@sed -n 's/^\([a-z-]*\):.*## /make \1\t/p' Makefile

demo:  ## the whole site with its demo library on 127.0.0.1:8000 (PORT=…), until Ctrl-C
	@requirements/install base
	@exec env DEMO=1 PORT="$(PORT)" $(python) manage.py demo

stop:  ## the embedded database, which tests leave running
	@DEBUG=1 $(python) manage.py stop_database

test:  ## every test, in parallel; brings a browser if it can
	@tests/run

# Without the browser tests: coverage's tracer and Playwright's greenlets can lock each other for ever (Python 3.11).
coverage:  ## what the tests without a browser do not run (takes twice their time)
	@rm -f .coverage .coverage.*
	@$(python) -m coverage run -m pytest -q -n auto -m "not browser"
	@$(python) -m coverage combine -q
	@$(python) -m coverage report

stateful:  ## of the tests only that of moderation in any order, 10,000 random steps (EXAMPLES=…, STEPS=…)
	@STATEFUL_EXAMPLES="$(or $(EXAMPLES),100)" STATEFUL_STEPS="$(or $(STEPS),100)" \
		$(python) -m pytest -q --durations=1 tests/practices/test_moderation_stateful.py

look:  ## of the tests only that of every page in every state: accessibility, room, weight, calm
	@$(python) -m pytest -q -n auto tests/e2e/test_every_page.py

screens:  ## a picture of every page in every state, in var/screens (ONLY=review: some of them)
	@requirements/install base dev
	@tests/e2e/bring-browser
	@ONLY="$(ONLY)" $(python) -m pytest -q -n auto tests/e2e/screens.py
	@echo "Look through var/screens/index.html"

bench:  ## time, queries and weight of the main pages, on the library that `make demo` loaded
	@DEMO=1 $(python) manage.py bench

bench-search:  ## time the search beside a bare query, on the library that `make demo` loaded
	@DEMO=1 $(python) manage.py bench_search

bench-signing:  ## time signatures and their confirmation beside bare SQL, on a database of its own
	@DEBUG=1 $(python) manage.py bench_signing

relevance:  ## how well the demo library answers judged questions in six languages
	@DEMO=1 $(python) manage.py relevance

lint:  ## what a machine can say about the code and the templates
	@requirements/install base dev
	@$(python) -m ruff check .
	@$(python) -m ruff format --check .
	@$(python) -m djlint --quiet --lint templates

messages:  ## the translators' catalogues, brought up to the code
	@DEBUG=1 $(python) manage.py catalogues

lock:  ## requirements/*.lock, from what requirements/*.in asks for
	@requirements/install base dev
	@for name in base dev; do $(python) -m uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
		--no-emit-index-url --custom-compile-command "make lock" requirements/$$name.in -o requirements/$$name.lock; done
