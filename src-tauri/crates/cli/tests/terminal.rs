//! The terminal as a script uses it: JSON on standard output, exit codes, one store for every call.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use serde_json::Value as Json;

struct Terminal {
    home: tempfile::TempDir,
    passphrase: PathBuf,
}

impl Terminal {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        let passphrase = home.path().join("passphrase");
        std::fs::write(&passphrase, "correct horse battery\n").unwrap();
        Self { home, passphrase }
    }

    fn run(&self, args: &[&str]) -> Output {
        self.with_passphrase(&self.passphrase, args)
    }

    fn with_passphrase(&self, passphrase: &Path, args: &[&str]) -> Output {
        zgoda()
            .args(args)
            .arg("--json")
            .arg("--home")
            .arg(self.home.path().join("store"))
            .arg("--passphrase-file")
            .arg(passphrase)
            .output()
            .unwrap()
    }

    /// What a call that must succeed prints.
    fn json(&self, args: &[&str]) -> Json {
        let output = self.run(args);
        assert!(
            output.status.success(),
            "{args:?}: {}",
            String::from_utf8_lossy(&output.stdout)
        );
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

fn zgoda() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zgoda"));
    command.env_remove("ZGODA_HOME");
    command
}

fn code(output: &Output) -> Option<i32> {
    output.status.code()
}

fn keys(value: &Json) -> BTreeSet<&str> {
    value
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect()
}

fn names(value: &Json) -> Vec<&str> {
    value
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Json::as_str)
        .collect()
}

fn badge(name: &str) -> String {
    format!(
        "{}/../../../tests/fixtures/badges/{name}",
        env!("CARGO_MANIFEST_DIR")
    )
}

const VCARD: &str = "BEGIN:VCARD\nVERSION:3.0\nFN:Łucja Żak\nORG:Zielony Wóz\nTITLE:Prezeska\n\
    EMAIL:lucja@zielony-woz.example\nTEL:+48 601 000 001\nBDAY:1990-01-01\nEND:VCARD\n";

#[test]
fn the_demo_goes_all_the_way() {
    let output = zgoda().args(["--json", "demo"]).output().unwrap();
    assert!(output.status.success());
    let demo: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert!(
        demo["kept"]["email"].is_string() && demo["kept"].get("phone").is_none(),
        "{demo}"
    );
    let dropped = names(&demo["dropped"]);
    for name in ["birthday", "title", "phone"] {
        assert!(dropped.contains(&name), "{dropped:?}");
    }
    assert_eq!(demo["decisions"][0]["act"], "terminal");
    assert_eq!(demo["erased"]["local_copy_gone"], true);
}

#[test]
fn a_person_goes_from_capture_to_forgotten() {
    let terminal = Terminal::new();
    let in_three_weeks = chrono::Utc::now().date_naive() + chrono::Days::new(21);
    let promised = in_three_weeks.to_string();
    let stored = terminal.json(&[
        "capture",
        "--payload",
        VCARD,
        "--ask",
        "send_offer",
        "--accept",
        "newsletter:email",
        "--refuse",
        "call_back:phone",
        "--language",
        "de",
        "--promise",
        &promised,
        "--note",
        "small press",
        "--rating",
        "hot",
        "--tag",
        "serwis",
    ]);
    let id = stored["lead"].as_str().unwrap();
    let kept = keys(&stored["kept"]);
    assert_eq!(
        kept,
        ["company", "email", "name", "note", "rating", "tags"].into()
    );
    assert_eq!(names(&stored["dropped"]), ["title", "phone", "birthday"]);
    assert_eq!(stored["promises"][0]["due"], promised);

    let found = terminal.json(&["leads", "zak"]);
    assert_eq!(found["leads"][0]["id"], id);
    let edited = terminal.json(&["edit", id, "--note", "the large press"]);
    assert_eq!(edited["row"]["id"], id);
    assert_eq!(edited["dropped"], Json::Array(Vec::new()));

    let due = terminal.json(&["followups"]);
    let first = &due["follow_ups"][0];
    assert_eq!(
        (&first["id"], &first["due"], &first["when"]),
        (&id.into(), &promised.clone().into(), &"later".into())
    );
    let mail = first["mail"].as_str().unwrap();
    assert!(mail.starts_with("mailto:") && mail.contains("?subject=Ihr%20Angebot"));
    let calendar = terminal.run(&["followups", "--ics", "-", "--language", "de"]);
    let calendar = String::from_utf8(calendar.stdout).unwrap();
    assert_eq!(calendar.matches("BEGIN:VEVENT").count(), 1);
    assert!(calendar.contains(&promised.replace('-', "")));
    let name = first["name"].as_str().unwrap();
    assert!(!calendar.contains(name) && !calendar.contains(id));

    let synced = terminal.json(&["sync"]);
    assert_eq!(
        (&synced["confirmed"], &synced["held"]),
        (&1.into(), &1.into())
    );
    terminal.json(&["kept", id]);
    assert_eq!(
        terminal.json(&["followups"])["follow_ups"],
        Json::Array(Vec::new())
    );
    let synced = terminal.json(&["sync"]);
    assert_eq!(synced["forgotten"], 1);
    assert_eq!(terminal.json(&["leads"])["leads"], Json::Array(Vec::new()));
    assert_eq!(terminal.json(&["purge"])["forgotten"], 0);
}

#[test]
fn a_list_is_looked_at_previewed_imported_and_taken_back() {
    let terminal = Terminal::new();
    let write = |name: &str, text: &str| {
        let path = terminal.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let list = write(
        "list.csv",
        "First name;Last name;Email;Newsletter\nZofia;Zając;zofia@zajac.example;Yes\nJan;Lis;jan@lis.example;No\n",
    );
    let evidence = write(
        "form.toml",
        "language = \"en\"\ncollected = \"2026-11-18\"\n[[covers]]\npurpose = \"newsletter\"\nchannel = \"email\"\n\
         column = \"Newsletter\"\nversion = \"3\"\nwording = \"Send me the newsletter by e-mail.\"\n",
    );
    terminal.json(&["init"]);
    let seen = terminal.json(&["import", &list]);
    assert_eq!(
        (&seen["people"], &seen["columns"][3]["yes"]),
        (&2.into(), &1.into())
    );
    let stated = ["import", &list, "--evidence", &evidence];
    let dry = terminal.json(&[&stated[..], &["--dry-run"]].concat());
    assert_eq!(
        (&dry["counts"]["kept"], &dry["counts"]["no_evidence"]),
        (&1.into(), &1.into())
    );
    assert_eq!(
        dry["rows"][1],
        serde_json::json!({"line": 3, "outcome": "no_evidence", "name": null, "kept": [], "dropped": [], "given": []})
    );
    assert_eq!(terminal.json(&["leads"])["leads"], Json::Array(Vec::new()));

    let import = terminal.json(&stated);
    let id = import["id"].as_str().unwrap();
    assert_eq!(terminal.json(&["leads"])["leads"][0]["name"], "Zofia Zając");
    assert_eq!(
        terminal.json(&stated)["counts"]["here"],
        1,
        "nobody comes twice"
    );
    assert_eq!(
        terminal.json(&["import", "--recent"])["imports"][0]["id"],
        id
    );
    assert_eq!(terminal.json(&["import", "--undo", id])["erased"], 1);
    assert_eq!(terminal.json(&["leads"])["leads"], Json::Array(Vec::new()));

    let refused = terminal.run(&["import", "--undo", id]);
    let error: Json = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(
        (code(&refused), &error["error"]["code"]),
        (Some(1), &"no_import".into())
    );
    assert_eq!(code(&terminal.run(&["import"])), Some(2));
}

#[test]
fn what_is_given_in_vain_is_told_and_a_channel_needs_its_address() {
    let terminal = Terminal::new();
    let mail = [
        "capture",
        "--name",
        "Zofia Lisek",
        "--email",
        "zosia@lisek.example",
    ];
    let refused = terminal.run(&[&mail[..], &["--accept", "call_back:phone"]].concat());
    assert_eq!(code(&refused), Some(1));
    let said: Json = serde_json::from_slice(&refused.stdout).unwrap();
    assert_eq!(said["error"]["code"], "no_address_for_channel", "{said}");
    assert_eq!(terminal.json(&["leads"])["leads"], Json::Array(Vec::new()));

    let stored = terminal.json(&[&mail[..], &["--accept", "newsletter:email"]].concat());
    let id = stored["lead"].as_str().unwrap();
    let edited = terminal.json(&["edit", id, "--note", "asks for the large press"]);
    assert_eq!(names(&edited["dropped"]), ["note"]);
    let name = ["correct", id, "--name", "Zofia Lisek-Wilk"];
    let corrected = terminal.json(&[&name[..], &["--phone", "+48 601 000 001"]].concat());
    assert_eq!(names(&corrected["leads"][id]), ["name"]);
    assert_eq!(names(&corrected["dropped"][id]), ["phone"]);
}

#[test]
fn attack_18_a_decision_typed_in_a_terminal_is_recorded_as_such() {
    let terminal = Terminal::new();
    let claims = VCARD.replace("BDAY:1990-01-01", "X-CONSENT:newsletter=yes");
    let stored = terminal.json(&["capture", "--payload", &claims, "--ask", "send_offer"]);
    for decision in stored["decisions"].as_array().unwrap() {
        assert_eq!(decision["act"], "terminal");
        assert_eq!(
            decision["given"],
            decision["purpose"] == "send_offer",
            "{decision}"
        );
    }
}

#[test]
fn the_same_person_again_is_told_and_not_doubled() {
    let terminal = Terminal::new();
    let capture = ["capture", "--payload", VCARD, "--ask", "send_offer"];
    terminal.json(&capture);
    let again = terminal.run(&capture);
    assert_eq!(code(&again), Some(3));
    let error: Json = serde_json::from_slice(&again.stdout).unwrap();
    assert_eq!(error["error"]["code"], "already_captured");
    let capture_again = [&capture[..], &["--again"]].concat();
    terminal.json(&capture_again);
    assert_eq!(
        terminal.json(&["leads"])["leads"].as_array().unwrap().len(),
        1
    );
}

#[test]
fn photos_and_typed_fields_are_captured_too() {
    let terminal = Terminal::new();
    let photo = terminal.json(&["capture", &badge("mecard.jpg"), "--ask", "send_offer"]);
    assert!(photo["lead"].is_string(), "{photo}");
    let typed = terminal.json(&[
        "capture",
        "--name",
        "Jan Kos",
        "--phone",
        "+48 601 000 002",
        "--accept",
        "call_back",
    ]);
    let kept = keys(&typed["kept"]);
    assert_eq!(kept, ["name", "phone"].into());
}

#[test]
fn erasing_leaves_nobody() {
    let terminal = Terminal::new();
    let stored = terminal.json(&["capture", "--payload", VCARD, "--ask", "send_offer"]);
    terminal.json(&["erase", stored["lead"].as_str().unwrap()]);
    assert_eq!(terminal.json(&["leads"])["leads"], Json::Array(Vec::new()));
}

/// Two fairs on one device, the same person at both; at home in the second one.
#[test]
fn a_person_is_reached_in_every_event() {
    let terminal = Terminal::new();
    let demo = include_str!("../../../../profiles/demo.toml");
    for event in ["targi-a", "targi-b"] {
        let toml = demo
            .replace("targi-demo-2026", event)
            .replace("until_promise_kept", "until_confirmed");
        let profile = terminal.home.path().join(event);
        std::fs::write(&profile, toml).unwrap();
        // Taken, with warnings.
        let used = terminal.run(&["profile", "use", profile.to_str().unwrap()]);
        assert_eq!(code(&used), Some(3));
        let person = ["capture", "--name", "Ewa Lis", "--email", "ewa@lis.example"];
        terminal.json(&[&person[..], &["--accept", "newsletter:email"]].concat());
        // Only what is told and forgotten lets another event begin.
        assert_eq!(terminal.json(&["sync"])["forgotten"], 1);
    }
    let who = ["withdraw", "--by-email", "ewa@lis.example"];
    let output = terminal.run(&[&["--all-events"], &who[..]].concat());
    assert_eq!(code(&output), Some(0));
    let lines = String::from_utf8(output.stdout).unwrap();
    let taken: Vec<Json> = lines
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let events: Vec<&Json> = taken.iter().map(|one| &one["event"]).collect();
    assert_eq!(events, ["targi-a", "targi-b"]);
    assert!(taken.iter().all(|one| one["leads"][0]["erased"] == true));

    // Nobody anywhere is told once, and as no event's own failure.
    let output = terminal.run(&[&["--all-events"], &who[..]].concat());
    assert_eq!(code(&output), Some(1));
    let error: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(keys(&error["error"]), ["code", "message"].into());

    // What is no person's right, purge or sync is not for all; an event that is not there is named.
    assert_eq!(code(&terminal.run(&["--all-events", "leads"])), Some(2));
    let output = terminal.run(&["--event", "targi-c", "leads"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("no_event"));
    // What was taken back, and the erasure.
    let synced = terminal.json(&["--event", "targi-a", "sync"]);
    assert_eq!(synced["confirmed"], 2);
}

#[test]
fn the_kinds_of_crm_say_which_have_met_a_real_server() {
    let kinds = Terminal::new().json(&["crm", "list"]);
    let kinds = kinds.as_array().unwrap();
    let names: BTreeSet<&str> = kinds
        .iter()
        .filter_map(|one| one["name"].as_str())
        .collect();
    let known = [
        "bottlecrm",
        "dataverse",
        "espocrm",
        "file",
        "hubspot",
        "odoo",
        "pipedrive",
        "postgres",
        "salesforce",
        "webhook",
        "zoho",
    ];
    assert_eq!(names, known.into());
    let met = kinds.iter().filter(|one| one["met_real_server"] == true);
    let met: BTreeSet<&str> = met.filter_map(|one| one["name"].as_str()).collect();
    assert_eq!(met, ["bottlecrm", "file", "postgres"].into());
}

#[test]
fn fail_a_wrong_passphrase_opens_nothing() {
    let terminal = Terminal::new();
    terminal.json(&["init"]);
    let wrong = terminal.home.path().join("wrong");
    std::fs::write(&wrong, "not the passphrase").unwrap();
    let output = terminal.with_passphrase(&wrong, &["leads"]);
    assert_eq!(code(&output), Some(4));
    let error: Json = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(error["error"]["code"], "wrong_secret");
}

#[test]
fn fail_without_a_secret_nothing_is_made() {
    let home = tempfile::tempdir().unwrap();
    let output = zgoda()
        .args(["init", "--home"])
        .arg(home.path().join("store"))
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(code(&output), Some(4));
    assert!(!home.path().join("store/events").exists());
}

#[test]
fn attack_25_a_wrong_profile_is_refused_with_line_and_column() {
    let home = tempfile::tempdir().unwrap();
    let file = home.path().join("profile.toml");
    let demo = std::fs::read_to_string(format!(
        "{}/../../../profiles/demo.toml",
        env!("CARGO_MANIFEST_DIR")
    ));
    std::fs::write(&file, demo.unwrap().replace("capture + P2Y", "two years")).unwrap();
    let output = zgoda()
        .args(["profile", "check", "--json"])
        .arg(&file)
        .output()
        .unwrap();
    assert_eq!(code(&output), Some(1));
    let checked: Json = serde_json::from_slice(&output.stdout).unwrap();
    let error = checked["findings"]
        .as_array()
        .unwrap()
        .iter()
        .find(|finding| finding["severity"] == "error")
        .unwrap();
    assert_eq!(error["lint"], "retention");
    assert!(
        error["line"].as_u64() > Some(1) && error["column"].as_u64() > Some(1),
        "{error}"
    );
}

#[test]
fn fail_a_slip_of_the_keyboard_is_no_decision() {
    let terminal = Terminal::new();
    let person = ["capture", "--payload", VCARD, "--ask", "send_offer"];
    for (slip, exit) in [
        (&["--accept", "newsletter", "--refuse", "newsletter"][..], 2),
        (&["--refuse", "nope:email"], 1),
        (&["--promise", "nope=2099-01-01"], 1),
        (&["--promise", "2020-01-01"], 1),
        (&["--promise", "9999-12-31"], 1),
        (&["--accept", "newsletter:pigeon"], 2),
    ] {
        let output = terminal.run(&[&person[..], slip].concat());
        assert_eq!(code(&output), Some(exit), "{slip:?}");
        let error: Json = serde_json::from_slice(&output.stdout).unwrap();
        assert!(error["error"]["code"].is_string(), "{slip:?}: {error}");
    }
    assert_eq!(terminal.json(&["leads"])["leads"], Json::Array(Vec::new()));
}

#[test]
fn a_badges_file_may_be_in_an_old_character_set() {
    let terminal = Terminal::new();
    let file = terminal.home.path().join("old.vcf");
    let mut card =
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN;CHARSET=ISO-8859-2:\xA3ucja \xAFak\r\n".to_vec();
    card.extend_from_slice(b"EMAIL:lucja@zielony-woz.example\r\nEND:VCARD\r\n");
    std::fs::write(&file, card).unwrap();
    terminal.json(&["capture", file.to_str().unwrap(), "--ask", "send_offer"]);
    assert_eq!(terminal.json(&["leads"])["leads"][0]["name"], "Łucja Żak");
}

#[test]
fn every_subcommand_is_in_the_manual_and_in_the_completions() {
    let folder = tempfile::tempdir().unwrap();
    let output = zgoda().arg("manual").arg(folder.path()).output().unwrap();
    assert!(output.status.success());
    let script = zgoda().args(["completions", "bash"]).output().unwrap();
    let script = String::from_utf8(script.stdout).unwrap();
    let mut ways = subcommands(&[]);
    assert!(ways.len() >= 20, "{ways:?}");
    let mut count = 0;
    while let Some(way) = ways.pop() {
        let page = folder.path().join(format!("zgoda-{}.1", way.join("-")));
        assert!(page.is_file(), "{way:?}");
        // The script parts what is typed by cases of `parent,child`.
        let (last, before) = way.split_last().unwrap();
        let parent = [&["zgoda".to_owned()], before].concat();
        let case = format!("{},{last})", parent.join("__subcmd__"));
        assert!(script.contains(&case), "{case}");
        ways.extend(subcommands(&way));
        count += 1;
    }
    let pages = std::fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(pages, count + 1, "one page each, and the program's own");
    let page = std::fs::read_to_string(folder.path().join("zgoda.1")).unwrap();
    assert!(page.contains(".TH zgoda 1") && page.contains("Exit codes"));
}

/// What `zgoda WAY --help` lists, each with the way to it.
fn subcommands(way: &[String]) -> Vec<Vec<String>> {
    let help = zgoda().args(way).arg("--help").output().unwrap();
    assert!(help.status.success(), "{way:?}");
    let help = String::from_utf8(help.stdout).unwrap();
    let Some((_, list)) = help.split_once("Commands:\n") else {
        return Vec::new();
    };
    list.lines()
        .take_while(|line| !line.is_empty())
        .filter(|line| line.starts_with("  ") && !line.starts_with("   "))
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .map(|name| [way, &[name.to_owned()]].concat())
        .collect()
}

#[test]
fn answers_are_typed_shown_changed_and_refused() {
    let terminal = Terminal::new();
    let person = ["capture", "--name", "Ewa Lis", "--ask", "send_offer"];
    let with = |answers: &[&'static str]| {
        let options = answers.iter().flat_map(|one| ["--answer", *one]);
        person.iter().copied().chain(options).collect::<Vec<_>>()
    };
    let wrong = terminal.run(&with(&["machines=plough"]));
    assert_eq!(code(&wrong), Some(1));
    let said = String::from_utf8_lossy(&wrong.stdout);
    assert!(said.contains("unknown_option"), "{said}");
    let answers = ["machines=press", "machines=seeder", "hectares=1 200,5"];
    let stored = terminal.json(&with(&answers));
    assert!(stored["kept"]["answers"].is_string(), "{stored}");
    let id = stored["lead"].as_str().unwrap();
    let said = |lead: &Json| -> Vec<String> {
        let mut fields = lead["fields"].as_array().unwrap().iter();
        let answers = fields.find(|one| one["field"] == "answers").unwrap();
        let all = answers["value"]["value"].as_array().unwrap().iter();
        all.map(|one| format!("{} {}", one["question"], one["values"]))
            .collect()
    };
    let shown = terminal.json(&["lead", id]);
    assert_eq!(
        said(&shown),
        [
            "\"machines\" [\"press\",\"seeder\"]",
            "\"hectares\" [\"1200.5\"]"
        ]
    );
    let edited = terminal.json(&[
        "edit",
        id,
        "--answer",
        "hectares=",
        "--answer",
        "bales=round",
    ]);
    assert_eq!(
        said(&edited),
        [
            "\"machines\" [\"press\",\"seeder\"]",
            "\"bales\" [\"round\"]"
        ]
    );
}

#[test]
fn the_organisers_service_can_be_tried_without_a_word_of_anybody() {
    let terminal = Terminal::new();
    let write = |name: &str, text: &str| {
        let path = terminal.home.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let demo = include_str!("../../../../profiles/demo.toml");
    // Nobody listens on this port of this machine.
    let service = "[lookup]\nservice = \"pretix\"\nurl = \"http://127.0.0.1:9\"\n\n[crm]";
    let with_service = demo.replacen("[crm]", service, 1).replacen(
        "fields = [\"name\"",
        "fields = [\"reference\", \"name\"",
        1,
    );
    let key = write("key", "ABCDE123");
    let failed = |args: &[&str], place: &str, why: &str| {
        let output = terminal.run(args);
        let said: Json = serde_json::from_slice(&output.stdout).unwrap();
        let told = said.pointer(place).and_then(Json::as_str);
        assert_eq!((code(&output), told), (Some(1), Some(why)));
    };
    for (toml, with_key, place, why) in [
        (demo, false, "/error/code", "no_service"),
        (&with_service, false, "/reason", "settings"),
        (&with_service, true, "/reason", "offline"),
    ] {
        let profile = write("profile.toml", toml);
        let used = terminal.run(&["profile", "use", &profile]);
        assert_eq!(code(&used), Some(3), "with warnings");
        let key: &[&str] = if with_key {
            &["--secret-file", &key]
        } else {
            &[]
        };
        failed(&[&["lookup", "test"], key].concat(), place, why);
    }
}
