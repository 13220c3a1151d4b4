# Other systems, as far as one Debian machine can tell: Windows is built, and its command line is run under Wine; macOS and
# Android are checked. No window of these was ever seen by `make`.

DEBIAN_CROSS := gcc-mingw-w64-x86-64 g++-mingw-w64-x86-64 wine64 clang perl nsis python3
WINDOWS := x86_64-pc-windows-gnu
MACOS := aarch64-apple-darwin
ANDROID := aarch64-linux-android

.PHONY: cross
cross: cross-windows cross-journey cross-install cross-tests cross-check ## build for Windows and run its command line under Wine; check macOS and Android

.PHONY: cross-setup
cross-setup: setup $(STAMPS)/debian-cross

$(STAMPS)/debian-cross: mk/cross.mk mk/debian
	@mk/debian $(DEBIAN_CROSS)
	rustup target add $(WINDOWS) $(MACOS) $(ANDROID)
	@mkdir -p $(@D) && touch $@

# Both at once: built alone, the command line would have other features of what both stand on, and all that twice.
.PHONY: cross-build
cross-build: cross-setup ui models
	cargo build $(BUILD_FLAG) --target $(WINDOWS) -p zgoda-app -p zgoda-cli --bin zgoda-app --bin zgoda --features zgoda-app/custom-protocol

.PHONY: cross-windows
cross-windows: cross-build ## Windows: the app and the command line, as a zip and an installer (BUILD=debug: quicker)
	mk/cross/pack target/$(WINDOWS)/$(BUILD) target/cross

.PHONY: cross-journey
cross-journey: cross-build ## the Windows command line under Wine: store, credentials, scan, card, sync to a file, purge
	mk/cross/journey target/$(WINDOWS)/$(BUILD)/zgoda.exe

.PHONY: cross-install
cross-install: cross-windows ## the Windows installer under Wine: install, capture, upgrade, remove, install again
	mk/cross/install $(lastword $(sort $(wildcard target/cross/*-setup.exe)))

.PHONY: cross-tests
cross-tests: cross-setup ## the unit tests of store, connectors and use cases under Wine, those of Windows alone among them
	CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUNNER=$(CURDIR)/mk/cross/run \
	  cargo test --target $(WINDOWS) -p zgoda-store -p zgoda-crm -p zgoda-booth --lib

# The Rust of the app, by types alone: its C parts (SQLCipher, ring) want an SDK of Apple's or Google's to compile.
.PHONY: cross-check
cross-check: cross-setup ui ## macOS and Android: the app's Rust checks
	mk/cross/check $(MACOS)
	mk/cross/check $(ANDROID)
