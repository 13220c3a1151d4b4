# Zgoda. The two commands: `make run` and `make test`. `make help` lists the rest.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

# Tools that the project installs for itself; nothing is installed by hand.
TOOLS := $(CURDIR)/target/tools
STAMPS := $(CURDIR)/target/.setup
export PATH := $(TOOLS)/bin:$(PATH)

.PHONY: help
help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{ printf "  make %-14s %s\n", $$1, $$2 }'

.PHONY: run
run: setup ui models ## set up, build and open the app; without a display the same job in the terminal
	cargo build -p zgoda-app -p zgoda-cli --bin zgoda-app --bin zgoda
	@if [ -n "$${DISPLAY:-}$${WAYLAND_DISPLAY:-}" ]; then \
	  exec target/debug/zgoda-app; \
	else \
	  echo "There is no display here, so this is the main job in the terminal:"; \
	  target/debug/zgoda demo; \
	fi

include mk/*.mk
