# What is in the program, for whoever has to know: bills of material in CycloneDX, and known holes.

.PHONY: sbom
sbom: $(TOOLS)/bin/cargo-cyclonedx $(STAMPS)/npm ## bills of material (CycloneDX 1.5) of app, terminal and screens, in target/sbom
	mk/sbom

.PHONY: audit
audit: $(TOOLS)/bin/cargo-deny $(STAMPS)/npm ## known holes in what we depend on; says so where the lists cannot be reached
	mk/audit

$(TOOLS)/bin/cargo-cyclonedx:
	$(INSTALL) cargo-cyclonedx --version 0.5.7
