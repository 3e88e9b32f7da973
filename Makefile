# What one does with this project; `make` alone lists it.

# A target that imports what it does not name as a dependency would build today and break another day.
STRICT := --explicit-target-dependency-import-check error

.DEFAULT_GOAL := help
.PHONY: help deps build demo test test-asan test-tsan lint bench soak

help: ## lists these targets
	@sed -n 's/^\([a-z-]*\):.*## /\1	/p' $(MAKEFILE_LIST) | expand -t 12

deps: ## installs what the build, the demo and the tests need on Debian 12
	@scripts/deps.sh

build: ## builds everything, for debugging
	@scripts/deps.sh --build-only
	swift build $(STRICT)

demo: deps ## runs the agent against real servers until Ctrl-C
	swift build $(STRICT) --product tenantwatch
	@scripts/demo.sh .build/debug/tenantwatch

# Whole agents first and one after the other: what they must do in time they need the machine for. The runner's own summary comes last, for whoever reads only the end of a log.
test: lint deps ## lints, builds and runs all tests
	swift build --build-tests $(STRICT)
	@scripts/test.sh --no-parallel --filter AgentTests
	@scripts/test.sh --skip AgentTests

test-asan: deps ## runs all tests under AddressSanitizer, leaks through C included
	@scripts/sanitize.sh address

test-tsan: deps ## runs all tests under ThreadSanitizer
	@scripts/sanitize.sh thread

lint: ## checks format and house rules
	@scripts/lint.sh

bench: deps ## measures the agent, optimised
	swift build -c release --product tenantwatch
	swift build -c release --product tenantwatch-bench
	.build/release/tenantwatch-bench

# Optimised, for the years; and for the kills, because that is what is shipped.
SOAK := -c release -Xswiftc -enable-testing --scratch-path .build/soak

soak: deps ## kills the agent a thousand times, and simulates a year of each world
	swift build --build-tests $(SOAK) $(STRICT)
	TENANTWATCH_KILLS=1000 scripts/test.sh $(SOAK) --filter KillTests
	TENANTWATCH_SIMULATION_DAYS=365 scripts/test.sh $(SOAK) --filter SimulationTests
