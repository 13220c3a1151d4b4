//! Events, their end, and a device's end, as a script goes through them.
#![allow(clippy::unwrap_used)]

use std::path::PathBuf;
use std::process::{Command, Output};

use serde_json::Value as Json;

struct Device {
    home: tempfile::TempDir,
}

impl Device {
    fn new() -> Self {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("passphrase"), "correct horse battery\n").unwrap();
        Self { home }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.home.path().join(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        let mut command = Command::new(env!("CARGO_BIN_EXE_zgoda"));
        command
            .env_remove("ZGODA_HOME")
            .current_dir(self.home.path());
        command.args(args).args(["--json", "--home", "store"]);
        command
            .args(["--passphrase-file", "passphrase"])
            .output()
            .unwrap()
    }

    /// Exit code and JSON.
    fn told(&self, args: &[&str]) -> (i32, Json) {
        let output = self.run(args);
        let json = serde_json::from_slice(&output.stdout);
        let json = json.unwrap_or_else(|_| panic!("{args:?}: {output:?}"));
        (output.status.code().unwrap(), json)
    }

    fn capture(&self, name: &str) {
        let email = format!("{}@lisek.example", name.to_lowercase());
        let args = [
            "capture",
            "--name",
            name,
            "--email",
            &email,
            "--ask",
            "send_offer",
        ];
        assert_eq!(self.told(&args).0, 0);
    }

    fn names(&self) -> Vec<String> {
        let leads = self.told(&["leads"]).1;
        let rows = leads["leads"].as_array().unwrap().iter();
        let mut names: Vec<String> = rows
            .map(|row| row["name"].as_str().unwrap().to_owned())
            .collect();
        names.sort();
        names
    }
}

/// The demo's profile as that of another event.
fn another() -> String {
    let demo = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../profiles/demo.toml");
    std::fs::read_to_string(demo)
        .unwrap()
        .replace("targi-demo-2026", "jesien-2026")
}

#[test]
fn an_event_ends_with_a_report_and_takes_nobody_until_it_is_reopened() {
    let device = Device::new();
    device.capture("Zofia");
    let (open, before) = device.told(&["event", "status"]);
    assert_eq!((open, &before["left"][0]["count"]), (3, &1.into()));
    assert!(before["left"][0]["reason"].is_null() && before["closed_at"].is_null());

    let close = [
        "event", "close", "--report", "end.pdf", "--status", "head.txt",
    ];
    let (left, view) = device.told(&close);
    // Told to the CRM; the promise keeps the lead here.
    assert_eq!(
        (left, &view["here"], &view["left"]),
        (3, &1.into(), &Json::Array(vec![]))
    );
    assert!(view["closed_at"].is_string() && view["handed_in"] == true);
    assert!(
        std::fs::read(device.path("end.pdf"))
            .unwrap()
            .starts_with(b"%PDF")
    );
    let head = std::fs::read_to_string(device.path("head.txt")).unwrap();
    assert!(head.contains(view["hash"].as_str().unwrap()));

    let refused = device.told(&[
        "capture",
        "--name",
        "Jan",
        "--email",
        "jan@lisek.example",
        "--ask",
        "send_offer",
    ]);
    assert_eq!(
        (refused.0, &refused.1["error"]["code"]),
        (1, &"event_closed".into())
    );
    let (_, listed) = device.told(&["event", "list"]);
    assert_eq!(listed["events"][0]["closed"], true);
    assert_eq!(device.told(&["event", "reopen"]).0, 0);
    device.capture("Jan");
    assert_eq!(device.names(), ["Jan", "Zofia"]);
}

#[test]
fn another_event_asks_first_and_what_was_left_is_still_there() {
    let device = Device::new();
    device.capture("Zofia");
    std::fs::write(device.path("autumn.toml"), another()).unwrap();
    let (asks, told) = device.told(&["profile", "use", "autumn.toml"]);
    assert_eq!((asks, &told["error"]["code"]), (3, &"unsynced".into()));
    device.told(&["profile", "use", "autumn.toml", "--leave"]);
    assert!(device.names().is_empty());
    let (_, listed) = device.told(&["event", "list"]);
    let mut rows: Vec<_> = listed["events"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            (
                row["id"].as_str().unwrap(),
                row["in_use"] == true,
                row["leads"].as_u64().unwrap(),
            )
        })
        .collect();
    rows.sort_unstable();
    assert_eq!(
        rows,
        [("jesien-2026", true, 0), ("targi-demo-2026", false, 1)]
    );

    let nowhere = device.told(&["event", "use", "wiosna-2026"]);
    assert_eq!(nowhere.1["error"]["code"], "no_event");
    assert_eq!(device.told(&["event", "use", "targi-demo-2026"]).0, 0);
    assert_eq!(device.names(), ["Zofia"]);
    let (refused, told) = device.told(&["event", "remove", "targi-demo-2026"]);
    assert_eq!((refused, &told["error"]["code"]), (3, &"unsynced".into()));
    assert_eq!(device.told(&["event", "remove", "jesien-2026"]).0, 0);
    assert_eq!(
        device
            .told(&["event", "remove", "targi-demo-2026", "--anyway"])
            .0,
        0
    );
    assert_eq!(
        device.told(&["event", "list"]).1["events"],
        Json::Array(vec![])
    );
}

#[test]
fn a_device_is_handed_over_to_a_new_one_and_emptied() {
    let (old, new) = (Device::new(), Device::new());
    old.capture("Zofia");
    old.capture("Jan");
    let file = old.path("parcel.zgoda");
    std::fs::write(old.path("words"), "four words for a file\n").unwrap();
    std::fs::write(new.path("words"), "four words for a file\n").unwrap();
    std::fs::write(new.path("other"), "other words for a file\n").unwrap();
    let weak = old.told(&[
        "hand-over",
        "parcel.zgoda",
        "--file-passphrase",
        "/dev/null",
    ]);
    assert_eq!(weak.1["error"]["code"], "weak_secret");
    let sealed = old.told(&["hand-over", "parcel.zgoda", "--file-passphrase", "words"]);
    assert_eq!(
        (sealed.0, &sealed.1["leads"], &sealed.1["waiting"]),
        (0, &2.into(), &2.into())
    );
    // What is there is not written over.
    let again = old.told(&["hand-over", "parcel.zgoda", "--file-passphrase", "words"]);
    assert_eq!(again.1["error"]["code"], "file");

    let file = file.to_str().unwrap();
    let wrong = new.told(&["take-over", file, "--file-passphrase", "other"]);
    assert_eq!(
        (wrong.0, &wrong.1["error"]["code"]),
        (4, &"wrong_secret".into())
    );
    let (left, taken) = new.told(&["take-over", file, "--file-passphrase", "words"]);
    assert_eq!(
        (left, &taken["added"], &taken["waiting"]),
        (3, &2.into(), &2.into())
    );
    assert_eq!(new.names(), ["Jan", "Zofia"]);
    let twice = new.told(&["take-over", file, "--file-passphrase", "words"]);
    assert_eq!((&twice.1["before"], new.names().len()), (&true.into(), 2));

    let id = taken["device"].as_str().unwrap();
    assert!(
        new.run(&["ledger", "export", "old.txt", "--of", id])
            .status
            .success()
    );
    let (_, checked) = new.told(&["ledger", "verify", "old.txt"]);
    assert_eq!(
        (&checked["ok"], &checked["device"]),
        (&true.into(), &id.into())
    );

    let mut bytes = std::fs::read(file).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(new.path("changed"), bytes).unwrap();
    let changed = new.told(&["take-over", "changed", "--file-passphrase", "words"]);
    assert_eq!(
        (changed.0, &changed.1["error"]["code"]),
        (1, &"parcel_damaged".into())
    );

    // The failed attempts to seal it left a line in the ledger, so it is sealed anew before it is emptied.
    assert_eq!(old.told(&["event", "remove", "targi-demo-2026"]).0, 3);
    let sealed = old.told(&["hand-over", "again.zgoda", "--file-passphrase", "words"]);
    assert_eq!(sealed.0, 0);
    assert_eq!(old.told(&["event", "remove", "targi-demo-2026"]).0, 0);
}

#[test]
fn only_an_event_of_the_home_is_removed() {
    let device = Device::new();
    device.capture("Zofia");
    for way in ["../events/targi-demo-2026", "..", "wiosna-2026"] {
        let refused = device.told(&["event", "remove", way, "--anyway"]);
        assert_eq!(refused.1["error"]["code"], "no_store", "{way}");
    }
    assert_eq!(device.names(), ["Zofia"]);
}

#[test]
fn a_wait_beyond_a_day_is_a_slip_of_the_keyboard() {
    let device = Device::new();
    let longest = u64::MAX.to_string();
    let refused = device.run(&["crm", "sign-in", "--wait", &longest]);
    let said = String::from_utf8([refused.stdout, refused.stderr].concat()).unwrap();
    assert_eq!(refused.status.code(), Some(2), "{said}");
    assert!(said.contains("--wait"), "{said}");
}

#[test]
fn what_waits_is_sealed_to_head_office_which_opens_it() {
    use age::secrecy::ExposeSecret as _;
    let device = Device::new();
    let identity = age::x25519::Identity::generate();
    let profile = another().replace("plain = true", "plain = false");
    let recovery = format!(
        "{profile}\n[recovery]\nrecipient = \"{}\"\n",
        identity.to_public()
    );
    std::fs::write(device.path("profile.toml"), recovery).unwrap();
    let key = format!(
        "# created for a test\n{}\n",
        identity.to_string().expose_secret()
    );
    std::fs::write(device.path("identity"), key).unwrap();
    assert_eq!(
        device
            .run(&["init", "--profile", "profile.toml"])
            .status
            .code(),
        Some(0)
    );
    device.capture("Zofia");
    let (done, exported) = device.told(&["event", "export", "sealed"]);
    assert_eq!((done, &exported["messages"]), (0, &1.into()));
    let open = [
        "crm",
        "open",
        "sealed",
        "--identity",
        "identity",
        "--into",
        "plain",
    ];
    let (done, opened) = device.told(&open);
    assert_eq!((done, &opened["files"]), (0, &1.into()));
    let leads = std::fs::read_to_string(device.path("plain/leads.jsonl")).unwrap();
    assert!(leads.contains("zofia@lisek.example"));
    assert_eq!(device.told(&["event", "status"]).1["left"][0]["count"], 1);
}
