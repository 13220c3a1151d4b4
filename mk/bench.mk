# What it costs, measured.

.PHONY: bench bench-ledger bench-capture bench-vault bench-list
bench: bench-ledger bench-capture bench-vault bench-list bench-start bench-sync ## the store, the start, and 10,000 leads to BottleCRM and the hub (an hour); scanning and cards have bench-scan and bench-cards

bench-ledger: ## time checking 100,000 entries of the ledger, and appending one
	cargo bench -p zgoda-core --bench ledger

bench-capture: ## time a capture, and the share of its ledger line
	cargo bench -p zgoda-store --bench capture

bench-vault: ## time unlocking and locking a store of 500 leads
	cargo bench -p zgoda-store --bench vault

bench-list: ## time a page of the list and a search among 100,000 leads
	cargo bench -p zgoda-store --bench list

.PHONY: bench-sync
bench-sync: ## leads to BottleCRM (LEADS, 10,000) and the hub, beside a bare client that sends the same; memory to 100,000 leads
	LEADS=$(or $(LEADS),10000) cargo bench -p zgoda-crm --bench sync

.PHONY: bench-start
bench-start: ui $(STAMPS)/debian-test $(TOOLS)/bin/tauri-driver ## time until the first screen, beside an empty Tauri window; and how large the binary is
	cargo build --release -p zgoda-app --bin zgoda-app --example empty
	tests/e2e/session cargo test --workspace --bench start
	@stat -c 'the app without models: %s bytes' target/release/zgoda-app
