//! Every committed seed, and everything that fuzzing once found, is read without a broken promise.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::Path;

use zgoda_fuzz::TARGETS;

#[test]
fn every_seed_and_everything_once_found_is_read() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (name, read) in TARGETS {
        let seeds = files(&here.join("corpus").join(name));
        let taken = seeds.iter().filter(|bytes| read(bytes)).count();
        // A corpus of which nothing is understood would look for nothing behind the first check.
        assert!(
            taken * 2 >= seeds.len() && taken > 0,
            "{name}: {taken} of {}",
            seeds.len()
        );
        for bytes in files(&here.join("found").join(name)) {
            read(&bytes);
        }
    }
}

fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return Vec::new();
    };
    entries
        .map(|entry| fs::read(entry.unwrap().path()).unwrap())
        .collect()
}
