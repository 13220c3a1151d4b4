//! Two hundred people captured and erased: nothing of them in database, WAL, journal, logs or temporary files.
//!
//! How: a process of its own does the work, with a folder of its own for temporary files, and both its streams kept. It
//! is searched while the store is open, and once more when it has ended. The database is sealed, so what it holds is
//! searched in the clear by the store's own test, `of_two_hundred_erased_nothing_is_found`.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::rights::Who;
use zgoda_booth::{Booth, Query};
use zgoda_core::Act;
use zgoda_tests::booth::{self, files_with};

const PEOPLE: usize = 200;
const FOLDER: &str = "ZGODA_TEST_SEARCH";

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// What `booth::capture` gives person `number`: name, company, e-mail, telephone as typed and as normalised. Each ends
/// where no longer number begins.
fn values(number: usize) -> [String; 4] {
    [
        format!("Osoba {number:03}"),
        format!("osoba{number:03}@"),
        format!("601 000 {number:03}"),
        format!("601000{number:03}"),
    ]
}

fn found(folder: &Path, numbers: impl Iterator<Item = usize>) -> Vec<String> {
    let all = numbers.flat_map(values);
    all.flat_map(|value| files_with(folder, "", &value))
        .collect()
}

/// The work; run as a process by the test below, and nothing by itself.
#[test]
#[ignore = "run as a process by two_hundred_erased_people_are_nowhere"]
#[expect(
    clippy::print_stdout,
    reason = "what is printed is searched as a log would be"
)]
fn the_work() {
    let Some(folder) = std::env::var_os(FOLDER).map(PathBuf::from) else {
        return;
    };
    let mut booth = booth::open(&folder.join("home"), None, now());
    for number in 100..100 + PEOPLE {
        booth::capture(&mut booth, number, now());
    }
    let who = |number: usize| Who::email(&format!("osoba{number}@firma{number}.example"));
    for number in 100..100 + PEOPLE {
        let at = now() + TimeDelta::minutes(1);
        booth.erase_person(&who(number), Act::Terminal, at).unwrap();
        // A second time nobody is found, and no error names anybody.
        let again = booth.erase_person(&who(number), Act::Terminal, at);
        println!("{}", again.unwrap_err());
    }
    assert!(people(&mut booth).is_empty());
    assert_eq!(found(&folder, 100..100 + PEOPLE), Vec::<String>::new());
}

fn people(booth: &mut Booth) -> Vec<String> {
    let leads = booth.leads(&Query::default(), now()).unwrap();
    leads.into_iter().map(|row| row.name).collect()
}

#[test]
fn two_hundred_erased_people_are_nowhere() {
    let folder = tempfile::tempdir().unwrap();
    let temporary = folder.path().join("temporary");
    std::fs::create_dir(&temporary).unwrap();
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "the_work", "--ignored", "--nocapture"])
        .env(FOLDER, folder.path())
        .env("TMPDIR", &temporary)
        .env("RUST_LOG", "trace")
        .output()
        .unwrap();
    std::fs::write(folder.path().join("out.log"), &output.stdout).unwrap();
    std::fs::write(folder.path().join("err.log"), &output.stderr).unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
    assert!(said.matches("no such lead").count() >= PEOPLE, "{said}");
    assert_eq!(
        found(folder.path(), 100..100 + PEOPLE),
        Vec::<String>::new()
    );

    // The search finds what is there: the same values, put into one more file.
    std::fs::write(temporary.join("left"), values(150).join("\n")).unwrap();
    assert_eq!(found(folder.path(), 150..151).len(), values(150).len());
}
