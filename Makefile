# Tagwork: `make demo` runs the main job, `make test` proves it. Each sets itself up; `make help` lists the rest.
SHELL := /bin/sh
PYTHON ?= python3
VENV ?= .venv
RUN := $(VENV)/bin/python
CSV ?=
REPLAY ?=
# one order for everyone; another one looks for tests that lean on each other: make test ORDER=7
ORDER ?= 1
# images often set it; each process would compile our 560 files again, which takes a second of CPU
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install demo rehearse test lint fmt kills storm laws mutate reds faults outages asks bench parity docs lock clean
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | sort

$(VENV)/.run: requirements.lock pyproject.toml
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh .ci/venv requirements.lock
	@touch "$@"

$(VENV)/.dev: requirements-dev.lock $(VENV)/.run
	@PYTHON="$(PYTHON)" VENV="$(VENV)" sh .ci/venv requirements-dev.lock
	@touch "$@"

install: $(VENV)/.run ## Install Tagwork into VENV

demo: $(VENV)/.run ## Run the main job on Rehearsal: CSV=PATH takes a file of your own
	@"$(RUN)" -m app.cli demo $(if $(CSV),--csv "$(CSV)")

rehearse: $(VENV)/.run ## Talk to Tagwork in a rehearsed workspace: REPLAY=PATH plays a transcript instead
	@"$(RUN)" -m app.cli rehearse $(if $(REPLAY),--replay "$(REPLAY)")

lint: $(VENV)/.dev ## ruff, mypy and the import rules
	"$(RUN)" -m ruff check .
	"$(RUN)" -m ruff format --check .
	"$(RUN)" -m mypy
	"$(RUN)" -c 'from importlinter.cli import lint_imports_command as lint; lint()' --no-logo --no-cache

fmt: $(VENV)/.dev ## Format and fix what ruff can fix
	"$(RUN)" -m ruff check --fix .
	"$(RUN)" -m ruff format .

test: lint ## Lint, types, import rules and the whole suite (ORDER: seed of its order)
	"$(RUN)" -m pytest -n 4 --dist loadfile --no-loadscope-reorder --randomly-seed=$(ORDER)

kills: $(VENV)/.dev ## Slow proof: kill -9 of whoever holds the Run, at random instants (TIMES, SEED)
	"$(RUN)" -m tests.proofs.kill_at_random --times $(or $(TIMES),10) --seed $(or $(SEED),1)

storm: $(VENV)/.dev ## Slow proof: kill -9 at every boundary, then 1,000 Runs in storms by seed (SEEDS, ONLY, DATABASE, DOCS=1)
	"$(RUN)" -m tests.storm --only "$(ONLY)" $(if $(SEEDS),--seeds $(SEEDS)) $(if $(DATABASE),--database $(DATABASE)) $(if $(DOCS),--write-docs)
	$(if $(ONLY),,"$(RUN)" -m tests.proofs.policy_laws)

laws: $(VENV)/.dev ## Slow proof: the laws of judging hold for 100,000 policies and calls each (CASES, ONLY)
	"$(RUN)" -m tests.proofs.policy_laws --only "$(ONLY)" $(if $(CASES),--cases $(CASES))

mutate: $(VENV)/.dev ## Slow proof: whatever one changes in policy and approvals, a test notices (ONLY: words in modules' names)
	@"$(RUN)" -m tests.mutation --only "$(ONLY)"

reds: $(VENV)/.dev ## Slow proof: ten defences taken out, drawn by the commit, and seen by tests (ALL=1: every one)
	"$(RUN)" -m tests.proofs.broken_on_purpose $(if $(ALL),--all)

faults: $(VENV)/.dev ## Slow proof: each single fault of Slack and of Claude leaves one whole answer (ONLY: words)
	"$(RUN)" -m tests.proofs.single_faults --only "$(ONLY)"

bench: $(VENV)/.dev ## What it costs beside plain Bolt and bare Celery (ONLY: letters, DATABASE; DOCS=1 prints the page)
	"$(RUN)" -m bench --only "$(ONLY)" --database "$(DATABASE)" $(if $(DOCS),--write-docs)

outages: $(VENV)/.dev ## Slow proof: broker and database away, hung, flushed, restarted, locked (ONLY: words)
	"$(RUN)" -m tests.proofs.outages --only "$(ONLY)"

asks: $(VENV)/.dev ## How often each preset asks for a yes on a reference workload, and that nothing ran unbidden
	@"$(RUN)" -m tests.asks

parity: $(VENV)/.dev ## Print which rows of the parity list the tests show, and the counts
	@"$(RUN)" -m tests.parity

docs: $(VENV)/.dev ## Print the reference pages from the code
	"$(RUN)" -m app.reference
	"$(RUN)" -m tests.parity --write > /dev/null
	"$(RUN)" -m tests.requirements --write > /dev/null
	"$(RUN)" -m app.rehearsal.reference_page docs/contributors/rehearsal.md

lock: $(VENV)/.dev ## Compile both locks again from pyproject.toml
	"$(RUN)" -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --all-extras --group build -o requirements.lock pyproject.toml
	"$(RUN)" -m uv pip compile --universal --python-version 3.11 --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --group test --group check -c requirements.lock -o requirements-dev.lock

clean: ## Remove the virtual environment and caches
	rm -rf "$(VENV)" .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
