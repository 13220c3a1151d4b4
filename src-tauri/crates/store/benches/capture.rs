//! What a capture takes beside plain SQLite, and what the ledger's line adds to it. `make bench-capture`.
//!
//! Beside plain SQLite with the same pragmas: on the disk, durable, one of each in turn, so that whatever else the machine
//! does weighs on both alike. The aim: 1.5 times. The plain one works in a process of its own: SQLCipher's locking and
//! wiping of memory holds for a whole process.
//!
//! The ledger's line: the aim is under 0.2 ms. How: a transaction with the line alone, in a store that has 2,000 captures
//! behind it, is an upper bound of its share: within a capture the transaction is there anyway. In memory, where there is
//! such a place: what a disk takes to sync is the disk's, and once a capture.

#![allow(missing_docs, reason = "criterion's macros write functions without")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]
#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]

#[path = "../tests/crowd/mod.rs"]
mod crowd;
mod plain;
#[path = "../tests/support/mod.rs"]
mod support;

use std::time::{Duration, Instant};

use criterion::{BatchSize, Criterion, criterion_group};
use crowd::filled;
use plain::Apart;
use support::{happening, lead, salt, scratch};
use zgoda_core::ledger::Kind;

const BEFORE: u32 = 2_000;
const IN_TURN: u32 = 500;

/// Captures on the disk, and the same rows by plain SQLite, in turn.
fn beside_plain(_: &mut Criterion) {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let mut store = filled(home.path(), 1);
    let mut plain = Apart::start(home.path());
    let [mut ours, mut theirs] = [Vec::new(), Vec::new()];
    for number in 1..=IN_TURN {
        let (lead, salt) = (lead(number), salt(number));
        let captured = happening(Kind::Capture, &lead);
        theirs.push(plain.capture(number));
        ours.push(timed(|| {
            drop(store.capture(&lead, &salt, captured).unwrap())
        }));
    }
    let [ours, theirs] = [ours, theirs].map(median);
    let ratio = ours.as_secs_f64() / theirs.as_secs_f64();
    println!(
        "on the disk: a capture {ours:.2?}, its rows by plain SQLite {theirs:.2?}, ratio {ratio:.2}"
    );
}

fn timed(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

fn median(mut taken: Vec<Duration>) -> Duration {
    taken.sort();
    taken[taken.len() / 2]
}

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

criterion_group!(benches, beside_plain, bench);

fn main() {
    if plain::serve() {
        return;
    }
    benches();
    Criterion::default().configure_from_args().final_summary();
}
