# What it costs, measured.

.PHONY: bench-ledger
bench-ledger: ## time checking 100,000 entries of the ledger, and appending one
	cargo bench -p zgoda-core --bench ledger
