//! See `zgoda_fuzz::crm`.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    zgoda_fuzz::crm::read(bytes);
});
