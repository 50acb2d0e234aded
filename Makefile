# Everything sets itself up: on a fresh Debian machine with Swift, `make demo` or `make test` is all it takes.

SWIFT ?= swift
SOURCES = Package.swift Sources Tests Tools examples Fuzz

.DEFAULT_GOAL := help
.PHONY: help setup install build demo resilience test test-tsan test-asan lint format bench sweep simulate differential attack stress fuzz docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install what the build and the tests need and this machine lacks
	@scripts/setup

PREFIX ?= /usr/local
STATIC = --configuration release --product consul-resolve --static-swift-stdlib --scratch-path .build-static

install: setup ## Install consul-resolve into PREFIX/bin; it needs no Swift there
	$(SWIFT) build $(STATIC)
	install -D -m 755 "$$($(SWIFT) build $(STATIC) --show-bin-path)/consul-resolve" "$(DESTDIR)$(PREFIX)/bin/consul-resolve"

build: setup ## Build the library and the command line for release
	$(SWIFT) build --configuration release --product consul-resolve

demo: setup ## Resolve services of a real Consul agent, lose an instance, see it go
	@scripts/demo

resilience: setup ## Make one of three servers slow, fail, fall silent and restart: what balancing does (5 min)
	@scripts/resilience

# More than a thousand tests that all begin at once, on a few cores, are in each other's way for longer than their
# deadlines are. Swift 6.2 knows no such limit, and takes no notice.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH ?= 8

test: setup ## Run every test, against real Consul agents
	$(SWIFT) test

# One test at a time: slowed down tenfold and all at once, they would run into each other's deadlines. Simulations have one
# thread, and nothing to race with; what is allocated cannot be counted where a sanitizer does the allocating.
test-tsan: setup ## The same under ThreadSanitizer
	$(SWIFT) test --sanitize thread --scratch-path .build-tsan --no-parallel --skip BalancingSimulationTests \
		--skip AllocationTests

# Swift Testing keeps some memory until the end, which LeakSanitizer would report as ours.
test-asan: setup ## The same under AddressSanitizer
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize address --scratch-path .build-asan --skip AllocationTests

lint: ## Check format, licence headers and scripts
	@$(SWIFT) format lint --strict --recursive $(SOURCES)
	@scripts/lint

format: ## Bring the sources into format
	$(SWIFT) format --in-place --recursive $(SOURCES)

bench: setup ## Measure against a C program on the same c-ares
	@scripts/bench

SWEEP ?= 1000

sweep: setup ## Compare the completeness of answers with the HTTP API, for 1 to SWEEP (1000) instances of 16 kinds
	$(SWIFT) run --configuration release sweep-completeness $(SWEEP) $(SWEEP_OPTIONS)

STRESS_SECONDS ?= 15

DIFFERENTIAL_CATALOGS ?= 2000
DIFFERENTIAL_SEED ?= 1

differential: setup ## Ask for DIFFERENTIAL_CATALOGS (2000) random catalogs by DNS and HTTP: they have to agree
	DIFFERENTIAL_CATALOGS=$(DIFFERENTIAL_CATALOGS) DIFFERENTIAL_SEED=$(DIFFERENTIAL_SEED) \
		$(SWIFT) test --filter DifferentialTests

# The suites of docs/security.md, by the names of their types.
ATTACKS = ForgeryTests|ForgeryGuardTests|CaseKeepingTests|NameCaseTests|FloodTests|HostileServerTests|ServerNameTests|IsolationTests|HangingDatacenterTests|HeldReadTests|ManyWatchesTests|ErrandTests|ShutdownTests|MassFailureTests|OpenFileLimitTests|StandardDescriptorsTests|HostileNamesTests|SnapshotFileTests|SnapshotReplacingTests|SnapshotDamageTests|SecretTests

attack: setup ## Run the attacks of docs/security.md: forgers, floods, hanging servers, used-up descriptors, hostile names
	$(SWIFT) test --filter '$(ATTACKS)'

stress: setup ## Share endpoints among threads in an optimised build, for STRESS_SECONDS (15)
	$(SWIFT) run --configuration release stress-balancing $(STRESS_SECONDS)

simulate: setup ## Simulate balancing and write docs/balancing.md
	$(SWIFT) run --configuration release simulate-balancing docs

fuzz: setup ## Feed the readers of DNS, JSON and snapshots random bytes for FUZZ_SECONDS (60) each
	@scripts/fuzz wire
	@scripts/fuzz json
	@scripts/fuzz snapshot

docs: ## Build the documentation
	DOCUMENTATION=1 $(SWIFT) package generate-documentation --target ConsulResolver --warnings-as-errors
	DOCUMENTATION=1 $(SWIFT) package generate-documentation --target ConsulHTTP --warnings-as-errors
	DOCUMENTATION=1 $(SWIFT) package generate-documentation --target LoadBalancing --warnings-as-errors

clean: ## Remove what was built
	rm -rf .build .build-tsan .build-asan .build-static
