//! See `zgoda_fuzz::receipt`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    zgoda_fuzz::receipt::read(bytes);
});
