# Packages for Linux.

# `make deb BUILD=debug` packs the debug build: quicker, for trying the recipe.
BUILD ?= release
BUILD_FLAG := $(if $(filter release,$(BUILD)),--release)
DEBUG_FLAG := $(if $(filter debug,$(BUILD)),--debug)

.PHONY: package-build
package-build: setup ui
	cargo build $(BUILD_FLAG) -p zgoda-app -p zgoda-cli --bin zgoda-app --bin zgoda --features zgoda-app/custom-protocol
	mk/package/stage $(BUILD)

.PHONY: deb
deb: package-build ## a Debian package, with the models where they are there
	ui/node_modules/.bin/tauri bundle $(DEBUG_FLAG) --bundles deb --config target/package/tauri.json

.PHONY: rpm
rpm: package-build ## the same as RPM
	rm -f target/$(BUILD)/bundle/rpm/*.rpm
	ui/node_modules/.bin/tauri bundle $(DEBUG_FLAG) --bundles rpm --config target/package/tauri.json

# The second is a later release of the same, for the upgrade. No other version's files lie there: `rpm` empties the folder.
.PHONY: test-rpm
test-rpm: rpm ## the RPM the same way, in a clean Debian root whose libraries stand in for Fedora's
	@mk/debian debootstrap
	ui/node_modules/.bin/tauri bundle $(DEBUG_FLAG) --bundles rpm --config target/package/tauri.json \
	  --config '{"bundle":{"linux":{"rpm":{"release":"2"}}}}'
	mk/package/test-rpm target/$(BUILD)/bundle/rpm/Zgoda-*-1.*.rpm target/$(BUILD)/bundle/rpm/Zgoda-*-2.*.rpm

.PHONY: test-deb
test-deb: deb ## the package in a clean Debian root: install, start, capture, upgrade, remove (root, and a Debian mirror)
	@mk/debian debootstrap
	mk/package/test $(lastword $(sort $(wildcard target/$(BUILD)/bundle/deb/*.deb)))
