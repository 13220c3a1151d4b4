//! What the ledger's line adds to a capture. `make bench-capture`.
//!
//! The aim: under 0.2 ms. How: a transaction with the line alone, in a store that has 2,000 captures behind it, is an upper
//! bound of its share: within a capture the transaction is there anyway. In memory, where there is such a place: what a
//! disk takes to sync is the disk's, and once a capture.

#![allow(missing_docs, reason = "criterion's macros write functions without")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]

#[path = "../tests/crowd/mod.rs"]
mod crowd;
#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use crowd::filled;
use support::{happening, lead, salt, scratch};
use zgoda_core::ledger::Kind;

const BEFORE: u32 = 2_000;

fn bench(criterion: &mut Criterion) {
    let home = scratch();
    let mut store = filled(home.path(), BEFORE);
    let mut group = criterion.benchmark_group("capture, after 2,000");
    let mut number = BEFORE;
    group.bench_function("a capture, whole", |bencher| {
        bencher.iter_batched(
            || {
                number += 1;
                let lead = lead(number);
                let captured = happening(Kind::Capture, &lead);
                (lead, salt(number), captured)
            },
            |(lead, salt, captured)| store.capture(&lead, &salt, captured).unwrap(),
            BatchSize::PerIteration,
        );
    });
    group.bench_function("the ledger's line alone", |bencher| {
        let lead = lead(1);
        bencher.iter_batched(
            || happening(Kind::Capture, &lead),
            |captured| store.decline(captured).unwrap(),
            BatchSize::PerIteration,
        );
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
