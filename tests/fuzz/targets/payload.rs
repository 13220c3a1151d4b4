//! See `zgoda_fuzz::payload`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    zgoda_fuzz::payload::read(bytes);
});
