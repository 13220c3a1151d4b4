//! Attacks that go through more than one floor, from a badge to what the CRM is handed. Numbers are the rows of
//! fixtures/attacks.md.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Mutex;

use chrono::{DateTime, Utc};
use zgoda_booth::rights::Who;
use zgoda_booth::view::{Asked, AttendeeAnswer, FieldEdit, FieldValue, HandOver, ScanView, Typing};
use zgoda_booth::{Booth, Query, sync};
use zgoda_core::{Field, Language};
use zgoda_tests::booth;

fn now() -> DateTime<Utc> {
    "2026-11-24T10:00:00Z".parse().unwrap()
}

fn badge(name: &str, company: &str, email: &str) -> String {
    format!("BEGIN:VCARD\nVERSION:4.0\nFN:{name}\nORG:{company}\nEMAIL:{email}\nEND:VCARD\n")
}

fn nothing_ticked() -> AttendeeAnswer {
    AttendeeAnswer {
        language: Language::Pl,
        edits: Vec::new(),
        struck: Vec::new(),
        ticked: Vec::new(),
        nothing: false,
        replies: Vec::new(),
        signature: None,
    }
}

/// Scans `badge`, hands over with `note`, and lets the attendee save.
fn capture(booth: &mut Booth, badge: &str, note: &str) {
    let scanned = booth.scan_text(&Typing::plain(badge)).unwrap();
    assert!(matches!(scanned, ScanView::Person { .. }), "no person");
    let request = HandOver {
        edits: vec![FieldEdit {
            field: Field::Note,
            value: Some(FieldValue::Text(note.to_owned())),
        }],
        asked: vec![Asked {
            purpose: "send_offer".to_owned(),
            due: None,
        }],
        language: Language::Pl,
        replies: Vec::new(),
    };
    booth.hand_over(request, now()).unwrap();
    booth.attendee_answer(nothing_ticked(), now()).unwrap();
    booth.attendee_leave(&booth::secret(), now()).unwrap();
}

/// The rows of the file that was handed over, by column.
fn handed_over(home: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_path(home.join("handed-over/leads.csv")).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

fn synced(booth: Booth) {
    let view = sync::run(&Mutex::new(booth), None, now, |_| ()).unwrap();
    assert_eq!((view.waiting, view.needs_person), (0, 0));
}

#[test]
fn attack_07_one_person_in_two_forms_is_one_lead() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    capture(
        &mut booth,
        &badge("Zoë Łoś", "Łoś", "zoë@łoś.example"),
        "first",
    );
    let first = booth.leads(&Query::default(), now()).unwrap()[0].id;
    for again in [
        badge(
            "Zoe\u{308} Łos\u{301}",
            "Łos\u{301}",
            "zoe\u{308}@łos\u{301}.example",
        ),
        badge("Zoë Łoś", "Łoś", "zo\u{200B}ë@łoś.exam\u{200D}ple"),
        badge("ZOË ŁOŚ", "ŁOŚ", "ZOË@ŁOŚ.EXAMPLE"),
    ] {
        let ScanView::Person { draft, .. } = booth.scan_text(&Typing::plain(&again)).unwrap()
        else {
            panic!("no person")
        };
        let same = draft.same.as_ref().map(|same| same.lead);
        assert_eq!(same, Some(first), "{again}");
        capture(&mut booth, &again, "again");
    }
    let leads = booth.leads(&Query::default(), now()).unwrap();
    assert_eq!(leads.len(), 1);
    assert_eq!(leads[0].id, first);
}

const MARKUP: &str = "<script>alert(1)</script>";

#[test]
fn attack_10_markup_is_text() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let name = format!("{MARKUP}&amp;<b>Lis</b>");
    capture(
        &mut booth,
        &badge(&name, "<img src=x>", "ewa@lis.example"),
        MARKUP,
    );
    let lead = booth.leads(&Query::default(), now()).unwrap().remove(0);
    assert_eq!(
        (lead.name.as_str(), lead.company.as_str()),
        (name.as_str(), "<img src=x>")
    );

    let access = booth.access(&Who::email("ewa@lis.example")).unwrap();
    let page = access.pages[0].html();
    for tag in ["<script", "<b>", "<img"] {
        assert!(!page.contains(tag), "{tag} in a page");
    }
    assert!(
        page.contains("&lt;script&gt;alert(1)&lt;/script&gt;&amp;amp;"),
        "{page}"
    );
    synced(booth);
    assert_eq!(handed_over(home.path())[0]["name"], name);
}

#[test]
fn attack_14_sql_is_text() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let sql = "Robert'); DROP TABLE lead;--";
    capture(&mut booth, &badge(sql, sql, "robert@lis.example"), sql);
    capture(
        &mut booth,
        &badge("Ewa Lis", "Lis", "ewa@lis.example"),
        "' OR 1=1 --",
    );
    for text in ["' OR '1'='1", "%' --", "\"; DELETE FROM lead; --", "%", "_"] {
        let query = Query {
            text: text.to_owned(),
            filter: None,
        };
        assert!(
            booth.leads(&query, now()).unwrap().is_empty(),
            "{text} finds somebody"
        );
    }
    let query = Query {
        text: "drop table".to_owned(),
        filter: None,
    };
    assert_eq!(booth.leads(&query, now()).unwrap()[0].name, sql);
    assert_eq!(booth.leads(&Query::default(), now()).unwrap().len(), 2);
}

#[test]
fn attack_15_a_formula_is_text_to_a_spreadsheet() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let formulas = ["=HYPERLINK(\"http://x\")", "+1+1", "-2+3", "@SUM(A1)"];
    for (number, formula) in formulas.iter().enumerate() {
        let email = format!("ewa{number}@lis.example");
        capture(
            &mut booth,
            &badge(formula, formula, &email),
            &format!("{formula}\r=1"),
        );
    }
    synced(booth);
    let rows = handed_over(home.path());
    assert_eq!(rows.len(), formulas.len());
    for row in &rows {
        for (column, cell) in row {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{column}: {cell:?}"
            );
        }
        let bare = row["name"].strip_prefix('\'').unwrap();
        assert!(
            formulas.contains(&bare),
            "{bare} is whole behind its apostrophe"
        );
    }
}

#[test]
fn attack_16_quotes_commas_and_line_breaks_stay_in_their_cell() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    // As a vCard escapes them: name and company with comma, semicolon, backslash and quotes.
    let card = badge(
        "Lis\\, \"Ewa\"",
        "Lis\\, Wilk\\; i \\\\Syn",
        "ewa@lis.example",
    );
    let note = "one, \"two\"\nthree; four";
    capture(&mut booth, &card, note);
    synced(booth);
    let rows = handed_over(home.path());
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["name"], "Lis, \"Ewa\"");
    assert_eq!(rows[0]["company"], "Lis, Wilk; i \\Syn");
    assert_eq!(rows[0]["note"], note);
    assert_eq!(rows[0]["email"], "ewa@lis.example");
}

#[test]
fn attack_17_the_ledger_names_what_was_dropped_and_holds_no_value() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    let card = badge("Ewa Lis", "Lis", "ewa@lis.example").replace(
        "END:VCARD",
        "BDAY:1990-05-17\nX-SPOUSE:Adam\nTITLE:Prezeska\nEND:VCARD",
    );
    capture(&mut booth, &card, "wants a press");
    let ledger = booth.ledger_export(now()).unwrap();
    for name in ["birthday", "relations", "title"] {
        assert!(ledger.contains(name), "{name} is not named");
    }
    for value in ["1990", "Adam", "Prezeska", "Ewa", "lis.example", "a press"] {
        assert!(!ledger.contains(value), "{value} is in the ledger");
    }
}

#[test]
fn attack_24_a_drawing_of_a_million_points_is_refused_whole() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), None, now());
    booth
        .scan_text(&Typing::plain(&badge("Ewa", "Lis", "ewa@lis.example")))
        .unwrap();
    // A text cannot pass for one, and is not kept in its place.
    let flood = "x".repeat(1_000_000);
    let edit = FieldEdit {
        field: Field::Signature,
        value: Some(FieldValue::Text(flood)),
    };
    let draft = booth.draft_edit(vec![edit]).unwrap();
    assert!(draft.fields.iter().all(|one| one.field != Field::Signature));
    let request = HandOver {
        edits: Vec::new(),
        asked: vec![Asked {
            purpose: "send_offer".to_owned(),
            due: None,
        }],
        language: Language::Pl,
        replies: Vec::new(),
    };
    booth.hand_over(request, now()).unwrap();

    let plain = r#"{"language":"pl","edits":[],"struck":[],"ticked":[],"nothing":false}"#;
    serde_json::from_str::<AttendeeAnswer>(plain).unwrap();
    let drawn = |points: String| {
        let signed = format!(r#""signature":{{"by":"drawn","value":[[{points}]]}},"nothing""#);
        serde_json::from_str::<AttendeeAnswer>(&plain.replace("\"nothing\"", &signed))
    };
    for odd in ["[1.0,2.0]", "[-1,2]", "[70000,2]", "[1,2,3]"] {
        assert!(drawn(odd.to_owned()).is_err(), "{odd}");
    }
    let million = drawn(vec!["[1,2]"; 1_000_000].join(",")).unwrap();
    let refused = booth.attendee_answer(million, now()).unwrap_err();
    assert_eq!(refused.code(), "signature_too_large");
    assert!(booth.attendee_view().unwrap().is_some(), "they can go on");
    booth.attendee_answer(nothing_ticked(), now()).unwrap();
}
