# Everything a contributor types; `make help` is the manual.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

MODULE := target/wasm32-wasip1/release/spillway_filter.wasm
# What is built on the way to it: see `module`.
STAGES := target/stages
# Native programs are not on the request path: they link in seconds without whole-program optimisation,
# which the release profile has for the module.
NATIVE := --release --config profile.release.lto=false --config profile.release.codegen-units=16
# Vector instructions, which the check of a body is written in; without them it takes several times as long.
VECTORS := -Ctarget-feature=+simd128
# Without the instruction that copies memory, which is a call out of the VM: see src/host/bytes.rs.
COPIES := -Ctarget-cpu=mvp -Ctarget-feature=+sign-ext,+nontrapping-fptoint,+mutable-globals
# The most memory of a VM, 1 GiB: of the largest bodies that are taken by default, the worst takes a third of it. See
# docs/DEPLOY.md.
MOST_MEMORY := -Clink-arg=--max-memory=1073741824
# Tests build what they need in the debug profile, once.
SPILLWAY := target/debug/spillway
# The programs that tests run. `make test` builds a test beside them: what tests depend on turns features of libraries on,
# and without it every crate would be compiled once with and once without them.
PROGRAMS ?= --workspace --exclude spillway-filter --bins
# The gateway's file for `make run`; see tools/run.sh for what runs without one.
FILE ?=
# Options for `make run`, e.g. ARGS='--listen 127.0.0.1:8080'.
ARGS ?=
CHAOS = env SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" SPILLWAY_BIN_DIR="$(CURDIR)/target/debug" \
	cargo test --quiet -p spillway-e2e --test chaos -- $(ARGS)
# As of a server that is meant to take thousands of rows a second; see docs/BENCHMARK.md.
BUSY_POSTGRES = shared_buffers=1GB max_wal_size=8GB checkpoint_timeout=15min wal_init_zero=off
BENCH_LEDGER = cargo run --quiet $(NATIVE) -p spillway-e2e --bin bench_ledger -- $(ARGS)

.PHONY: help
help: ## Show this.
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' Makefile

.PHONY: setup
setup: ## Fetch what is missing (toolchain, Envoy, test runner) into .tools; quick when nothing is.
	@tools/setup.sh

.PHONY: build
build: setup-gateway ## Build the filter's module and the native programs, optimised; fetch Envoy where it is missing.
	@$(MAKE) --jobs=2 module native

.PHONY: wasm
wasm: build ## Build the filter's module; say its size and how long Envoy takes to load it.
	@python3 tools/module.py target/release/spillway $(MODULE) "$$(tools/find-envoy.sh)"

.PHONY: native
native: ## Build the native programs into target/release.
	@tools/setup.sh toolchain
	@echo 'native programs …'
	@cargo build $(NATIVE) -p spillway -p spillway-ledger -p mock-providers --bins

.PHONY: test
test: export PROGRAMS := --workspace --bins --test suite
test: setup ## Run all tests and checks; the last line is the total.
	@python3 tools/tally.py lint test-native precision \
		test-node+test-postgres+test-calls+test-instructions+test-leaks+check-examples+check-docker \
		check-mesh+check-helm test-e2e+test-monitor

.PHONY: test-native
test-native: ## Run the unit and golden tests natively.
	@cargo test --no-fail-fast --workspace

.PHONY: precision
precision: ## Show how many labelled texts each prebuilt pattern gets right; MISSES=1 shows those that it does not.
	@cargo test --quiet --workspace --lib precision_and_recall -- --nocapture \
		| sed -E '/^(running|test result)|^\.?$$/d'

.PHONY: test-node
test-node: setup ## Run the filter's unit and golden tests as wasm, in Node.
	@CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS=$(VECTORS) \
		CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER="$(CURDIR)/.tools/bin/wasm-bindgen-test-runner" \
		cargo test --no-fail-fast --lib --target wasm32-unknown-unknown

.PHONY: test-e2e
test-e2e: setup module module-test-panic debug-programs ## Run the scenarios on real Envoy, strict providers and the real ledger.
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" SPILLWAY_REDIS="$$(tools/find-redis.sh || true)" \
		SPILLWAY_BIN_DIR="$(CURDIR)/target/debug" cargo test --workspace --test suite

.PHONY: test-leaks
test-leaks: ## Show for every golden request that a provider gets only what its API defines.
	@cargo test --no-fail-fast --workspace --test leak_proof

.PHONY: test-calls
test-calls: setup module debug-programs ## Count what a request asks of Envoy, call by call; UPDATE_GOLDEN=1 accepts it, ARGS=OLD.wasm measures instead.
	@tools/configurations.sh $(SPILLWAY)
	@tools/calls.sh $(SPILLWAY) $(ARGS) $(MODULE)

.PHONY: configurations
configurations: debug-programs ## Render anew what the module is configured with while it is trained (tools/training).
	@UPDATE_GOLDEN=1 tools/configurations.sh $(SPILLWAY)

.PHONY: test-instructions
test-instructions: setup debug-programs ## Count the instructions of a request in the filter's core, by valgrind; UPDATE_GOLDEN=1 accepts them.
	@tools/instructions.sh $(SPILLWAY)

.PHONY: profile-instructions
profile-instructions: setup debug-programs ## Show where a request's instructions go; ARGS=chat-128kb: of that scenario.
	@tools/instructions.sh $(SPILLWAY) $(or $(ARGS),chat-1kb)

.PHONY: test-e2e-oldest
test-e2e-oldest: setup module module-test-panic debug-programs ## Run the scenarios on the oldest Envoy that is supported.
	@SPILLWAY_ENVOY="$$(tools/envoy-oldest.sh)" SPILLWAY_REDIS="$$(tools/find-redis.sh || true)" \
		SPILLWAY_BIN_DIR="$(CURDIR)/target/debug" cargo test --no-fail-fast -p spillway-e2e --test suite -- $(ARGS)

.PHONY: test-postgres
test-postgres: setup ## Run the ledger's tests again, on PostgreSQL.
	@tools/test-postgres.sh

.PHONY: test-monitor
test-monitor: setup ## Test the monitor's pages in Chromium; its pictures are in target/monitor. ARGS=login: those tests only.
	@cargo test --quiet --no-run --workspace
	@SPILLWAY_MONITOR_FIXTURE="$(CURDIR)/target/debug/examples/monitor_fixture" \
		SPILLWAY_BIN_DIR="$(CURDIR)/target/debug" tools/test-monitor.sh $(ARGS)

.PHONY: test-clients
test-clients: setup module debug-programs ## Let Codex CLI do a task through the gateway, on a Responses and on a chat-only upstream.
	@SPILLWAY_CODEX="$$(tools/codex.sh)" SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" \
		SPILLWAY_BIN_DIR="$(CURDIR)/target/debug" cargo test -p spillway-e2e --test suite -- codex_does

.PHONY: test-flapping
test-flapping: setup module debug-programs ## Run the test of a flapping primary for 30 seconds instead of 8.
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" SPILLWAY_BIN_DIR="$(CURDIR)/target/debug" SPILLWAY_E2E_SECONDS=30 \
		cargo test -p spillway-e2e --test suite -- flapping

.PHONY: test-reload
test-reload: setup module debug-programs ## Change a gateway's file 50 times in 60 s of traffic, instead of 8 times in 10.
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" SPILLWAY_BIN_DIR="$(CURDIR)/target/debug" SPILLWAY_E2E_SECONDS=60 \
		cargo test --quiet -p spillway-e2e --test suite -- reload_

.PHONY: chaos
chaos: setup module module-test-panic debug-programs ## Break what can break under 500 requests/s, for 10 minutes; ARGS=killed: those scenarios only.
	@cargo test --no-run --quiet -p spillway-e2e --test chaos
	@if tools/find-postgres.sh > /dev/null; then exec tools/with-postgres.sh $(CHAOS); else $(CHAOS); fi

.PHONY: fuzz
fuzz: ## Feed damaged input to every parser, translator and guardrail, 10 minutes each; ARGS='--seconds 60 --only stream'.
	@cargo run --quiet $(NATIVE) -p spillway-fuzz -- $(ARGS)

# What the allocator keeps for the next who asks is no leak.
.PHONY: miri
miri: ## Run the tests of what is unsafe in Miri, which finds undefined behaviour; needs a nightly toolchain with `miri`.
	@MIRIFLAGS=-Zmiri-ignore-leaks cargo +nightly miri test --lib -- heap:: bytes::

.PHONY: lint
lint: ## Check the format, and run clippy natively and for the module's target; warnings are errors.
	@cargo fmt --all --check
	@cargo clippy --workspace --all-targets -- -D warnings
	@cargo clippy --workspace --test suite --test chaos --test leak_proof -- -D warnings
	@cargo clippy --lib --target wasm32-wasip1 -p spillway-filter -p spillway-floor -- -D warnings

.PHONY: check-examples
check-examples: setup module debug-programs ## Fail when a rendered example is stale, Envoy does not take it, or its README lies.
	@python3 tools/examples.py check $(SPILLWAY) $(MODULE) "$$(tools/find-envoy.sh)"
	@python3 tools/readmes.py target/debug
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" python3 tools/newcomer.py check target/debug

.PHONY: newcomer
newcomer: ## Time the README's way from a LiteLLM configuration to an answer, in a fresh clone; ARGS=--record writes it there.
	@python3 tools/newcomer.py time $(ARGS)

.PHONY: check-docker
check-docker: setup module debug-programs ## Check the Dockerfile and the compose files, and run what the gateway's image runs; without Docker.
	@tools/deploy/checks.sh check_docker.py target/debug $(MODULE) "$$(tools/find-envoy.sh)"

.PHONY: check-helm
check-helm: setup debug-programs ## Lint and render the chart, and check it by Kubernetes' schemas; UPDATE_GOLDEN=1 accepts what it renders.
	@tools/deploy/checks.sh check_chart.py target/debug

.PHONY: check-mesh
check-mesh: setup module debug-programs ## Check what is rendered for Istio and Envoy Gateway, and ask an Envoy that has it; UPDATE_GOLDEN=1 accepts it.
	@oldest="$$(tools/envoy-oldest.sh)"; \
		tools/deploy/checks.sh check_mesh.py target/debug $(MODULE) "$$(tools/find-envoy.sh)" "$$oldest"

.PHONY: render
render: debug-programs ## Render envoy/examples again.
	@python3 tools/examples.py render $(SPILLWAY)

.PHONY: bless
bless: render ## Rewrite golden expectations and examples; then review the diff.
	@UPDATE_GOLDEN=1 cargo test --workspace

.PHONY: demo
demo: setup-gateway module debug-programs ## Play the seed failures and a tour on a local gateway with mock providers.
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" SPILLWAY_BIN_DIR="$(CURDIR)/target/debug" target/debug/demo

.PHONY: bench
bench: build module-floor ## Measure what the gateway adds to a request, in CPU and latency; ARGS='--record' writes it down.
	@tools/wrk.sh
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" cargo run --quiet $(NATIVE) -p spillway-e2e --bin bench -- $(ARGS)
	@$(MAKE) --silent --no-print-directory bench-rules ARGS=

.PHONY: bench-peers
bench-peers: build module-floor ## Measure LiteLLM, TensorZero and Portkey next to the gateway; ARGS='--record' writes it down.
	@tools/wrk.sh
	@tools/peers.sh
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" cargo run --quiet $(NATIVE) -p spillway-e2e --bin bench_peers -- $(ARGS)

.PHONY: bench-calls
bench-calls: build module-floor ## Measure what a call from the filter to Envoy costs, kind by kind; ARGS='--record' writes it down.
	@tools/wrk.sh
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" cargo run --quiet $(NATIVE) -p spillway-e2e --bin bench_calls -- $(ARGS)

.PHONY: count-envoy
count-envoy: build ## Count the instructions of a request in a real Envoy, by valgrind; ARGS=OLD.wasm counts with that module, too.
	@python3 tools/count_envoy.py target/release/spillway target/release/mock-providers "$$(tools/find-envoy.sh)" \
		"$$(tools/find-valgrind.sh)" $(ARGS) $(MODULE)

.PHONY: bench-memory
bench-memory: build ## Measure Envoy's memory after a million requests and after large ones; fails beyond its bounds. ARGS='--requests N'.
	@tools/wrk.sh
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" cargo run --quiet $(NATIVE) -p spillway-e2e --bin bench_memory -- $(ARGS)

.PHONY: bench-keys
bench-keys: build ## Measure what a hundred thousand keys cost; ARGS='--keys N'.
	@echo 'keys, each used twice …'
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" cargo run --quiet $(NATIVE) -p spillway-e2e --bin bench_keys -- $(ARGS)

.PHONY: bench-ledger
bench-ledger: native ## Measure how fast the ledger stores events, and shows ten million; ARGS='--rows 1000000'.
	@echo 'events …'
	@if tools/find-postgres.sh > /dev/null; then POSTGRES_FSYNC=on POSTGRES_SETTINGS='$(BUSY_POSTGRES)' tools/with-postgres.sh $(BENCH_LEDGER); else $(BENCH_LEDGER); fi

.PHONY: bench-build
bench-build: module debug-programs ## Build the module in other ways (opt-level, LTO, vectors, wasm-opt), and measure each; a quarter of an hour.
	@tools/bench-build.sh $(SPILLWAY) $(MODULE)

.PHONY: bench-rules
bench-rules: ## Measure a hundred guardrail rules on prompts of up to 10 MB, as wasm; ARGS=100 stops at 100 KB.
	@echo 'a hundred rules …'
	@CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS='$(VECTORS)' \
		CARGO_TARGET_WASM32_WASIP1_RUNNER='node --no-warnings $(CURDIR)/tools/wasi.mjs' \
		cargo bench --quiet --bench rules --target wasm32-wasip1 -- $(ARGS)

.PHONY: run
run: build ## Leave a gateway up: mock providers, or real ones whose keys are set; or FILE=gateway.yaml, ARGS='…'.
	@SPILLWAY_ENVOY="$$(tools/find-envoy.sh)" FILE='$(FILE)' ARGS='$(ARGS)' tools/run.sh

.PHONY: clean
clean: ## Remove what was built and what runs left; .tools stays.
	@cargo clean
	@rm -rf .run

# Not in the manual: what the targets above need. Cargo knows whether there is anything to do.

# Less than `setup`: what tests need besides takes minutes more.
.PHONY: setup-gateway
setup-gateway:
	@tools/setup.sh gateway

# With unwinding, so that a panic can be caught: see docs/ARCHITECTURE.md. The standard library that comes for
# this target aborts, so it is built along, by an option that the stable compiler has behind RUSTC_BOOTSTRAP.
# The variables are for this command and target only, and what it builds on the way has a folder of its own:
# native builds see none of it. The RUSTFLAGS of the environment would take the place of the target's. `more` is a
# variable of the shell's.
UNWINDING := env -u RUSTFLAGS -u CARGO_ENCODED_RUSTFLAGS RUSTC_BOOTSTRAP=1 \
	CARGO_TARGET_WASM32_WASIP1_RUSTFLAGS="-Cpanic=unwind $(VECTORS) $(COPIES) $(MOST_MEMORY) $${more:-}" \
	cargo rustc --quiet --lib --release --target wasm32-wasip1 --crate-type cdylib -Zbuild-std=std,panic_unwind

# A module that counts what of it runs, without LLVM's runtime, which there is none of for this target: tools/training
# reads the counters where they lie. What a function is called with is not counted, which only that runtime can.
COUNTING := -Cprofile-generate -Zno-profiler-runtime -Cllvm-args=-disable-vp \
	$(foreach section,cnts data names,$(foreach side,start stop,\
	-Clink-arg=--undefined=__$(side)___llvm_prf_$(section) -Clink-arg=--export=__$(side)___llvm_prf_$(section)))
PROFILE := $(CURDIR)/$(STAGES)/spillway.profdata
# A function that the profile does not have would be taken for one that never runs: the compiler warns of each.
TRAINED := -Cprofile-use=$(PROFILE) -Cllvm-args=-disable-vp -Cllvm-args=-pgo-warn-missing-function

# Built twice: the first one counts what of it runs while it plays requests, and tells the compiler where to take pains. The
# second one counts its branches, and tells V8: docs/BENCHMARK.md has what both are worth. QUICK=1 leaves all of that out.
.PHONY: module
ifdef QUICK
module:
	@echo 'wasm module, untrained …'
	@CARGO_BUILD_BUILD_DIR=target/unwinding $(UNWINDING) --target-dir $(STAGES)/quick
	@install -D --mode=644 $(call BUILT,quick) $(MODULE)
	@touch --date=@1 $(MODULE) # Older than what it would be made of otherwise.
else
module:
	@if tools/training/possible.sh; then \
		echo 'wasm module that counts …'; \
		more='$(COUNTING)'; CARGO_BUILD_BUILD_DIR=$(STAGES)/counting/build $(UNWINDING) --target-dir $(STAGES)/counting; \
		tools/training/profile.sh $(call BUILT,counting) $(PROFILE) $(STAGES)/trained; \
		more='$(TRAINED)'; \
	fi; \
	echo 'wasm module …'; \
	CARGO_BUILD_BUILD_DIR=$(STAGES)/trained/build $(UNWINDING) --target-dir $(STAGES)/trained
	@tools/training/hints.sh $(call BUILT,trained) $(MODULE)
endif
BUILT = $(STAGES)/$(1)/wasm32-wasip1/release/$(notdir $(MODULE))

# What the gateway is measured against: a pair of filters that do next to nothing, built as the gateway's are.
.PHONY: module-floor
module-floor:
	@echo 'wasm module of the floor …'
	@CARGO_BUILD_BUILD_DIR=target/unwinding $(UNWINDING) -p spillway-floor

# A build whose filter panics where a request header asks for it: for one test, and for nothing else. So it is built fast.
.PHONY: module-test-panic
module-test-panic:
	@echo 'wasm module with injected panics …'
	@CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_CODEGEN_UNITS=16 CARGO_PROFILE_RELEASE_OPT_LEVEL=1 \
		$(UNWINDING) --features test-panic --target-dir target/test-panic

.PHONY: debug-programs
debug-programs:
	@echo 'programs (debug) …'
	@cargo build --quiet $(PROGRAMS)
