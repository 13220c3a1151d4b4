//! kill -9 in the middle of captures, erasures and purges: what was acknowledged is there, nothing is there by half.
//!
//! How: this test runs itself as a child that acknowledges each thing on its standard output once it is done, and kills
//! it at a random moment. `ZGODA_KILLS` sets the number of rounds (100 by default).

#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

mod support;

use std::collections::BTreeSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{PASSPHRASE, PROFILE, happening, id, lead, salt, scratch, start};
use zgoda_core::ledger::{Kind, verify};
use zgoda_store::{Cost, Secret, Store};

/// After so many rounds a fresh store, so that looking stays quick.
const ROUNDS_PER_STORE: u32 = 10;
/// Every so many captures somebody is erased and the store purged.
const BETWEEN_PURGES: u32 = 6;

fn secret() -> Secret {
    Secret::Passphrase(PASSPHRASE.to_owned().into())
}

#[derive(Default)]
struct Acknowledged {
    captured: BTreeSet<u32>,
    erased: BTreeSet<u32>,
}

#[test]
fn attack_31_kill_9_loses_nothing_that_was_acknowledged() {
    let rounds = std::env::var("ZGODA_KILLS")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(100);
    let (mut captured, mut erased, mut killed_early) = (0, 0, 0);
    let mut round = 0;
    while round < rounds {
        let home = scratch();
        let mut store = Store::create(
            home.path(),
            "targi-demo-2026",
            &secret(),
            None,
            Cost::TEST,
            start(),
        )
        .unwrap();
        store.set_profile(PROFILE, start()).unwrap();
        drop(store);
        let mut acknowledged = Acknowledged::default();
        for _ in 0..ROUNDS_PER_STORE.min(rounds - round) {
            round += 1;
            let before = acknowledged.captured.len();
            run_and_kill(home.path(), &mut acknowledged);
            killed_early += u32::from(acknowledged.captured.len() == before);
            look(home.path(), &acknowledged, round);
        }
        captured += acknowledged.captured.len();
        erased += acknowledged.erased.len();
    }
    eprintln!(
        "{rounds} kills: {captured} captures and {erased} erasures acknowledged, 0 lost, 0 half, \
         {killed_early} killed before the first"
    );
    assert!(
        captured > rounds as usize,
        "the child did something: {captured}"
    );
}

fn run_and_kill(home: &Path, acknowledged: &mut Acknowledged) {
    let next = acknowledged
        .captured
        .iter()
        .chain(&acknowledged.erased)
        .max()
        .map_or(0, |last| last + 1);
    // The last capture of the round before may have been stored unacknowledged.
    let next = next + 10;
    let mut child = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "child", "--nocapture"])
        .env("ZGODA_KILL_HOME", home)
        .env("ZGODA_KILL_FROM", next.to_string())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut random = [0; 2];
    getrandom::fill(&mut random).unwrap();
    let patience = Duration::from_micros(u64::from(u16::from_le_bytes(random)) * 2);
    let output = BufReader::new(child.stdout.take().unwrap());
    let mut lines = output.lines();
    // Not before it has opened the store, so that most kills meet it at work.
    for line in lines.by_ref() {
        if line.unwrap().ends_with("open") {
            break;
        }
    }
    std::thread::sleep(patience);
    child.kill().unwrap();
    child.wait().unwrap();
    for line in lines.map_while(Result::ok) {
        let mut words = line.split(' ');
        match (
            words.next(),
            words.next().and_then(|word| word.parse().ok()),
        ) {
            (Some("captured"), Some(number)) => acknowledged.captured.insert(number),
            (Some("erased"), Some(number)) => acknowledged.erased.insert(number),
            _ => false,
        };
    }
}

fn look(home: &Path, acknowledged: &Acknowledged, round: u32) {
    let store = Store::open(home, &secret(), start())
        .unwrap_or_else(|error| panic!("round {round}: {}", error.code()));
    store.check().unwrap();
    let lines = store.ledger_lines().unwrap();
    assert_eq!(
        verify(lines.iter().map(String::as_str)),
        Ok(store.head().unwrap())
    );
    for number in &acknowledged.erased {
        assert!(
            store.lead(id(*number)).unwrap().is_none(),
            "round {round}: {number} is back"
        );
        assert!(
            store.was_erased(id(*number)).unwrap(),
            "round {round}: {number}"
        );
    }
    let leads = store.leads().unwrap();
    let there: BTreeSet<_> = leads.iter().map(|lead| lead.id).collect();
    for number in acknowledged.captured.difference(&acknowledged.erased) {
        let known = there.contains(&id(*number)) || store.was_erased(id(*number)).unwrap();
        assert!(known, "round {round}: {number} is lost");
    }
    let queued: BTreeSet<_> = store.outbox().unwrap().iter().map(|row| row.lead).collect();
    for lead in &leads {
        let whole = queued.contains(&lead.id)
            && lead.fields.len() == 5
            && lead.decisions.len() == 3
            && lead.promises.len() == 1
            && lines
                .iter()
                .filter(|line| line.contains(lead.subject.as_str()))
                .count()
                == 1;
        assert!(whole, "round {round}: {} is there by half", lead.id);
    }
    let erased = store.counts().unwrap().erased;
    assert_eq!(
        lines.len() as u64,
        leads.len() as u64 + 2 * erased,
        "round {round}"
    );
}

/// Captures for ever; every now and then erases somebody and purges.
#[test]
#[ignore = "runs inside attack_31_kill_9_loses_nothing_that_was_acknowledged"]
fn child() {
    let home = std::env::var("ZGODA_KILL_HOME").unwrap();
    let from: u32 = std::env::var("ZGODA_KILL_FROM").unwrap().parse().unwrap();
    let say = |text: String| {
        let mut out = std::io::stdout();
        writeln!(out, "{text}").unwrap();
        out.flush().unwrap();
    };
    let mut store = Store::open(Path::new(&home), &secret(), start()).unwrap();
    say("\nopen".to_owned());
    for number in from.. {
        let new = lead(number);
        store
            .capture(&new, &salt(number), happening(Kind::Capture, &new))
            .unwrap();
        say(format!("captured {number}"));
        if number % BETWEEN_PURGES == 0 {
            assert!(
                store
                    .erase(id(number), happening(Kind::Erase, &new))
                    .unwrap()
            );
            say(format!("erased {number}"));
            store.rotate(start()).unwrap();
        }
    }
}
