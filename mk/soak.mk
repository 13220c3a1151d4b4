# What takes hours: the fault tests of `make test`, many times over. Each can be run by its own name.

CUTS ?= 20000
KILLS ?= 2000
SYNCS ?= 1000
BOOTH_SYNCS ?= 200
REAL_SYNCS ?= 50

.PHONY: soak
soak: soak-power soak-kill soak-disk soak-sync soak-scan soak-cards soak-fuzz ## every fault and mutation, many times over (hours)

.PHONY: soak-power
soak-power: ## 20,000 power cuts (CUTS): captures lost, half, double
	ZGODA_POWER_CUTS=$(CUTS) cargo test -p zgoda-faults --test power -- --nocapture

.PHONY: soak-kill
soak-kill: ## 2,000 times kill -9 (KILLS): acknowledged captures lost
	ZGODA_KILLS=$(KILLS) cargo test -p zgoda-store --test kill -- --nocapture

.PHONY: soak-sync
soak-sync: ## 1,000 schedules of a network's faults (SYNCS), 200 (BOOTH_SYNCS) of a whole booth, 50 (REAL_SYNCS) of 200 leads with a real BottleCRM
	ZGODA_SYNC_SCHEDULES=$(SYNCS) cargo test -p zgoda-crm --test schedule -- --nocapture
	ZGODA_BOOTH_SCHEDULES=$(BOOTH_SYNCS) cargo test -p zgoda-tests --test crm faults -- --nocapture
	ZGODA_REAL_SCHEDULES=$(REAL_SYNCS) ZGODA_REAL_LEADS=200 cargo test -p zgoda-tests --test bottlecrm whatever -- --nocapture

.PHONY: soak-disk
soak-disk: ## every call to the disk fails, in every way
	ZGODA_SOAK=1 cargo test -p zgoda-faults --test failing_disk -- --nocapture

.PHONY: soak-fuzz
soak-fuzz: ## every fuzz target for an hour
	$(MAKE) fuzz FUZZ_SECONDS=3600
