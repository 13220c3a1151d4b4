//! The hub as head office and a device meet it in the terminal, on a real PostgreSQL.
#![allow(clippy::unwrap_used)]

#[path = "../../../../tests/src/postgres.rs"]
#[allow(unreachable_pub, dead_code)]
mod postgres;

use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use postgres::{PASSWORD, Server};
use serde_json::{Value as Json, json};

struct Terminal(tempfile::TempDir);

impl Terminal {
    fn new() -> Self {
        let terminal = Self(tempfile::tempdir().unwrap());
        terminal.write("passphrase", "correct horse battery\n");
        terminal
    }

    fn path(&self, name: &str) -> String {
        let path: PathBuf = self.0.path().join(name);
        path.to_str().unwrap().to_owned()
    }

    fn write(&self, name: &str, text: &str) -> String {
        std::fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    fn run(&self, args: &[&str]) -> Output {
        let home = self.path("store");
        Command::new(env!("CARGO_BIN_EXE_zgoda"))
            .args(args)
            .args(["--json", "--home", &home])
            .args(["--passphrase-file", &self.path("passphrase")])
            .env_remove("ZGODA_HOME")
            .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
            .stdin(Stdio::null())
            .output()
            .unwrap()
    }

    fn json(&self, args: &[&str]) -> Json {
        let output = self.run(args);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}: {said}");
        serde_json::from_str(&said).unwrap()
    }
}

#[test]
fn the_hub_is_installed_told_and_countersigned() {
    let server = Server::start(None);
    let hub = server.bare();
    let role = hub.role(1, "");
    let (_, place) = hub
        .url(1, server.port)
        .split_once('@')
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .unwrap();
    let terminal = Terminal::new();
    let office = terminal.path("office.key");
    let made = terminal.json(&["device", "key", &office]);
    let toml = include_str!("../../../../profiles/demo.toml");
    let section = format!("kind = \"postgres\"\nurl = \"postgres://{place}\"\n");
    let key = format!("[receipt]\nhead_office_key = {}", made["key"]);
    let toml = toml
        .replace("kind = \"file\"\nplain = true\n", &section)
        .replace("[receipt]", &key);
    assert!(toml.contains(&section) && toml.contains(&key));
    let profile = terminal.write("profile.toml", &toml);
    assert_eq!(
        terminal.run(&["profile", "use", &profile]).status.code(),
        Some(3),
        "with warnings"
    );
    let device = terminal.json(&["device", "show"]);
    let certify = [
        "device",
        "certify",
        device["key"].as_str().unwrap(),
        "--office-key",
        &office,
    ];
    let certified = terminal.json(&certify);
    terminal.json(&["device", "take", certified["certificate"].as_str().unwrap()]);

    // What is missing is said, one thing after the other.
    let secret = terminal.write("secret", &format!("{role} {PASSWORD}\n"));
    terminal.json(&["crm", "token", "--secret-file", &secret]);
    let missing = || {
        let tested = terminal.run(&["crm", "test"]);
        let said: Json = serde_json::from_slice(&tested.stdout).unwrap();
        assert_eq!(said["ok"], tested.status.success());
        said["missing"].clone()
    };
    assert_eq!(
        missing(),
        json!([{ "what": "function", "name": "hub.push" }])
    );
    let sql = terminal.run(&["crm", "sql"]);
    hub.install(&String::from_utf8(sql.stdout).unwrap());
    assert_eq!(
        missing(),
        json!([{ "what": "permission", "name": "hub_device" }])
    );
    hub.sql(&format!("grant hub_device to {role}"));
    assert_eq!(missing(), json!([]));

    let person = [
        "capture",
        "--name",
        "Ewa Lis",
        "--email",
        "ewa@lis.example",
        "--ask",
        "send_offer",
    ];
    let captured = terminal.json(&person);
    assert_eq!(terminal.json(&["sync"])["confirmed"], 1);
    assert_eq!(
        hub.sql("select id from hub.lead"),
        captured["lead"].as_str().unwrap()
    );

    let row = &hub.rows("select * from hub.statuses()")[0];
    let status = terminal.write("status.txt", row["status"].as_str().unwrap());
    terminal.json(&["ledger", "countersign", &status, "--office-key", &office]);
    let both = std::fs::read_to_string(&status).unwrap();
    let device = row["device"].as_str().unwrap();
    let put = format!("select hub.countersign('{role}', '{device}', $signed${both}$signed$)");
    assert_eq!(hub.sql(&put), "t");
    let kept = terminal.path("countersigned.txt");
    assert!(
        !terminal
            .run(&["ledger", "countersigned", &kept])
            .status
            .success()
    );
    terminal.json(&["sync"]);
    terminal.run(&["ledger", "countersigned", &kept]);
    assert_eq!(std::fs::read_to_string(&kept).unwrap(), both);
}

/// What a device tells of invented person number `n`: as the connector does, the demo's purposes.
fn told(n: u32) -> Json {
    let deadline = "2027-01-01T00:00:00Z";
    json!({
        "kind": "upsert", "lead_id": format!("2a900a00-0000-4000-8000-{n:012}"),
        "subject": format!("{n:032x}"), "receipt": "", "revision": 1, "event": "demo", "event_name": "Demo",
        "captured_at": "2026-11-24T10:15:00+01:00", "language": "en", "source": "typed",
        "fields": { "name": format!("Ewa Lis {n}"), "email": [format!("ewa.{n}@lis.example")] },
        "deadlines": { "name": deadline, "email": deadline },
        "decisions": [{
            "purpose": "send_offer", "channel": null, "basis": "requested", "given": true, "wording": null,
            "language": "en", "act": "terminal", "at": "2026-11-24T10:15:00+01:00",
        }],
        "promises": [],
    })
}

/// The ids in the folder; each must stand there once.
fn in_folder(folder: &str) -> std::collections::BTreeSet<String> {
    let text = std::fs::read_to_string(format!("{folder}/leads.jsonl")).unwrap_or_default();
    let mut ids = std::collections::BTreeSet::new();
    for line in text.lines() {
        let lead: Json = serde_json::from_str(line).unwrap();
        assert!(ids.insert(lead["lead_id"].as_str().unwrap().to_owned()));
    }
    ids
}

#[test]
fn a_drainer_that_is_killed_at_any_moment_loses_and_doubles_nobody() {
    let server = Server::start(None);
    let hub = server.hub(&String::from_utf8(Terminal::new().run(&["crm", "sql"]).stdout).unwrap());
    let role = hub.role(1, "in role hub_drainer");
    let url = hub.url(1, server.port).replace(&format!("{role}@"), "");
    let leads: Vec<Json> = (0..300).map(told).collect();
    let push = format!("select hub.push($leads${}$leads$)", Json::from(leads));
    assert!(!hub.sql(&push).contains("refused"));
    let terminal = Terminal::new();
    let secret = terminal.write("secret", &format!("{role} {PASSWORD}\n"));
    let profile = terminal.write(
        "profile.toml",
        include_str!("../../../../profiles/demo.toml"),
    );
    let folder = terminal.path("drained");
    let args = |more: &[&'static str]| {
        let words = [
            "hub",
            "drain",
            "--hub",
            &url,
            "--hub-secret-file",
            &secret,
            "--to",
            &folder,
        ];
        let words = words.iter().map(|word| (*word).to_owned());
        let more = more.iter().map(|word| (*word).to_owned());
        words
            .chain(["--plain".to_owned()])
            .chain(more)
            .collect::<Vec<String>>()
    };
    let mut killed_amid = 0;
    for round in 0..12_u64 {
        let mut child = Command::new(env!("CARGO_BIN_EXE_zgoda"))
            .args(args(&["--most", "9", "--every", "1"]))
            .args(["--profile", &profile])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let before = in_folder(&folder).len();
        let begun = std::time::Instant::now();
        while in_folder(&folder).len() == before && begun.elapsed().as_secs() < 20 {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
        std::thread::sleep(std::time::Duration::from_millis(round * 3 % 17));
        child.kill().unwrap();
        child.wait().unwrap();
        let waits = hub.sql("select count(*) from hub.lead where waits is not null");
        killed_amid += u32::from(waits != "0");
        hub.sql("update hub.lead set leased_until = now() where leased_until is not null");
    }
    assert!(killed_amid > 0, "every kill came too late");
    let mut last = args(&["--once"]);
    last.extend(["--profile".to_owned(), profile.clone()]);
    let last: Vec<&str> = last.iter().map(String::as_str).collect();
    let done = terminal.json(&last);
    assert_eq!(
        (&done["stopped"], &done["left"]["waiting"]),
        (&Json::Null, &json!(0))
    );
    assert_eq!(in_folder(&folder).len(), 300);
    let values = "select count(*) from hub.lead where lead::text like '%lis.example%' or subject is not null";
    assert_eq!(hub.sql(values), "0");

    // What it cannot be started with is said by a code.
    let code = |args: &[&str]| {
        let said: Json = serde_json::from_slice(&terminal.run(args).stdout).unwrap();
        said["error"]["code"].clone()
    };
    let hub_of = |url: &'static str| ["hub", "state", "--hub", url, "--hub-secret-file"];
    let state = |url| [&hub_of(url)[..], &[&secret]].concat();
    assert_eq!(code(&state("postgres://127.0.0.1:1/leads")), "hub_offline");
    assert_eq!(code(&state("https://hub.example")), "crm_bad_url");
    let mut no_profile = last.clone();
    no_profile.truncate(last.len() - 2);
    assert_eq!(code(&no_profile), "usage");
}
