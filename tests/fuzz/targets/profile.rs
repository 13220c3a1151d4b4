//! See `zgoda_fuzz::profile`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    zgoda_fuzz::profile::read(bytes);
});
