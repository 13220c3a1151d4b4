# The screens.

# What people write; what the build itself writes (dist, compiled messages) is no reason to build again.
UI_SOURCES := $(shell find ui -type f -not -path '*/node_modules/*' -not -path 'ui/dist*' -not -path 'ui/src/paraglide/*' \
  -not -path 'ui/project.inlang/cache/*' 2>/dev/null)

.PHONY: ui
ui: ui/dist/index.html ## build the screens

ui/dist/index.html: $(STAMPS)/npm $(UI_SOURCES)
	cd ui && npm run build
	@touch $@

.PHONY: screens
screens: $(STAMPS)/npm $(STAMPS)/debian-test ## draw every screen into docs/screens
	cd ui && npm run screens
