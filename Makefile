# Two commands for a newcomer: `make demo` and `make test`. Everything they need is
# installed into .venv from the lock file: by uv where it is found, by venv and pip otherwise.
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null)
BIN := .venv/bin
STAMP := .venv/.installed

.PHONY: help demo serve test test-description check format bench bench-faces bench-continuity bench-duplicates bench-label bench-station \
	bench-clock bench-uploads bench-bundles bench-packets bench-faults bench-hostile bench-load bench-validate bench-framing \
	audit sbom codes coverage hant schemas picture lock clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/'

$(STAMP): pyproject.toml uv.lock requirements.txt
ifdef UV
	@echo "Installing with uv ..."
	@$(UV) sync --quiet --locked --all-extras --compile-bytecode --python "$(PYTHON)"
else
	@echo "Installing with pip (the first time takes a minute or two) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps --requirement requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
endif
	@touch $(STAMP)

demo: $(STAMP) ## check a film, store it, open a case, seal a bundle, verify it
	@$(BIN)/sixface demo --out demo

serve: $(STAMP) ## the web app on http://127.0.0.1:8000
	@$(BIN)/sixface serve

test: $(STAMP) ## all tests, two files at a time
	@$(BIN)/python -m pytest --numprocesses 2 --dist loadfile

test-description: $(STAMP) ## draw many requests from the OpenAPI file, and hold the answers against it (minutes)
	@SIXFACE_DRAWS=100 $(BIN)/python -m pytest tests/api/test_description.py

check: $(STAMP) ## style, types, architecture
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/basedpyright
	@$(BIN)/lint-imports

format: $(STAMP) ## let ruff mend what it can
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(STAMP) ## cost of a check beside bare decoding, as a table
	@$(BIN)/python -m tests.bench

bench-faces: $(STAMP) ## how well the six faces are judged, on films whose truth is known
	@$(BIN)/python -m tests.bench_faces

bench-continuity: $(STAMP) ## how well cuts are found, beside the peers, on films whose truth is known
	@$(BIN)/python -m tests.bench_continuity

bench-duplicates: $(STAMP) ## how well copies are found again, and how seldom other files are
	@$(BIN)/python -m tests.bench_duplicates

bench-label: $(STAMP) ## how well waybills are read, on films whose number is known
	@$(BIN)/python -m tests.bench_label

bench-station: $(STAMP) ## how surely cuts under a station clock are found
	@$(BIN)/python -m tests.bench_station

bench-uploads: $(STAMP) ## what taking a film in costs beside a plain copy, and its memory
	@$(BIN)/python -m tests.bench_uploads
	@$(BIN)/python -m tests.bench_uploads --flat

bench-clock: $(STAMP) ## how well clocks drawn into films are read, and which cuts they tell
	@OPENBLAS_NUM_THREADS=1 OMP_NUM_THREADS=1 $(BIN)/python -m tests.bench_clock

bench-bundles: $(STAMP) ## which changes of a bundle are caught, and what sealing costs
	@$(BIN)/python -m tests.bench_bundles

bench-packets: $(STAMP) ## what every packet comes to beside the limits of its channel
	@$(BIN)/python -m tests.bench_packets

bench-faults: $(STAMP) ## kill, fill and break at every step, restart, and see what was lost (an hour and a half)
	@$(BIN)/python -m tests.bench_faults
	@$(BIN)/python -m tests.bench_faults --database postgresql
	@SIXFACE_KILLS=20 $(BIN)/python -m pytest --quiet tests/api/test_uploads_killed.py

bench-hostile: $(STAMP) ## more than 5,000 hostile files, 1,000 of them through the front door (half an hour)
	@$(BIN)/python -m tests.bench_hostile

bench-framing: $(STAMP) ## how often the station's hint that the parcel leaves the picture is right
	@$(BIN)/python -m tests.bench_framing

coverage: $(STAMP) ## draw the table of rules and what carries them
	@$(BIN)/python -m claims.coverage > claims/COVERAGE.md

hant: $(STAMP) ## draw all Chinese texts in traditional characters
	@$(BIN)/python -m api.traditional

codes: $(STAMP) ## draw the page of codes from the checks
	@$(BIN)/python -m evidence.codes > evidence/CODES.md

schemas: $(STAMP) ## draw the copy of the report's schema again, unless that breaks its readers
	@$(BIN)/python -m tests.schemas

picture: $(STAMP) ## draw the report of the README
	@$(BIN)/python -m tests.picture

bench-validate: $(STAMP) ## how soon a photo has its answer
	@$(BIN)/python -m tests.bench_validate

bench-load: $(STAMP) ## how it bears load, and what becomes of 1,000 films that wait when all is killed
	@$(BIN)/python -m tests.bench_load
	@$(BIN)/python -m tests.bench_load --servers

audit: $(STAMP) ## known weaknesses of all packages of the lock (asks the network; fails where it cannot)
	@$(BIN)/python -m tests.audit

sbom: $(STAMP) ## what it is made of, native libraries too: build/sbom.json (CycloneDX 1.6)
	@mkdir -p build && $(BIN)/python -m tests.sbom > build/sbom.json && echo build/sbom.json

lock: ## refresh the lock files after a change to pyproject.toml (needs uv)
	@$(UV) lock
	@$(UV) export --quiet --locked --all-groups --no-group bench --all-extras --no-emit-project --output-file requirements.txt

clean: ## remove what was built or installed
	@rm -rf .venv demo bench build dist .pytest_cache .ruff_cache
