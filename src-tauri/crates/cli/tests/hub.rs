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
