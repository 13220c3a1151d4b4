# `make test`, in the order in which a mistake shows soonest.

.PHONY: test
test: setup-test models test-ui ui test-style test-rust test-types test-deny test-axe test-window ## everything that must pass

.PHONY: test-style
test-style: ## formatting and lints
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- -D warnings

.PHONY: test-ui
test-ui: $(STAMPS)/npm ## the screens' types and units
	cd ui && npm run format:check && npm run check && npm test

# One selection of packages for every cargo test, so that nothing is compiled twice with other features.
.PHONY: test-rust
test-rust: ui models ## units, properties, faults and journeys
	ZGODA_REQUIRE_MODELS=1 cargo test --workspace -- --skip window_

.PHONY: test-types
test-types: ## the committed TypeScript types are those that the Rust types give
	@git diff --exit-code -- ui/src/backend/types || { \
	  echo "The types in ui/src/backend/types differ: commit what cargo test wrote."; exit 1; }

.PHONY: test-deny
test-deny: $(TOOLS)/bin/cargo-deny ## licences, sources, duplicates
	cargo deny check bans licenses sources

.PHONY: test-axe
test-axe: $(STAMPS)/npm $(STAMPS)/debian-test ## accessibility of every screen
	cd ui && npm run axe

.PHONY: test-window
test-window: ui $(TOOLS)/bin/tauri-driver ## the real app in a real window
	cargo build --bin zgoda-app
	tests/e2e/session cargo test --workspace --test window -- --test-threads=1

.PHONY: film
film: test-window ## the walk-through of the real window, into docs/walkthrough
	mk/film
