//! The program as it stands, on a disk and by a clock that are wrong.
//!
//! Attack 32 at the system's own calls: `strace` answers one of them with EIO while a person is being stored. What
//! failed is told by a code, what was there is whole, and the person can be stored again, once.
//!
//! SQLite's calls are made to fail one by one in `tests/faults`; here its own files are
//! included. Where there is no `strace` or `faketime`, or it may not trace, the test says so and is skipped.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value as Json;

const CODES: [&str; 5] = ["disk_full", "io", "read_only", "reopen", "damaged"];

fn zgoda(home: &Path, before: &[String], args: &[&str]) -> Output {
    let program = env!("CARGO_BIN_EXE_zgoda").to_owned();
    let all = [before, &[program]].concat();
    Command::new(&all[0])
        .args(&all[1..])
        .args(args)
        .arg("--json")
        .arg("--home")
        .arg(home.join("store"))
        .arg("--passphrase-file")
        .arg(home.join("passphrase"))
        .output()
        .unwrap()
}

fn capture(home: &Path, before: &[String], name: &str) -> Output {
    let email = format!("{}@lisek.example", name.to_lowercase());
    let person = ["capture", "--name", name, "--email", &email];
    zgoda(
        home,
        before,
        &[&person[..], &["--ask", "send_offer"]].concat(),
    )
}

fn said(output: &Output) -> Json {
    serde_json::from_slice(&output.stdout).unwrap_or_default()
}

/// `strace`, and what makes the `n`-th `call` of every thread fail.
fn failing(call: &str, n: u32) -> Vec<String> {
    let inject = format!("inject={call}:error=EIO:when={n}");
    ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &inject]
        .map(str::to_owned)
        .to_vec()
}

#[test]
fn attack_32_a_call_of_the_program_fails() {
    let traced = Command::new("strace")
        .args(["-o", "/dev/null", "true"])
        .output();
    if !traced.is_ok_and(|output| output.status.success()) {
        eprintln!("SKIPPED: attack_32_a_call_of_the_program_fails needs strace");
        return;
    }
    // The first ones of either kind all lie before the answer: the count of tries, then the capture itself.
    for n in [1, 2, 3] {
        round("fsync", n);
        round("pwrite64", n);
    }
}

fn round(call: &str, n: u32) {
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    std::fs::write(home.join("passphrase"), "correct horse battery\n").unwrap();
    assert!(capture(home, &[], "Anna").status.success());
    let met = capture(home, &failing(call, n), "Piotr");
    let at = format!("{call} {n}: {}", said(&met));
    assert!(!met.status.success(), "{at}");
    let code = said(&met)["error"]["code"].as_str().map(str::to_owned);
    assert!(
        code.is_some_and(|code| CODES.contains(&code.as_str())),
        "{at}"
    );
    let again = capture(home, &[], "Piotr");
    if !again.status.success() {
        // The write had arrived, though its end was not heard of.
        assert_eq!(said(&again)["error"]["code"], "already_captured", "{at}");
    }
    let leads = said(&zgoda(home, &[], &["leads"]));
    assert_eq!(leads["leads"].as_array().map(Vec::len), Some(2), "{at}");
}

/// Attack 37 at the machine's own clock, as `faketime` tells it.
#[test]
fn attack_37_the_machines_clock_is_set_wrong() {
    if Command::new("faketime").arg("--version").output().is_err() {
        eprintln!("SKIPPED: attack_37_the_machines_clock_is_set_wrong needs faketime");
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let home = home.path();
    std::fs::write(home.join("passphrase"), "correct horse battery\n").unwrap();
    assert!(capture(home, &[], "Anna").status.success());
    let leads = |shift: &str| {
        let clock = ["faketime", "--exclude-monotonic", "-f", shift].map(str::to_owned);
        said(&zgoda(home, &clock, &["leads"]))
    };
    for shift in ["-1y", "+10y"] {
        let left = leads(shift);
        assert_eq!(
            left["leads"].as_array().map(Vec::len),
            Some(1),
            "{shift}: {left}"
        );
    }
    // Weeks that the machine has not counted since its start are not believed, however often they are claimed.
    for shift in ["+25d", "+50d", "+75d", "+100d", "+125d"] {
        let left = leads(shift);
        assert_eq!(left["leads"].as_array().map(Vec::len), Some(1), "{shift}");
    }
    // The same day reached by use, each time after another start, is one to forget on: past the last deadline, unopened.
    let after_a_start = |shift: &str| {
        std::fs::remove_file(home.join("store/clock.json")).unwrap();
        leads(shift)
    };
    for shift in ["+25d", "+50d", "+75d", "+100d"] {
        after_a_start(shift);
    }
    assert_eq!(after_a_start("+125d")["error"]["code"], "no_store");
    assert_eq!(leads("+0d")["error"]["code"], "no_store");
}
