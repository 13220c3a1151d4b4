//! A page of the list, and a search, among 100,000 leads. `make bench-list`.
//!
//! The aims: 50 ms, and memory that does not grow with the leads. In memory, where there is such a place: what a disk takes
//! is the disk's.

#![allow(missing_docs, reason = "criterion's macros write functions without")]
#![allow(clippy::unwrap_used, reason = "a benchmark that cannot go on stops")]
#![allow(clippy::print_stdout, reason = "a benchmark tells what it measured")]

#[path = "../tests/crowd/mod.rs"]
mod crowd;
#[path = "../tests/support/mod.rs"]
mod support;

use criterion::{Criterion, criterion_group, criterion_main};
use crowd::filled;
use support::scratch;
use zgoda_store::Among;

const PAGE: usize = 60;

/// The most memory that this process has held so far, in MB; Linux tells it.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let kilobytes: u64 = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes / 1024)
}

fn bench(criterion: &mut Criterion) {
    for people in [1_000, 100_000] {
        let home = scratch();
        let store = filled(home.path(), people);
        let mut group = criterion.benchmark_group(format!("list of {people}"));
        let page = |text: &str| store.page(text, Among::All, None, PAGE).unwrap();
        let (_, middle) = page("");
        group.bench_function("first page", |bencher| bencher.iter(|| page("")));
        group.bench_function("next page", |bencher| {
            bencher.iter(|| store.page("", Among::All, middle.as_ref(), PAGE).unwrap());
        });
        group.bench_function("how many", |bencher| {
            bencher.iter(|| store.listed(Among::All).unwrap());
        });
        group.bench_function("a word that many have", |bencher| {
            bencher.iter(|| page("żubr"))
        });
        group.bench_function("a name that one has", |bencher| {
            bencher.iter(|| page("Żółw-0077"))
        });
        group.bench_function("what nobody has", |bencher| bencher.iter(|| page("nobody")));
        group.finish();
        if let Some(peak) = peak() {
            println!("list of {people}: at most {peak} MB held so far");
        }
    }
}

criterion_group!(benches, bench);
criterion_main!(benches);
