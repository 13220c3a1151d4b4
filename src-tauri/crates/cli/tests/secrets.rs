//! PIN, passphrase, recovery and head office's key in the terminal, and the slips that must not cost a store.
#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value as Json;

struct Terminal(tempfile::TempDir);

impl Terminal {
    fn new() -> Self {
        let terminal = Self(tempfile::tempdir().unwrap());
        terminal.write("passphrase", "correct horse battery\n");
        terminal
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    fn home(&self) -> PathBuf {
        self.0.path().join("store")
    }

    /// Calls with the secret in the file `secret`.
    fn run(&self, secret: &str, args: &[&str]) -> Output {
        zgoda()
            .args(args)
            .args(["--json", "--home"])
            .arg(self.home())
            .arg("--passphrase-file")
            .arg(self.0.path().join(secret))
            .output()
            .unwrap()
    }

    fn json(&self, secret: &str, args: &[&str]) -> Json {
        let output = self.run(secret, args);
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{args:?}: {said}");
        serde_json::from_str(&said).unwrap()
    }

    fn capture(&self, name: &str) {
        let email = format!("{}@lis.example", name.to_lowercase());
        let person = [
            "capture",
            "--name",
            name,
            "--email",
            &email,
            "--ask",
            "send_offer",
        ];
        self.json("passphrase", &person);
    }
}

fn zgoda() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_zgoda"));
    // No keyring: what is asked for is a passphrase.
    command
        .env_remove("ZGODA_HOME")
        .env("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent")
        .stdin(Stdio::null());
    command
}

fn failed(output: &Output) -> (Option<i32>, String, String) {
    let said: Json = serde_json::from_slice(&output.stdout).unwrap();
    let text = |key: &str| said["error"][key].as_str().unwrap().to_owned();
    (output.status.code(), text("code"), text("message"))
}

fn path(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_passphrase_is_changed_and_the_old_one_opens_nothing() {
    let terminal = Terminal::new();
    terminal.json("passphrase", &["init"]);
    terminal.capture("Ewa");
    let new = terminal.write("new", "another long passphrase\n");
    let change = ["secret", "change", "--new-passphrase-file", path(&new)];
    assert_eq!(terminal.json("passphrase", &change)["changed"], true);
    let (exit, code, _) = failed(&terminal.run("passphrase", &["leads"]));
    assert_eq!((exit, code.as_str()), (Some(4), "wrong_secret"));
    let leads = terminal.json("new", &["leads"]);
    assert_eq!(leads["leads"].as_array().unwrap().len(), 1);
}

#[test]
fn fail_a_weak_new_passphrase_changes_nothing() {
    let terminal = Terminal::new();
    terminal.json("passphrase", &["init"]);
    let weak = terminal.write("weak", "short\n");
    let change = ["secret", "change", "--new-passphrase-file", path(&weak)];
    let (exit, code, _) = failed(&terminal.run("passphrase", &change));
    assert_eq!((exit, code.as_str()), (Some(1), "weak_secret"));
    let (exit, code, _) = failed(&terminal.run("passphrase", &["secret", "change"]));
    assert_eq!(
        (exit, code.as_str()),
        (Some(2), "usage"),
        "nobody is there to ask"
    );
    terminal.json("passphrase", &["leads"]);
}

#[test]
fn head_office_opens_a_store_whose_passphrase_is_forgotten() {
    let terminal = Terminal::new();
    let identity = age::x25519::Identity::generate();
    let demo = include_str!("../../../../profiles/demo.toml");
    let recipient = identity.to_public();
    let profile = format!("{demo}\n[recovery]\nrecipient = \"{recipient}\"\n");
    let profile = terminal.write("profile.toml", profile);
    terminal.json("passphrase", &["init", "--profile", path(&profile)]);
    terminal.capture("Ewa");

    use age::secrecy::ExposeSecret as _;
    let identity = terminal.write("identity", identity.to_string().expose_secret());
    let stranger = age::x25519::Identity::generate().to_string();
    let stranger = terminal.write("stranger", stranger.expose_secret());
    let new = terminal.write("new", "another long passphrase\n");
    let with = |identity: &Path| {
        zgoda()
            .args(["recover", "--json", "--identity", path(identity), "--home"])
            .arg(terminal.home())
            .args(["--new-passphrase-file", path(&new)])
            .output()
            .unwrap()
    };
    let (exit, code, _) = failed(&with(&stranger));
    assert_eq!((exit, code.as_str()), (Some(1), "wrong_identity"));
    terminal.json("passphrase", &["leads"]);

    let recovered = with(&identity);
    assert!(recovered.status.success(), "{recovered:?}");
    let leads = terminal.json("new", &["leads"]);
    assert_eq!(leads["leads"].as_array().unwrap().len(), 1);
    let (_, code, _) = failed(&terminal.run("passphrase", &["leads"]));
    assert_eq!(code, "wrong_secret");
}

#[test]
fn fail_a_store_that_is_sealed_to_nobody_else_cannot_be_recovered() {
    let terminal = Terminal::new();
    terminal.json("passphrase", &["init"]);
    use age::secrecy::ExposeSecret as _;
    let identity = age::x25519::Identity::generate().to_string();
    let identity = terminal.write("identity", identity.expose_secret());
    let recover = [
        "recover",
        "--identity",
        path(&identity),
        "--new-passphrase-file",
    ];
    let new = terminal.write("new", "another long passphrase\n");
    let recover = [&recover[..], &[path(&new)]].concat();
    let (exit, code, _) = failed(&terminal.run("passphrase", &recover));
    assert_eq!((exit, code.as_str()), (Some(1), "no_recovery"));
}

#[test]
fn fail_a_mistyped_home_makes_no_store() {
    let terminal = Terminal::new();
    for command in [
        &["leads"][..],
        &["sync"],
        &["purge"],
        &["report", "retention"],
        &["device", "show"],
        &["secret", "change"],
        &["crm", "test"],
        &["profile", "show"],
    ] {
        let (exit, code, message) = failed(&terminal.run("passphrase", command));
        assert_eq!((exit, code.as_str()), (Some(1), "no_store"), "{command:?}");
        assert!(
            message.contains("store") && message.contains("zgoda init"),
            "{message}"
        );
        assert!(!terminal.home().exists(), "{command:?} left something");
    }
    terminal.json("passphrase", &["init"]);
    let (exit, code, _) = failed(&terminal.run("passphrase", &["init"]));
    assert_eq!((exit, code.as_str()), (Some(1), "store_exists"));
}

#[test]
fn attack_36_the_terminal_says_until_when_it_waits() {
    let terminal = Terminal::new();
    terminal.json("passphrase", &["init"]);
    terminal.write("wrong", "not the passphrase\n");
    let mut said = Vec::new();
    for _ in 0..6 {
        said.push(failed(&terminal.run("wrong", &["leads"])));
    }
    for (exit, code, _) in &said[..5] {
        assert_eq!((*exit, code.as_str()), (Some(4), "wrong_secret"));
    }
    let (exit, code, message) = &said[5];
    assert_eq!((*exit, code.as_str()), (Some(4), "locked_out"));
    assert!(message.contains("the next is allowed at 20"), "{message}");
    // The right one has to wait too: no answer tells that it was right.
    assert_eq!(
        failed(&terminal.run("passphrase", &["leads"])).1,
        "locked_out"
    );
}

#[test]
fn fail_a_tag_that_the_profile_does_not_have() {
    let terminal = Terminal::new();
    let person = [
        "capture",
        "--name",
        "Ewa",
        "--email",
        "ewa@lis.example",
        "--ask",
        "send_offer",
    ];
    let tagged = |tag| [&person[..], &["--tag", tag]].concat();
    let (exit, code, message) = failed(&terminal.run("passphrase", &tagged("servis")));
    assert_eq!((exit, code.as_str()), (Some(2), "usage"));
    assert!(
        message.contains("servis") && message.contains("serwis"),
        "{message}"
    );
    let stored = terminal.json("passphrase", &tagged("serwis"));
    let lead = stored["lead"].as_str().unwrap();
    let edit = ["edit", lead, "--tag", "servis"];
    assert_eq!(failed(&terminal.run("passphrase", &edit)).1, "usage");
}

#[test]
fn attack_25_a_profile_that_is_no_text_has_a_place() {
    let terminal = Terminal::new();
    let file = terminal.write("profile.toml", b"[event]\nid = \"a\xff\xfe\"\n");
    let checked = terminal.run("passphrase", &["profile", "check", path(&file)]);
    assert_eq!(checked.status.code(), Some(1));
    let checked: Json = serde_json::from_slice(&checked.stdout).unwrap();
    let finding = &checked["findings"][0];
    assert_eq!(
        (&finding["line"], &finding["column"]),
        (&2.into(), &8.into())
    );
    assert_eq!(finding["severity"], "error");
}

#[test]
fn the_demo_in_a_home_that_is_there_says_what_it_needs() {
    let terminal = Terminal::new();
    let demo = || {
        zgoda()
            .args(["demo", "--json", "--home"])
            .arg(terminal.home())
            .output()
            .unwrap()
    };
    assert!(demo().status.success());
    let (exit, code, message) = failed(&demo());
    assert_eq!((exit, code.as_str()), (Some(2), "usage"));
    assert!(
        message.contains("--passphrase-file") && message.contains("new folder"),
        "{message}"
    );
}

/// The older database is told at every opening, and taken only by who says so.
#[test]
fn attack_34_an_older_copy_is_taken_knowingly() {
    let terminal = Terminal::new();
    terminal.json("passphrase", &["init"]);
    terminal.capture("Ewa");
    let database = terminal.home().join("events/targi-demo-2026/store-1.db");
    let older = std::fs::read(&database).unwrap();
    terminal.capture("Jan");
    std::fs::write(&database, older).unwrap();
    for _ in 0..2 {
        let (exit, code, message) = failed(&terminal.run("passphrase", &["leads"]));
        assert_eq!((exit, code.as_str()), (Some(1), "older"), "{message}");
    }
    let leads = terminal.json("passphrase", &["leads", "--accept-older"]);
    assert_eq!(leads["leads"].as_array().unwrap().len(), 1);
    terminal.json("passphrase", &["leads"]);
}

/// While a person is thinking, no core image of the program may be written, whatever collects them.
#[test]
#[cfg(target_os = "linux")]
fn attack_39_the_terminal_writes_no_core_image() {
    let terminal = Terminal::new();
    let mut child = zgoda()
        .args(["capture", "-", "--home"])
        .arg(terminal.home())
        .stdin(Stdio::piped())
        .spawn()
        .unwrap();
    let limits = format!("/proc/{}/limits", child.id());
    let is_off = || {
        let limits = std::fs::read_to_string(&limits).unwrap();
        let line = limits
            .lines()
            .find(|line| line.starts_with("Max core file size"));
        let words: Vec<&str> = line.unwrap().split_whitespace().collect();
        words[4] == "1" && words[5] == "1" || words[4] == "0" && words[5] == "0"
    };
    // It waits for its standard input; until it has begun, the limit is still the one it was given.
    let off = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(20));
        is_off()
    });
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(off, "core images are on");
}

#[test]
fn a_profile_is_signed_verified_and_alone_taken_by_a_device_that_knows_the_key() {
    let terminal = Terminal::new();
    terminal.write("office", "a passphrase of head office\n");
    let path = |name: &str| terminal.0.path().join(name).display().to_string();
    let (key_file, toml) = (path("office.key"), path("event.toml"));
    let profile = include_str!("../../../../profiles/demo.toml");
    terminal.write("event.toml", profile);
    let made = terminal.json("office", &["device", "key", &key_file]);
    let key = made["key"].as_str().unwrap();

    terminal.json("passphrase", &["init"]);
    let code = |secret: &str, args: &[&str]| {
        let output = terminal.run(secret, args);
        let said: Json = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code().unwrap(), said["error"]["code"].clone())
    };
    // The demo that it began with is not signed, so that something is left to do.
    assert_eq!(code("passphrase", &["profile", "trust", key]).0, 3);
    assert_eq!(
        code("passphrase", &["profile", "use", &toml]),
        (1, "profile_unsigned".into())
    );
    let sign = ["profile", "sign", &toml, "--office-key", &key_file];
    assert_eq!(terminal.json("office", &sign)["key"], key);
    let signed = std::fs::read_to_string(&toml).unwrap();
    assert!(signed.starts_with(profile), "the file stays as it was");
    terminal.json("office", &["profile", "verify", &toml, "--key", key]);
    terminal.json("passphrase", &["profile", "verify", &toml]);
    assert_eq!(
        code("passphrase", &["profile", "use", &toml]).0,
        3,
        "warnings"
    );

    terminal.write("event.toml", signed.replace("Poznań", "Toruń"));
    for of in [
        &["profile", "verify", &toml][..],
        &["profile", "use", &toml],
    ] {
        assert_eq!(code("passphrase", of), (1, "profile_changed".into()));
    }
    terminal.json("passphrase", &["profile", "untrust"]);
    assert_eq!(code("passphrase", &["profile", "use", &toml]).0, 3);
}
