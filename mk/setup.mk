# What a fresh Debian 12 machine with Rust, Node and make lacks.

DEBIAN_BUILD := build-essential pkg-config file libwebkit2gtk-4.1-dev libgtk-3-dev librsvg2-dev libssl-dev \
  python3 python3-pip
DEBIAN_TEST := faketime strace xvfb xauth dbus dbus-x11 gnome-keyring libsecret-tools webkit2gtk-driver chromium imagemagick poppler-utils postgresql \
  pipewire pipewire-bin wireplumber gstreamer1.0-pipewire gstreamer1.0-tools gstreamer1.0-plugins-base gstreamer1.0-plugins-good

.PHONY: setup
setup: $(STAMPS)/debian-build $(STAMPS)/npm ## install what is missing to build

.PHONY: setup-test
setup-test: setup $(STAMPS)/debian-test $(TOOLS)/bin/tauri-driver $(TOOLS)/bin/cargo-deny ## install what is missing to test

$(STAMPS)/debian-build: mk/setup.mk mk/debian
	@mk/debian $(DEBIAN_BUILD)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/debian-test: mk/setup.mk mk/debian
	@mk/debian $(DEBIAN_TEST)
	@mkdir -p $(@D) && touch $@

$(STAMPS)/npm: ui/package.json ui/package-lock.json
	cd ui && npm ci --no-audit --no-fund
	@mkdir -p $(@D) && touch $@

# Built without optimising: they run for seconds.
INSTALL := cargo install --debug --locked --root $(TOOLS) --target-dir $(CURDIR)/target/tools-build

$(TOOLS)/bin/tauri-driver:
	$(INSTALL) tauri-driver --version '^2'

$(TOOLS)/bin/cargo-deny:
	$(INSTALL) cargo-deny --version 0.20.2
