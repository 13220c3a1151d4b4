//! A receipt of another device: its code is looked up in the CRM, and the person's rights are carried out from here.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use zgoda_booth::rights::{Who, look_up};
use zgoda_booth::{Booth, Query, sync};
use zgoda_core::receipt::Code;
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, BoxRef, Field};
use zgoda_tests::booth;

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

/// Two devices of one team, whose CRM is a folder that both reach.
struct Team {
    folder: tempfile::TempDir,
    homes: [tempfile::TempDir; 2],
}

impl Team {
    fn new() -> Self {
        let folder = || tempfile::tempdir().unwrap();
        Self {
            folder: folder(),
            homes: [folder(), folder()],
        }
    }

    fn device(&self, number: usize) -> Mutex<Booth> {
        let folder = self.folder.path().display();
        let toml = zgoda_booth::demo::profile(now())
            .replace(
                "plain = true\n",
                &format!("plain = true\nfolder = \"{folder}\"\n"),
            )
            .replace("until_promise_kept", "until_confirmed");
        Mutex::new(booth::open(self.homes[number].path(), Some(&toml), now()))
    }

    /// The other device captures somebody and tells the CRM; answers the code of the receipt.
    fn captured_elsewhere(&self) -> Code {
        let other = self.device(0);
        booth::capture(&mut other.lock().unwrap(), 7, now());
        let lead = other
            .lock()
            .unwrap()
            .leads(&Query::default(), now())
            .unwrap()[0]
            .id;
        let code = other.lock().unwrap().receipt(lead).unwrap().code;
        assert_eq!(synced(&other), 1);
        code.parse().unwrap()
    }

    fn lines(&self, file: &str) -> Vec<Json> {
        let text = std::fs::read_to_string(self.folder.path().join(file)).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str(line).unwrap());
        lines.collect()
    }
}

fn synced(booth: &Mutex<Booth>) -> u32 {
    let synced = sync::run(booth, None, now, |_| ()).unwrap();
    assert_eq!((synced.waiting, synced.needs_person), (0, 0), "{synced:?}");
    synced.confirmed
}

fn purpose(id: &str) -> Scope {
    Scope::Box(BoxRef {
        purpose: id.to_owned(),
        channel: None,
    })
}

#[test]
fn a_withdrawal_by_the_code_of_another_devices_receipt_reaches_the_crm() {
    let team = Team::new();
    let code = team.captured_elsewhere();
    let here = team.device(1);
    let who = Who::Code(code.clone());
    let act = Act::Terminal;
    let unknown = here
        .lock()
        .unwrap()
        .withdraw(&who, &Scope::Consents, act, now());
    assert_eq!(unknown.unwrap_err().code(), "unknown_code");

    assert!(look_up(&here, None, &code).unwrap());
    let access = here.lock().unwrap().access(&who).unwrap();
    let decided = &access.leads[0].decisions;
    assert!(
        decided
            .iter()
            .any(|one| one.purpose == "newsletter" && one.given)
    );
    assert!(
        access.leads[0]
            .fields
            .iter()
            .all(|field| field.value.is_none())
    );

    let taken = here
        .lock()
        .unwrap()
        .withdraw(&who, &purpose("send_offer"), act, now());
    let taken = taken.unwrap();
    assert!(!taken.leads[0].erased && taken.leads[0].gone.contains(&Field::Company));
    synced(&here);
    let lead = &team.lines("leads.jsonl")[0];
    assert!(lead["fields"].get("company").is_none() && lead["fields"].get("email").is_some());
    assert_eq!(team.lines("withdrawn.jsonl")[0]["purpose"], "send_offer");

    // The rest too: nothing is left to keep anything for.
    let taken = here
        .lock()
        .unwrap()
        .withdraw(&who, &Scope::Consents, act, now());
    assert!(taken.unwrap().leads[0].erased);
    synced(&here);
    assert_eq!(
        (
            team.lines("leads.jsonl").len(),
            team.lines("erased.jsonl").len()
        ),
        (0, 1)
    );
    assert!(booth::files_with(team.folder.path(), "", "osoba7@").is_empty());
}

#[test]
fn what_was_looked_up_is_known_again_after_a_restart_and_leaves_nothing_behind() {
    let team = Team::new();
    let code = team.captured_elsewhere();
    let who = Who::Code(code.clone());
    let here = team.device(1);
    look_up(&here, None, &code).unwrap();
    let taken = here
        .lock()
        .unwrap()
        .withdraw(&who, &purpose("send_offer"), Act::Terminal, now());
    taken.unwrap();
    // Locked before the CRM has heard: the next withdrawal asks it again.
    here.lock().unwrap().lock();
    here.lock()
        .unwrap()
        .unlock(&booth::secret(), now())
        .unwrap();
    assert!(look_up(&here, None, &code).unwrap());
    let taken = here
        .lock()
        .unwrap()
        .withdraw(&who, &Scope::Consents, Act::Terminal, now());
    assert_eq!(taken.unwrap().leads[0].boxes[0].purpose, "newsletter");
    synced(&here);
    let file = here.lock().unwrap().ledger_export(now()).unwrap();
    zgoda_core::export::ledger::verify(&file, None).unwrap();
    let left = here
        .lock()
        .unwrap()
        .person(&zgoda_booth::person::PersonRef::Said(code.grouped()));
    assert!(
        left.unwrap().stubs.is_empty(),
        "the reference goes when the CRM has heard"
    );
}

#[test]
fn an_erasure_by_code_reaches_the_crm_and_stays() {
    let team = Team::new();
    let code = team.captured_elsewhere();
    let here = team.device(1);
    look_up(&here, None, &code).unwrap();
    let who = Who::Code(code.clone());
    let erased = here
        .lock()
        .unwrap()
        .erase_person(&who, Act::Terminal, now())
        .unwrap();
    assert_eq!(erased.len(), 1);
    synced(&here);
    assert_eq!(
        (
            team.lines("leads.jsonl").len(),
            team.lines("erased.jsonl").len()
        ),
        (0, 1)
    );
    assert!(
        !look_up(&here, None, &code).unwrap(),
        "nobody is there any more"
    );
}

#[test]
fn fail_a_code_that_nobody_knows_and_a_crm_that_does_not_answer() {
    let team = Team::new();
    let code = team.captured_elsewhere();
    let here = team.device(1);
    let nobody = Code::of(&zgoda_core::SubjectRef::from_random([3; 16]));
    assert!(!look_up(&here, None, &nobody).unwrap());
    break_the_folder(team.folder.path());
    let unread = look_up(&here, None, &code).unwrap_err();
    assert_eq!(unread.code(), "look_up");
    // A person is then not found here; that is no failure of the search.
    let said = zgoda_booth::person::PersonRef::Said(code.grouped());
    let found = zgoda_booth::person::find(&here, &said).unwrap();
    assert!(found.leads.is_empty() && found.stubs.is_empty());
}

fn break_the_folder(folder: &Path) {
    std::fs::write(folder.join("leads.jsonl"), "{\n").unwrap();
}
