# What strangers bring, thrown at its readers by libFuzzer. Needs no nightly compiler: panics are looked for, not memory
# errors, which safe Rust does not have.

FUZZ_TARGETS = crm payload profile receipt still
FUZZ_SECONDS ?= 60

.PHONY: fuzz
fuzz: $(FUZZ_TARGETS:%=fuzz-%) ## every fuzz target for 60 seconds (FUZZ_SECONDS)

.PHONY: $(FUZZ_TARGETS:%=fuzz-%)
$(FUZZ_TARGETS:%=fuzz-%): fuzz-%: $(TOOLS)/bin/cargo-fuzz
	@mkdir -p target/fuzz-corpus/$* tests/fuzz/found/$*
	cd tests/fuzz && cargo fuzz run --fuzz-dir . --sanitizer none --features fuzzing --target-dir $(CURDIR)/target/fuzz $* \
	  $(CURDIR)/target/fuzz-corpus/$* corpus/$* -- -max_total_time=$(FUZZ_SECONDS) -timeout=20 -rss_limit_mb=2048 \
	  -max_len=16384 -print_final_stats=1 -artifact_prefix=$(CURDIR)/tests/fuzz/found/$*/
	@rmdir --ignore-fail-on-non-empty tests/fuzz/found/$* tests/fuzz/found

$(TOOLS)/bin/cargo-fuzz:
	$(INSTALL) cargo-fuzz --version 0.13.1
