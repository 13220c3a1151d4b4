//! The `file` destination: what stands in the folder after it was told things, once, twice, and in another order.
#![allow(clippy::unwrap_used)]

#[path = "../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub)]
mod imagined;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;
use std::sync::LazyLock;

use age::secrecy::ExposeSecret;
use imagined::{SIGNED, email, lead, lead_id, message, upsert};
use serde_json::Value as Json;
use zgoda_core::BoxRef;
use zgoda_core::field::{Field, Value};
use zgoda_core::outbox::{Answer, Body, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_crm::{ConnectError, Connector, Secret};

/// Head office's, made anew for each run.
static IDENTITY: LazyLock<age::x25519::Identity> = LazyLock::new(age::x25519::Identity::generate);

fn plain() -> Profile {
    imagined::profile("[crm]\nkind = \"file\"\nplain = true")
}

fn secret(identity: &age::x25519::Identity) -> Secret {
    Secret::new(identity.to_string().expose_secret())
}

fn sealed() -> Profile {
    imagined::profile(&format!(
        "[crm]\nkind = \"file\"\n[recovery]\nrecipient = \"{}\"",
        IDENTITY.to_public()
    ))
}

fn connect(profile: &Profile, folder: &Path) -> Box<dyn Connector> {
    zgoda_crm::connect(profile, None, folder).unwrap()
}

fn push(profile: &Profile, folder: &Path, messages: &[Message]) {
    for (message, answer) in messages.iter().zip(connect(profile, folder).push(messages)) {
        let crm_id = format!("file:{}", message.lead);
        assert_eq!(answer, Answer::Confirmed { crm_id });
    }
}

fn lines(folder: &Path, name: &str) -> Vec<Json> {
    let text = fs::read_to_string(folder.join(name)).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn rows(folder: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(folder.join("leads.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn everything(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let files = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path());
    let named = files.map(|path| {
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        (name, fs::read(path).unwrap())
    });
    named.collect()
}

fn set<T: Ord, const N: usize>(of: [T; N]) -> BTreeSet<T> {
    BTreeSet::from(of)
}

#[test]
fn a_replay_changes_nothing() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    let messages: Vec<Message> = (0..50).map(|n| upsert(&lead(n, &profile))).collect();
    push(&profile, folder.path(), &messages);
    let once = everything(folder.path());
    push(&profile, folder.path(), &messages);
    assert_eq!(everything(folder.path()), once);
    assert_eq!(rows(folder.path()).len(), 50);
    assert_eq!(lines(folder.path(), "leads.jsonl").len(), 50);
    assert!(once.keys().all(|name| !name.ends_with(".part")));
}

#[test]
fn a_row_holds_the_lead_and_the_proof() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    push(&profile, folder.path(), &[upsert(&lead(7, &profile))]);
    let rows = rows(folder.path());
    let row = |column: &str| rows[0][column].as_str();
    assert_eq!(row("lead_id"), lead_id(7).to_string());
    assert_eq!(row("name"), "Zofia Żółć-Lis 7");
    assert_eq!(row("company"), "Pompy \"Łoś\", spółka 7");
    assert_eq!(
        row("phone"),
        "'+48500000007",
        "no formula for a spreadsheet"
    );
    assert_eq!(row("address"), "ul. Mostowa 40, 87-100 Toruń, PL");
    assert_eq!(row("note"), "Pyta o pompę P-20.\nOddzwonić po targach.");
    assert_eq!(row("answers"), "Jaka maszyna? Pompa; Ile hektarów? 120");
    assert_eq!(row("answers.machine"), "Pompa");
    assert_eq!(row("answers.hectares"), "120");
    assert_eq!(row("permissions"), "send_offer newsletter:email");
    assert_eq!(row("promises"), "send_offer by 2026-12-15");
    assert_eq!(row("newsletter:email"), "yes");
    assert_eq!(row("newsletter:email basis"), "consent");
    assert_eq!(row("newsletter:email wording"), "2026-1");
    let wording = zgoda_core::profile::sha256_hex("Zgadzam się na biuletyn e-mailem.");
    assert_eq!(row("newsletter:email sha256"), wording);
    assert_eq!(row("newsletter:email language"), "pl");
    assert_eq!(row("newsletter:email time"), "2026-11-24T10:15:00+01:00");
    assert_eq!(row("newsletter:email act"), "attendee_screen");
    assert_eq!(row("call_back:phone"), "no");
    assert_eq!(row("send_offer basis"), "requested");
    assert!(
        row("email_until").starts_with("2028-11-24"),
        "{}",
        row("email_until")
    );
    let line = &lines(folder.path(), "leads.jsonl")[0];
    assert_eq!(line["fields"]["email"][0], email(7));
    assert_eq!(line["decisions"][1]["wording"]["sha256"], wording);
    assert_eq!(line["decisions"][1]["act"], "attendee_screen");
    assert_eq!(line["fields"]["answers"][0]["options"][0], "pump");
    assert_eq!(line["fields"]["answers"][1]["answer"], "120");
    for file in ["leads.csv", "leads.jsonl", "leads.vcf"] {
        let text = fs::read_to_string(folder.path().join(file)).unwrap();
        assert!(
            !text.contains(SIGNED) && !text.contains("signature"),
            "{file}"
        );
    }
}

/// The cards of the folder, unfolded, as lines.
fn cards(folder: &Path) -> Vec<String> {
    let text = fs::read_to_string(folder.join("leads.vcf")).unwrap();
    assert!(text.split("\r\n").all(|line| line.len() <= 75));
    let unfolded = text.replace("\r\n ", "");
    unfolded
        .split_terminator("\r\n")
        .map(str::to_owned)
        .collect()
}

#[test]
fn a_card_holds_the_lead_and_the_proof() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    push(&profile, folder.path(), &[upsert(&lead(7, &profile))]);
    let cards = cards(folder.path());
    let wording = zgoda_core::profile::sha256_hex("Zgadzam się na biuletyn e-mailem.");
    let code = zgoda_core::receipt::Code::of(&lead(7, &profile).subject).grouped();
    for line in [
        "BEGIN:VCARD",
        "VERSION:4.0",
        &format!("UID:urn:uuid:{}", lead_id(7)),
        "REV:20261124T091500Z",
        "FN:Zofia Żółć-Lis 7",
        "N:7;Zofia Żółć-Lis;;dr inż.;",
        "ORG:Pompy \"Łoś\"\\, spółka 7",
        &format!("EMAIL;PREF=1:{}", email(7)),
        "EMAIL:biuro.7@lisek.example",
        "TEL;PREF=1:+48500000007",
        "URL:https://lisek.example",
        "ADR:;;ul. Mostowa 40;Toruń;;87-100;PL",
        "CATEGORIES:pompy,serwis",
        "X-ZGODA-ANSWER:Jaka maszyna? Pompa",
        "X-ZGODA-ANSWER:Ile hektarów? 120",
        "NOTE:Pyta o pompę P-20.\\nOddzwonić po targach.",
        &format!("X-ZGODA-RECEIPT:{code}"),
        &format!(
            "X-ZGODA-CONSENT;BOX=\"newsletter:email\";BASIS=\"consent\";WORDING=\"2026-1\";SHA256=\"{wording}\";\
             LANGUAGE=\"pl\";TIME=\"2026-11-24T10:15:00+01:00\";ACT=\"attendee_screen\":yes"
        ),
        "END:VCARD",
    ] {
        let stands = cards.iter().filter(|known| *known == line).count();
        assert_eq!(stands, 1, "{line} in {cards:#?}");
    }
    let words = "NOTE:send_offer: yes (2026-11-24)\\nnewsletter:email: yes (2026-11-24\\, 2026-1)";
    assert!(
        cards.iter().any(|line| line.starts_with(words)),
        "{cards:#?}"
    );
}

#[test]
fn cards_bring_back_neither_a_withdrawal_nor_an_erased_lead() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    let (kept, gone) = (lead(1, &profile), lead(2, &profile));
    let told = [
        upsert(&kept),
        upsert(&gone),
        message(
            &kept,
            Body::Withdraw(set([BoxRef::whole("newsletter".to_owned())])),
        ),
        message(&kept, Body::Expire(set([Field::Phone]))),
        message(&gone, Body::Erase),
    ];
    for _ in 0..2 {
        push(&profile, folder.path(), &told);
        let cards = cards(folder.path());
        let begins = |what: &str| cards.iter().filter(|line| line.starts_with(what)).count();
        assert_eq!(
            (begins("BEGIN:"), begins("TEL"), begins("EMAIL")),
            (1, 0, 2)
        );
        let consent = "X-ZGODA-CONSENT;BOX=\"newsletter:email\"";
        let consent = cards.iter().find(|line| line.starts_with(consent)).unwrap();
        assert!(consent.ends_with(":withdrawn"), "{consent}");
        let noted = cards
            .iter()
            .any(|line| line.contains("newsletter:email: withdrawn"));
        assert!(noted, "{cards:#?}");
    }
}

#[test]
fn the_newest_revision_stands_once() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    let first = lead(1, &profile);
    let mut second = first.clone();
    let note = Value::Text("Kupuje.".into());
    second.edit(BTreeMap::from([(Field::Note, Some(note))]), &profile);
    push(&profile, folder.path(), &[upsert(&first), upsert(&second)]);
    push(&profile, folder.path(), &[upsert(&first)]);
    let rows = rows(folder.path());
    assert_eq!(rows.len(), 1);
    assert_eq!(
        (rows[0]["revision"].as_str(), rows[0]["note"].as_str()),
        ("2", "Kupuje.")
    );
}

#[test]
fn a_withdrawal_and_an_expiry_hold_against_a_late_replay() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    let kept = lead(2, &profile);
    let all = [
        upsert(&kept),
        message(
            &kept,
            Body::Withdraw(set([BoxRef::whole("newsletter".to_owned())])),
        ),
        message(&kept, Body::Expire(set([Field::Phone]))),
    ];
    push(&profile, folder.path(), &all);
    push(&profile, folder.path(), &[upsert(&kept)]);
    let rows = rows(folder.path());
    assert_eq!(rows[0]["newsletter:email"], "withdrawn");
    assert_eq!(rows[0]["permissions"], "send_offer call_back:phone");
    assert_eq!(
        (rows[0]["phone"].as_str(), rows[0]["phone_until"].as_str()),
        ("", "")
    );
    assert_eq!(
        lines(folder.path(), "withdrawn.jsonl")[0]["purpose"],
        "newsletter"
    );
    assert_eq!(lines(folder.path(), "expired.jsonl")[0]["field"], "phone");

    let mut again = kept.clone();
    again.revision = 2;
    push(&profile, folder.path(), &[upsert(&again)]);
    assert_eq!(
        self::rows(folder.path())[0]["newsletter:email"],
        "yes",
        "asked anew, given anew"
    );
}

#[test]
fn an_erased_lead_leaves_its_id_alone_and_never_comes_back() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    let (gone, stays) = (lead(3, &profile), lead(4, &profile));
    let withdrawn = message(
        &gone,
        Body::Withdraw(set([BoxRef::whole("newsletter".to_owned())])),
    );
    push(
        &profile,
        folder.path(),
        &[upsert(&gone), upsert(&stays), withdrawn.clone()],
    );
    push(&profile, folder.path(), &[message(&gone, Body::Erase)]);
    push(&profile, folder.path(), &[upsert(&gone), withdrawn]);
    assert_eq!(rows(folder.path()).len(), 1);
    let erased = lines(folder.path(), "erased.jsonl");
    assert_eq!(
        erased,
        [serde_json::json!({ "lead_id": gone.id.to_string() })]
    );
    for (name, bytes) in everything(folder.path()) {
        let text = String::from_utf8_lossy(&bytes);
        assert!(!text.contains(&email(3)), "{name} still names the person");
        let known = text.contains(&gone.id.to_string());
        assert_eq!(known, name == "erased.jsonl", "{name}");
    }
}

#[test]
fn nobody_at_the_booth_can_read_a_sealed_file() {
    let (profile, folder) = (sealed(), tempfile::tempdir().unwrap());
    let kept = lead(5, &profile);
    push(&profile, folder.path(), &[upsert(&kept)]);
    let files = everything(folder.path());
    assert_eq!(files.len(), 1);
    for (name, bytes) in &files {
        assert!(
            name.starts_with("zgoda-2") && name.ends_with(".jsonl.age"),
            "{name}"
        );
        assert!(bytes.starts_with(b"age-encryption.org/v1"));
        let text = String::from_utf8_lossy(bytes);
        assert!(!text.contains(&email(5)) && !text.contains(&kept.id.to_string()));
    }
    push(&profile, folder.path(), &[upsert(&kept)]);
    let again = everything(folder.path());
    assert!(
        again.keys().eq(files.keys()),
        "a replay replaces its own file"
    );
}

#[test]
fn head_office_opens_sealed_files_of_several_runs_into_one_table() {
    let (profile, folder) = (sealed(), tempfile::tempdir().unwrap());
    let into = tempfile::tempdir().unwrap();
    let kept: Vec<_> = (0..4).map(|n| lead(n, &profile)).collect();
    let mut newer = kept[1].clone();
    newer.revision = 2;
    push(
        &profile,
        folder.path(),
        &[upsert(&kept[0]), upsert(&kept[1])],
    );
    push(
        &profile,
        folder.path(),
        &[upsert(&kept[1]), upsert(&kept[2]), upsert(&kept[3])],
    );
    push(
        &profile,
        folder.path(),
        &[upsert(&newer), message(&kept[0], Body::Erase)],
    );
    for _ in 0..2 {
        let opened = zgoda_crm::file::open(folder.path(), &secret(&IDENTITY), into.path());
        assert_eq!(opened.unwrap(), 3);
        let revisions: Vec<String> = rows(into.path())
            .iter()
            .map(|r| r["revision"].clone())
            .collect();
        assert_eq!(revisions, ["2", "1", "1"]);
        assert_eq!(lines(into.path(), "erased.jsonl").len(), 1);
    }
    let stranger = secret(&age::x25519::Identity::generate());
    let refused = zgoda_crm::file::open(folder.path(), &stranger, into.path()).unwrap_err();
    assert_eq!(refused.code(), "open_sealed");
}

#[test]
fn fail_where_the_folder_cannot_be_written() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    let blocked = folder.path().join("file");
    fs::write(&blocked, "in the way").unwrap();
    let mut connector = connect(&profile, &blocked);
    let answers = connector.push(&[upsert(&lead(1, &profile)), upsert(&lead(2, &profile))]);
    let retry = Answer::Retry {
        reason: Reason::NotWritable,
        after: None,
    };
    assert_eq!(answers, [retry.clone(), retry]);
    assert_eq!(connector.test(), Err(Reason::NotWritable));
}

#[test]
fn fail_rather_than_write_a_line_away_that_cannot_be_read() {
    let (profile, folder) = (plain(), tempfile::tempdir().unwrap());
    push(&profile, folder.path(), &[upsert(&lead(1, &profile))]);
    let leads = folder.path().join("leads.jsonl");
    fs::write(&leads, "{\"lead_id\": half").unwrap();
    let answers = connect(&profile, folder.path()).push(&[upsert(&lead(2, &profile))]);
    assert!(matches!(
        answers[..],
        [Answer::Retry {
            reason: Reason::NotWritable,
            ..
        }]
    ));
    assert_eq!(fs::read_to_string(leads).unwrap(), "{\"lead_id\": half");
}

#[test]
fn fail_without_a_recipient() {
    let mut profile = sealed();
    profile.recipient = None;
    let failed = zgoda_crm::connect(&profile, None, Path::new("/nowhere")).err();
    assert_eq!(failed, Some(ConnectError::NoRecipient));
    profile.recipient = Some("age1nobody".to_owned());
    let failed = zgoda_crm::connect(&profile, None, Path::new("/nowhere")).err();
    assert_eq!(failed, Some(ConnectError::BadRecipient));
}
