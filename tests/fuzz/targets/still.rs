//! See `zgoda_fuzz::still`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    zgoda_fuzz::still::read(bytes);
});
