//! What a person waits for at the lock: opening a fair's store of 500 leads and closing it. `make bench-vault`.
//!
//! The aims: unlock under 1 s, at the real cost of Argon2id; lock under 50 ms.

#![allow(missing_docs, reason = "criterion's macros write functions without")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

#[path = "../tests/support/mod.rs"]
mod support;

use std::path::Path;
use std::time::Instant;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use support::{PASSPHRASE, PROFILE, happening, lead, salt, start};
use zgoda_core::ledger::Kind;
use zgoda_store::{Cost, Secret, Store};

const LEADS: u32 = 500;

fn secret() -> Secret {
    Secret::Passphrase(PASSPHRASE.to_owned().into())
}

fn fill(directory: &Path) {
    let cost = Cost::default();
    let event = "targi-demo-2026";
    let mut store = Store::create(directory, event, &secret(), None, cost, start()).unwrap();
    store.set_profile(PROFILE, start()).unwrap();
    for number in 0..LEADS {
        let lead = lead(number);
        let captured = happening(Kind::Capture, &lead);
        store.capture(&lead, &salt(number), captured).unwrap();
    }
}

fn bench(criterion: &mut Criterion) {
    // On the disk, as at a fair; the tests keep theirs in memory.
    let home = tempfile::tempdir().unwrap();
    fill(home.path());
    let open = || Store::open(home.path(), &secret(), start()).unwrap();
    let mut group = criterion.benchmark_group("vault, 500 leads");
    group.sample_size(20);
    group.bench_function("unlock", |bencher| {
        // One store at a time: closing it is no part of opening it.
        bencher.iter_custom(|times| {
            let opened = |_| {
                let start = Instant::now();
                let store = open();
                let taken = start.elapsed();
                drop(store);
                taken
            };
            (0..times).map(opened).sum()
        });
    });
    group.bench_function("lock", |bencher| {
        bencher.iter_batched(open, drop, BatchSize::PerIteration);
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
