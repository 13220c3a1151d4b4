# What it costs, measured.

.PHONY: bench bench-ledger bench-capture bench-vault
bench: bench-ledger bench-capture bench-vault ## every criterion benchmark; scanning and cards have bench-scan and bench-cards

bench-ledger: ## time checking 100,000 entries of the ledger, and appending one
	cargo bench -p zgoda-core --bench ledger

bench-capture: ## time a capture, and the share of its ledger line
	cargo bench -p zgoda-store --bench capture

bench-vault: ## time unlocking and locking a store of 500 leads
	cargo bench -p zgoda-store --bench vault

.PHONY: bench-sync
bench-sync: ## leads to BottleCRM (LEADS, 10,000) and the hub, beside a bare client that sends the same; memory to 100,000 leads
	LEADS=$(or $(LEADS),10000) cargo bench -p zgoda-crm --bench sync
