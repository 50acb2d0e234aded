# The targets install their dependencies: on a fresh Debian machine with Swift, `make demo` or `make test` suffices.

SWIFT ?= swift
SOURCES = Package.swift Sources Tests Tools Snippets examples Fuzz

.DEFAULT_GOAL := help
.PHONY: help setup install uninstall build demo resilience examples test test-traits test-tsan test-asan lint format bench sweep chaos histories soak simulate differential attack stress fuzz docs clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install the missing dependencies of the build and the tests
	@scripts/setup

PREFIX ?= /usr/local
export SWIFT PREFIX DESTDIR

install: setup ## Install consul-resolve, its manual page and completions into PREFIX (/usr/local)
	@built=$$(scripts/build consul-resolve) && scripts/install "$$built"

uninstall: ## Remove what install has installed, with the same PREFIX and DESTDIR
	@scripts/install --remove

build: setup ## Build the library and the command line for release
	@scripts/build consul-resolve

demo: setup ## Resolve a service of a real Consul agent and watch it lose an instance
	@scripts/demo

resilience: setup ## Measure balancing while one of three servers is slow, fails, does not answer or restarts (5 min)
	@scripts/resilience

examples: setup ## Build the examples, run them on a real Consul agent, and check their output
	@scripts/examples

test: setup ## Run all tests, on real Consul agents
	$(SWIFT) test

# The suites that are compiled with a trait alone.
TRAIT_TESTS = ConfigurationConsulTests|ConsulGRPCTests|TracingTests

test-traits: setup ## Run the tests of the traits that are off by default, and those of a build without any trait
	$(SWIFT) test --traits default,Configuration,GRPC,Tracing --scratch-path .build-traits --filter '$(TRAIT_TESTS)'
	$(SWIFT) test --disable-default-traits --scratch-path .build-without-traits --filter BuildWithoutDNSTests

# One test at a time: the sanitizer slows tests down tenfold, and in parallel they would exceed their deadlines. The
# simulations are skipped because they have a single thread, and allocation counts because the sanitizer allocates, too.
test-tsan: setup ## Run the tests under ThreadSanitizer
	$(SWIFT) test --sanitize thread --scratch-path .build-tsan --no-parallel --skip BalancingSimulationTests \
		--skip AllocationTests

# Swift Testing keeps some memory until the process ends, which LeakSanitizer would report as a leak.
test-asan: setup ## Run the tests under AddressSanitizer
	ASAN_OPTIONS=detect_leaks=0 $(SWIFT) test --sanitize address --scratch-path .build-asan --skip AllocationTests

lint: ## Check the format, license headers and scripts
	@$(SWIFT) format lint --strict --recursive $(SOURCES)
	@scripts/lint

format: ## Format the sources
	$(SWIFT) format --in-place --recursive $(SOURCES)

bench: setup ## Run the benchmarks, compared with programs in C and Go
	@scripts/bench

SWEEP ?= 1000

sweep: setup ## Compare DNS answers with the HTTP API, for 1 to SWEEP (1000) instances of 16 kinds
	@tool=$$(scripts/build sweep-completeness) && "$$tool" $(SWEEP) $(SWEEP_OPTIONS)

STRESS_SECONDS ?= 15

CHAOS_ROUNDS ?= 10
CHAOS_SEED ?= 1

chaos: setup ## Let servers, agents and networks fail CHAOS_ROUNDS (10) times, and check what programs see meanwhile
	@tool=$$(scripts/build run-chaos) && scripts/own-network "$$tool" $(CHAOS_ROUNDS) $(CHAOS_SEED)

HISTORIES ?= 100000
AGENT_HISTORIES ?= 300
HISTORIES_SEED ?= 1

histories: setup ## Check fenced writes of HISTORIES (100000) faulty schedules for linearizability, 300 on a real agent
	@tool=$$(scripts/build check-locks) && "$$tool" simulated $(HISTORIES) $(HISTORIES_SEED) && \
		"$$tool" agent $(AGENT_HISTORIES) $(HISTORIES_SEED)

SOAK_MINUTES ?= 60

soak: setup ## Use the library for SOAK_MINUTES (60) while agents are restarted, and plot what it needs (docs/soak.svg)
	@tool=$$(scripts/build run-soak) && "$$tool" --minutes $(SOAK_MINUTES) --csv .build/soak.csv $(SOAK_OPTIONS) && \
		"$$tool" plot .build/soak.csv docs/soak.svg

DIFFERENTIAL_CATALOGS ?= 2000
DIFFERENTIAL_SEED ?= 1

differential: setup ## Check that DNS and HTTP agree on DIFFERENTIAL_CATALOGS (2000) random catalogs
	DIFFERENTIAL_CATALOGS=$(DIFFERENTIAL_CATALOGS) DIFFERENTIAL_SEED=$(DIFFERENTIAL_SEED) \
		$(SWIFT) test --filter DifferentialTests

# The types of the suites in docs/security.md.
ATTACKS = ForgeryTests|ForgeryGuardTests|CaseKeepingTests|NameCaseTests|FloodTests|HostileServerTests|ServerNameTests|IsolationTests|HangingDatacenterTests|HeldReadTests|ManyWatchesTests|BoundedTaskTests|ShutdownTests|MassFailureTests|OpenFileLimitTests|StandardDescriptorsTests|HostileNamesTests|SnapshotFileTests|SnapshotReplacingTests|SnapshotDamageTests|SecretTests

attack: setup ## Run the attacks of docs/security.md: forgery, floods, hanging servers, used-up descriptors
	$(SWIFT) test --filter '$(ATTACKS)'

stress: setup ## Stress balancing from many threads in an optimized build, for STRESS_SECONDS (15)
	@tool=$$(scripts/build stress-balancing) && "$$tool" $(STRESS_SECONDS)

simulate: setup ## Simulate balancing and generate docs/balancing.md
	@tool=$$(scripts/build simulate-balancing) && "$$tool" docs

fuzz: setup ## Fuzz the readers of DNS, names, JSON, semaphores and snapshots for FUZZ_SECONDS (60) each
	@for target in wire answers names json semaphore snapshot; do scripts/fuzz $$target || exit 1; done

docs: setup ## Build the documentation, and check that every public symbol has some
	@scripts/docs

clean: ## Remove build products
	rm -rf .build .build-traits .build-without-traits .build-tsan .build-asan
