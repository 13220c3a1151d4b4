//! A core image of a locked store, taken from outside: neither what was typed nor any key is in it.
//!
//! How: this test runs itself as a child that opens a store, works, and locks; `gcore` takes its image while it is open
//! and again while it is locked. The child hands over what to look for masked, so that neither process holds it by that.
//! Personal values are counted and told: the allocator keeps what was freed until it is used again.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use crate::support::{PROFILE, happening, lead, salt, scratch, start, values};
use crate::vault::seal::{derive, random};
use crate::{Cost, Secret, Store};
use zgoda_core::ledger::Kind;

const MASK: u8 = 0x5a;
/// A value that the child keeps on purpose: an image without it was not taken well.
const CONTROL: &str = "control";

fn masked(bytes: &[u8]) -> String {
    hex::encode(bytes.iter().map(|byte| byte ^ MASK).collect::<Vec<u8>>())
}

struct Helper {
    child: Child,
    to: ChildStdin,
    from: BufReader<ChildStdout>,
}

impl Helper {
    fn start(home: &Path) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args([
                "--ignored",
                "--exact",
                "faults::image::holder",
                "--nocapture",
            ])
            .env("ZGODA_IMAGE_HOME", home)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let to = child.stdin.take().unwrap();
        let from = BufReader::new(child.stdout.take().unwrap());
        Self { child, to, from }
    }

    /// What the child says until it says `word`.
    fn until(&mut self, word: &str) -> Vec<(String, Vec<u8>)> {
        let mut said = Vec::new();
        for line in self.from.by_ref().lines().map_while(Result::ok) {
            if line == word {
                return said;
            }
            if let Some((name, hex)) = line
                .strip_prefix("look ")
                .and_then(|rest| rest.split_once(' '))
            {
                said.push((name.to_owned(), hex::decode(hex).unwrap()));
            }
        }
        panic!("the child ended before {word}");
    }

    fn go_on(&mut self) {
        writeln!(self.to).unwrap();
    }

    /// The bytes of the child's image.
    fn image(&self, home: &Path) -> Vec<u8> {
        let file = home.join("image");
        let id = self.child.id().to_string();
        let taken = Command::new("gcore")
            .arg("-o")
            .arg(&file)
            .arg(&id)
            .output()
            .unwrap();
        let path = home.join(format!("image.{id}"));
        let said = String::from_utf8_lossy(&taken.stderr).into_owned();
        let bytes = fs::read(&path).unwrap_or_else(|_| panic!("no image: {said}"));
        fs::remove_file(path).unwrap();
        bytes
    }
}

impl Drop for Helper {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn count(image: &[u8], masked: &[u8]) -> usize {
    let first = masked[0] ^ MASK;
    let places = image.iter().enumerate().filter(|(_, byte)| **byte == first);
    let is_at = |(at, _): &(usize, &u8)| {
        let here = image.get(*at..*at + masked.len());
        here.is_some_and(|here| here.iter().zip(masked).all(|(a, b)| a ^ MASK == *b))
    };
    places.filter(is_at).count()
}

#[test]
fn attack_39_the_core_image_of_a_locked_store_holds_no_key_and_no_passphrase() {
    if Command::new("gcore").arg("--version").output().is_err() {
        eprintln!("SKIPPED: the core image needs gcore (Debian: gdb)");
        return;
    }
    let home = scratch();
    let mut helper = Helper::start(home.path());
    let wanted = helper.until("open");
    let open = helper.image(home.path());
    helper.go_on();
    helper.until("locked");
    let locked = helper.image(home.path());
    helper.go_on();

    let mut personal = 0;
    for (name, value) in &wanted {
        let (before, after) = (count(&open, value), count(&locked, value));
        eprintln!("{name}: {before} while open, {after} while locked");
        match name.as_str() {
            CONTROL => assert!(before > 0 && after > 0, "the image was not taken well"),
            "personal" => personal += after,
            "data-key" | "stretched" => {
                assert!(before > 0, "{name}: the search finds what is in use");
                assert_eq!(after, 0, "{name} is in the image of a locked store");
            }
            _ => assert_eq!((before, after), (0, 0), "{name} is in an image"),
        }
    }
    eprintln!("personal values left in the locked image: {personal}");
}

/// Opens, works, waits; locks, waits.
#[test]
#[ignore = "runs inside attack_39_the_core_image_of_a_locked_store_holds_no_key_and_no_passphrase"]
fn holder() {
    let home = std::env::var_os("ZGODA_IMAGE_HOME").unwrap();
    let home = Path::new(&home).join("store");
    let say = |text: &str| {
        let mut out = std::io::stdout();
        writeln!(out, "\n{text}").unwrap();
        out.flush().unwrap();
    };
    let look = |name: &str, bytes: &[u8]| say(&format!("look {name} {}", masked(bytes)));
    let wait = || std::io::stdin().read_line(&mut String::new()).unwrap();

    let control = hex::encode(*random::<24>().unwrap());
    look(CONTROL, control.as_bytes());
    let typed = zeroize::Zeroizing::new(hex::encode(*random::<24>().unwrap()));
    look("passphrase", typed.as_bytes());
    let secret = Secret::Passphrase(typed);
    drop(Store::create(&home, "e", &secret, None, Cost::TEST, start()).unwrap());
    let mut store = Store::open(&home, &secret, start()).unwrap();
    store.verify_secret(&secret, start()).unwrap();
    drop(secret);
    store.set_profile(PROFILE, start()).unwrap();
    for number in 0..3 {
        let lead = lead(number);
        let captured = happening(Kind::Capture, &lead);
        store.capture(&lead, &salt(number), captured).unwrap();
    }
    assert_eq!(store.leads().unwrap().len(), 3);
    store.rotate(start()).unwrap();
    look("data-key", store.vault.data().expose());
    look(
        "data-key-in-hex",
        &store.vault.data().for_sqlcipher().as_bytes()[2..66],
    );
    look("stretched", store.vault.stretched().expose());
    look(
        "sealing-key",
        derive(None, store.vault.stretched()).expose(),
    );
    for value in values(1) {
        look("personal", value.as_bytes());
    }
    say("open");
    wait();
    drop(store);
    say("locked");
    wait();
    assert_eq!(control.len(), 48);
}
