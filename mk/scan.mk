# Reading codes: how well, how fast, and that nothing breaks it.

SCAN_VENV = target/bench-venv
SCAN_PEERS = zxing-cpp==3.1.1 opencv-python-headless pyzbar pillow numpy

.PHONY: bench-scan bench-camera soak-scan

bench-scan: $(SCAN_VENV)/ready ## compare the reader with others, on the images in ZGODA_DATA and on hard ones that it draws
	@mk/debian libzbar0
	cargo build --release -p zgoda-capture --example bench_scan
	$(SCAN_VENV)/bin/python bench/scan.py
	$(SCAN_VENV)/bin/python bench/hard.py target/hard
	ZGODA_DATA=target/hard $(SCAN_VENV)/bin/python bench/scan.py --sets qr --modes still,frame

bench-camera: ui $(STAMPS)/debian-test $(TOOLS)/bin/tauri-driver ## time from the camera to the draft on the screen, in the release build
	cargo build --release --bin zgoda-app
	tests/e2e/session cargo test --workspace --bench camera

$(SCAN_VENV)/ready:
	python3 -m venv $(SCAN_VENV)
	$(SCAN_VENV)/bin/pip install --quiet $(SCAN_PEERS)
	touch $@

soak-scan: ## Read 10,000 mutated images: no panic, no hang, no false reading
	ZGODA_SOAK=10000 cargo test --release -p zgoda-capture --test mutated -- --nocapture
