//! What the ledger costs: checking a long one, and appending to it. `make bench-ledger`.
//!
//! The aims: 100,000 entries of a capture's size are checked in under 1 s of one core; an append adds under 0.2 ms.

#![allow(missing_docs, reason = "criterion's macros write functions without")]

use std::hint::black_box;

use chrono::DateTime;
use criterion::{BatchSize, Criterion, Throughput, criterion_group, criterion_main};
use zgoda_core::ledger::{self, Choice, Happening, Head, Kind};
use zgoda_core::profile::{TextRef, sha256_hex};
use zgoda_core::{Act, Basis, Channel, Extra, Field, Language, SubjectRef};

const ENTRIES: u32 = 100_000;

fn capture(number: u32) -> Happening {
    let at = DateTime::parse_from_rfc3339("2026-11-24T10:00:00.123456+01:00").expect("a moment");
    let text = |version: &str| TextRef {
        version: version.to_owned(),
        language: Language::Pl,
        sha256: sha256_hex(version),
    };
    let choice = |purpose: &str, channel, basis, wording: Option<&str>| Choice {
        purpose: purpose.to_owned(),
        channel,
        basis,
        given: number.is_multiple_of(2),
        wording: wording.map(text),
    };
    let mut subject = [7; 16];
    subject[..4].copy_from_slice(&number.to_be_bytes());
    Happening {
        subject: Some(SubjectRef::from_random(subject)),
        act: Some(Act::AttendeeScreen),
        language: Some(Language::Pl),
        choices: vec![
            choice("send_offer", None, Basis::Requested, None),
            choice(
                "newsletter",
                Some(Channel::Email),
                Basis::Consent,
                Some("2026-1"),
            ),
            choice(
                "call_back",
                Some(Channel::Phone),
                Basis::Consent,
                Some("2026-1"),
            ),
        ],
        notice: Some(text("2026-1")),
        kept: [Field::Name, Field::Company, Field::Email, Field::Phone].into(),
        dropped: [Extra::Birthday.into(), Extra::Home.into()].into(),
        identity: Some(sha256_hex("identity")),
        ..Happening::new(Kind::Capture, at)
    }
}

fn chain() -> Vec<String> {
    let mut head = Head::default();
    let mut lines = Vec::new();
    for number in 0..ENTRIES {
        let (line, next) = head.append("48e93796-0415-4e52", "targi-demo-2026", capture(number));
        lines.push(line);
        head = next;
    }
    lines
}

fn bench(criterion: &mut Criterion) {
    let lines = chain();
    let mut group = criterion.benchmark_group("ledger");
    group
        .sample_size(10)
        .throughput(Throughput::Elements(u64::from(ENTRIES)));
    group.bench_function("verify 100,000 entries", |bencher| {
        bencher.iter(|| ledger::verify(black_box(&lines).iter().map(String::as_str)));
    });
    group.throughput(Throughput::Elements(1));
    group.bench_function("append one entry", |bencher| {
        let head = Head::default();
        bencher.iter_batched(
            || capture(1),
            |happening| head.append("48e93796-0415-4e52", "targi-demo-2026", happening),
            BatchSize::SmallInput,
        );
    });
    group.finish();
}

criterion_group!(benches, bench);
criterion_main!(benches);
