# Reading codes: how well, how fast, and that nothing breaks it.

SCAN_VENV = target/bench-venv
SCAN_PEERS = zxing-cpp==3.1.1 opencv-python-headless pyzbar pillow numpy

.PHONY: bench-scan soak-scan

bench-scan: $(SCAN_VENV)/ready ## Compare the reader with others on the images in ZGODA_DATA: rate and CPU time
	@mk/debian libzbar0
	cargo build --release -p zgoda-capture --example bench_scan
	$(SCAN_VENV)/bin/python bench/scan.py

$(SCAN_VENV)/ready:
	python3 -m venv $(SCAN_VENV)
	$(SCAN_VENV)/bin/pip install --quiet $(SCAN_PEERS)
	touch $@

soak-scan: ## Read 10,000 mutated images: no panic, no hang, no false reading
	ZGODA_SOAK=10000 cargo test --release -p zgoda-capture --test mutated -- --nocapture
