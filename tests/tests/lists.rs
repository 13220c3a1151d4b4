//! People who come as a list: only with their own yes, never twice, and back out as a whole.
#![allow(clippy::unwrap_used)]

use std::sync::Mutex;

use chrono::{DateTime, Utc};
use zgoda_booth::list::{ListCounts, Outcome};
use zgoda_booth::report::Form;
use zgoda_booth::rights::Who;
use zgoda_booth::view::LeadRow;
use zgoda_booth::{Booth, Error, Query, closing, sync};
use zgoda_core::export::ledger::verify;
use zgoda_core::list::{Cover, ListError, Statement, Tool};
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, Channel, Field, Source};
use zgoda_tests::booth;

/// A webinar's export: 1 and 2 are the host's; Ewa agreed, Jan did not, Ida said something else, Ola said nothing, Adam
/// agreed without an address, Ewa stands there again, and Karol and Maria agreed.
const ZOOM: &str = "Attendee Report\nReport Generated:,\"11/20/2026 12:00\"\nTopic,Webinar ID,# Registered\n\"Rola, jutro\",123,8\n\
    Host Details,\nAttended,User Name (Original Name),First Name,Last Name,Email\nYes,Host,Jan,Gospodarz,host@dobremaszyny.example\n\
    Attendee Details,\n\
    Attended,User Name (Original Name),First Name,Last Name,Email,Organization,Industry,Newsletter?,Approval Status\n\
    Yes,ewa,Ewa,Lis,ewa@lis.example,Lis i Syn,rolnictwo,Yes,approved\n\
    Yes,jan,Jan,Wilk,jan@wilk.example,Wilk,rolnictwo,No,approved\n\
    No,ida,Ida,Sarna,ida@sarna.example,Sarna,rolnictwo,perhaps later,approved\n\
    No,ola,Ola,Kuna,ola@kuna.example,Kuna,rolnictwo,,approved\n\
    Yes,adam,Adam,Borsuk,,Borsuk,rolnictwo,Yes,approved\n\
    Yes,ewa2,Ewa,Lis,EWA@lis.example,Lis i Syn,rolnictwo,Yes,approved\n\
    Yes,karol,Karol,Osoba,osoba1@firma1.example,Firma 1,rolnictwo,Yes,approved\n\
    Yes,maria,Maria,Zając,maria@zajac.example,Zając,rolnictwo,yes,approved\n\
    Other Attended,\nUser Name,Join Time\n48601000000,10:00\n";

const WORDING: &str = "Send me the newsletter of Dobre Maszyny by e-mail.";

fn stated() -> Statement {
    Statement::read(&format!(
        "language = \"en\"\ncollected = \"2026-11-18\"\n[[covers]]\npurpose = \"newsletter\"\nchannel = \"email\"\n\
         column = \"Newsletter?\"\nversion = \"webinar-3\"\nwording = \"{WORDING}\"\n"
    ))
    .unwrap()
}

fn now() -> DateTime<Utc> {
    "2026-11-24T09:00:00Z".parse().unwrap()
}

/// What a preview of the rows under `headers` makes of each.
fn outcomes(booth: &mut Booth, headers: &str, rows: &str, statement: &Statement) -> Vec<Outcome> {
    booth
        .list_open(format!("{headers}\n{rows}").as_bytes())
        .unwrap();
    let preview = booth.list_preview(statement, now()).unwrap();
    preview.rows.iter().map(|row| row.outcome).collect()
}

/// The lead that a search for `text` finds first.
fn row(booth: &mut Booth, text: &str) -> LeadRow {
    let query = Query {
        text: text.into(),
        filter: None,
    };
    booth.leads(&query, now()).unwrap().remove(0)
}

fn names(booth: &mut Booth) -> Vec<String> {
    let rows = booth.leads(&Query::default(), now()).unwrap();
    let mut names: Vec<String> = rows.into_iter().map(|row| row.name).collect();
    names.sort();
    names
}

#[test]
fn only_who_said_yes_becomes_a_lead_and_only_with_what_it_needs() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    // Osoba 1 was at the booth before: what they said there counts.
    booth::capture(&mut open, 1, now());
    open.suppress("maria@zajac.example").unwrap();

    let view = open.list_open(ZOOM.as_bytes()).unwrap();
    assert_eq!(
        (view.tool, view.people, view.header_line),
        (Tool::Zoom, 8, 9)
    );
    let asks: Vec<&str> = view
        .columns
        .iter()
        .filter(|one| one.asks)
        .map(|one| one.header.as_str())
        .collect();
    assert_eq!(asks, ["Newsletter?"]);
    let column = view.columns.iter().find(|one| one.asks).unwrap();
    assert_eq!((column.yes, column.no, column.unclear), (5, 2, 1));

    let preview = open.list_preview(&stated(), now()).unwrap();
    let expected = ListCounts {
        kept: 1,
        no_evidence: 3,
        objected: 1,
        here: 1,
        twice: 1,
        no_address: 1,
        too_old: 0,
        unreadable: 0,
        unclear: 1,
    };
    assert_eq!(preview.counts, expected);
    assert_eq!(names(&mut open), ["Osoba 1"], "a preview stores nothing");
    let ewa = &preview.rows[0];
    assert_eq!(
        (ewa.line, ewa.outcome, ewa.name.as_deref()),
        (10, Outcome::Kept, Some("Ewa Lis"))
    );
    assert_eq!(
        (&ewa.kept[..], &ewa.dropped[..]),
        (&[Field::Name, Field::Email][..], &[Field::Company][..])
    );
    let unread = |header: &str| preview.unread.iter().any(|one| one == header);
    assert!(unread("Industry") && !unread("Newsletter?") && !unread("Email"));
    // Of whoever is not kept there is a line and a reason.
    let shown = serde_json::to_string(&preview).unwrap();
    for value in ["Jan", "wilk", "Ida", "Kuna", "Borsuk", "perhaps", "zajac"] {
        assert!(!shown.contains(value), "{value}");
    }

    let import = open.list_import(&stated(), now()).unwrap();
    assert_eq!((import.counts, import.tool), (expected, Tool::Zoom));
    assert_eq!(names(&mut open), ["Ewa Lis", "Osoba 1"]);
    let row = row(&mut open, "ewa");
    let lead = open.lead(row.id, now()).unwrap();
    assert_eq!(lead.source, Source::Import);
    let decided = &lead.decisions[..];
    assert_eq!(decided.len(), 1, "what the form did not ask is no decision");
    assert_eq!(
        (decided[0].channel, decided[0].given, decided[0].act),
        (Some(Channel::Email), true, Act::Import)
    );
    assert_eq!(decided[0].wording.as_deref(), Some("webinar-3"));
    assert_eq!(decided[0].at.date_naive().to_string(), "2026-11-18");
    assert!(
        matches!(open.list_preview(&stated(), now()), Err(Error::NoList)),
        "the list is gone"
    );
}

#[test]
fn the_record_names_source_and_evidence_and_no_notice() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    open.list_open(ZOOM.as_bytes()).unwrap();
    open.list_import(&stated(), now()).unwrap();
    let table = open.consents(Form::Csv).unwrap();
    let ewa = table.lines().find(|line| line.contains("import")).unwrap();
    assert!(
        ewa.contains("imported list (zoom)") && ewa.contains(WORDING),
        "{ewa}"
    );
    let head: Vec<&str> = table.lines().next().unwrap().split(',').collect();
    let given = head.iter().position(|one| *one == "given_at").unwrap();
    let given = ewa.split(',').nth(given).unwrap();
    assert!(given.starts_with("2026-11-18T12:00"), "{ewa}");
    let access = open.access(&Who::email("ewa@lis.example")).unwrap();
    let answered = access.leads[0].captured_at.unwrap();
    assert_eq!(answered.date_naive().to_string(), "2026-11-18");
    for form in [Form::Kantara, Form::Ts27560] {
        let text = open.consents(form).unwrap();
        assert!(
            text.contains("imported list (zoom)") && text.contains(WORDING),
            "{text}"
        );
    }
    let exported = open.ledger_export(now()).unwrap();
    assert!(
        verify(&exported, None).is_ok(),
        "the chain holds, and is signed"
    );
    assert!(!exported.contains("ewa@lis") && !exported.contains("\"notice\""));
    let evidence = exported.lines().filter(|line| line.contains(WORDING));
    assert_eq!(
        evidence.count(),
        1,
        "the wording stands once, in the entry of the import"
    );
}

#[test]
fn one_undo_takes_the_whole_back_but_who_has_answered_since() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    open.list_open(ZOOM.as_bytes()).unwrap();
    let import = open.list_import(&stated(), now()).unwrap();
    assert_eq!(import.counts.kept, 3);
    // Osoba 1 comes to the booth and answers anew, under the same id.
    let again = now() + chrono::TimeDelta::hours(1);
    booth::capture_again(&mut open, 1, again);
    let late = now() + chrono::TimeDelta::hours(24);
    assert_eq!(open.lists(again).unwrap()[0].counts.kept, 3);
    assert!(
        matches!(open.list_undo(&import.id, late), Err(Error::NoImport)),
        "its day is over"
    );
    assert_eq!(open.list_undo(&import.id, again).unwrap(), 2);
    assert_eq!(names(&mut open), ["Osoba 1"]);
    assert!(open.lists(again).unwrap().is_empty());
    assert!(matches!(
        open.list_undo(&import.id, again),
        Err(Error::NoImport)
    ));
    assert!(booth::files_with(home.path(), "", "maria@zajac").is_empty());
    // Who was erased may come again.
    open.list_open(ZOOM.as_bytes()).unwrap();
    assert_eq!(open.list_import(&stated(), again).unwrap().counts.kept, 2);
}

#[test]
fn what_was_asked_for_by_registering_is_a_promise_and_an_objection_does_not_block_it() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    open.suppress("ewa@lis.example").unwrap();
    let mut statement = stated();
    let mut offer = statement.covers[0].clone();
    offer.purpose = "send_offer".to_owned();
    offer.channel = None;
    offer.column = None;
    offer.wording = "Register, and we send you the offer that is shown.".to_owned();
    statement.covers.push(offer);
    open.list_open(ZOOM.as_bytes()).unwrap();
    let counts = open.list_import(&statement, now()).unwrap().counts;
    assert_eq!(
        (counts.kept, counts.no_evidence, counts.no_address),
        (6, 0, 1)
    );
    let ewa = row(&mut open, "ewa");
    assert_eq!((ewa.asked.len(), ewa.consents.len()), (1, 0));
    assert_eq!(open.follow_ups(now()).unwrap().len(), 6);
}

#[test]
fn an_answer_is_kept_from_the_day_of_the_form_and_an_old_one_not_at_all() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    let mut statement = stated();
    // The newsletter is kept for two years.
    statement.collected = "2024-11-23".parse().unwrap();
    open.list_open(ZOOM.as_bytes()).unwrap();
    let counts = open.list_preview(&statement, now()).unwrap().counts;
    assert_eq!((counts.kept, counts.too_old), (0, 3));
    statement.collected = "2024-11-26".parse().unwrap();
    assert_eq!(open.list_import(&statement, now()).unwrap().counts.kept, 3);
    let ewa = &open.leads(&Query::default(), now()).unwrap()[0];
    assert!(!ewa.today, "nobody was met today");
    let lead = open.lead(ewa.id, now()).unwrap();
    assert!(
        lead.fields
            .iter()
            .all(|one| one.until.to_string().starts_with("2026-11-26"))
    );
}

#[test]
fn a_row_that_is_wider_than_its_headers_answers_nothing() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    // An unquoted comma in the company shifts "attended" under the newsletter's question.
    let rows = "Ewa,Lis,ewa@lis.example,Lis, Syn,Yes,No\nJan,Wilk,jan@wilk.example,Wilk,No,Yes,,\n";
    let headers = "First Name,Last Name,Email,Organization,Attended,Newsletter?";
    let found = outcomes(&mut open, headers, rows, &stated());
    assert_eq!(found, [Outcome::Unreadable, Outcome::Kept]);
    assert_eq!(open.list_import(&stated(), now()).unwrap().counts.kept, 1);
    assert_eq!(names(&mut open), ["Jan Wilk"]);
}

/// With a request of its own question, and a call that is agreed to in another.
fn stated_three() -> Statement {
    let mut statement = stated();
    let newsletter = statement.covers[0].clone();
    statement.covers.push(Cover {
        purpose: "send_offer".to_owned(),
        channel: None,
        column: Some("Offer?".to_owned()),
        wording: "Send me the offer that is shown.".to_owned(),
        ..newsletter.clone()
    });
    statement.covers.push(Cover {
        purpose: "call_back".to_owned(),
        channel: Some(Channel::Phone),
        column: Some("Call?".to_owned()),
        wording: "Call me about the machines that are shown.".to_owned(),
        ..newsletter
    });
    statement
}

const THREE: &str = "First Name,Last Name,Email,Phone,Newsletter?,Offer?,Call?";

#[test]
fn a_no_in_one_of_a_persons_rows_stands_against_a_yes_in_another() {
    use Outcome::{Kept, NoEvidence, Twice};
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    let rows = "Ewa,Lis,ewa@lis.example,,Yes,No,No\nEwa,Lis,EWA@lis.example,,No,Yes,No\n\
                Jan,Wilk,jan@wilk.example,,No,No,No\nJan,Wilk,jan@wilk.example,,Yes,No,No\n\
                Ida,Sarna,ida@sarna.example,,Yes,No,No\nIda,Sarna,ida@sarna.example,,later,No,No\n\
                Ola,Kuna,ola@kuna.example,,Yes,No,No\nOla,Kuna,ola@kuna.example,,Yes,Yes,No\n";
    let found = outcomes(&mut open, THREE, rows, &stated_three());
    let expected = [
        NoEvidence, Kept, NoEvidence, NoEvidence, NoEvidence, NoEvidence, Kept, Twice,
    ];
    assert_eq!(found, expected);
    let preview = open.list_preview(&stated_three(), now()).unwrap();
    let given = |at: usize| -> Vec<&str> {
        let given = preview.rows[at].given.iter();
        given.map(|one| one.purpose.as_str()).collect()
    };
    assert_eq!(given(1), ["send_offer"], "the newsletter was refused");
    assert_eq!(given(6), ["send_offer", "newsletter"]);
}

#[test]
fn a_yes_without_its_address_does_not_take_the_others_along() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    let rows = "Ewa,Lis,ewa@lis.example,,Yes,No,Yes\nAdam,Borsuk,,,Yes,Yes,Yes\n";
    let found = outcomes(&mut open, THREE, rows, &stated_three());
    assert_eq!(found, [Outcome::Kept, Outcome::NoAddress]);
    let preview = open.list_preview(&stated_three(), now()).unwrap();
    let given = &preview.rows[0].given;
    assert_eq!((given.len(), given[0].purpose.as_str()), (1, "newsletter"));
}

#[test]
fn nothing_is_stored_for_a_purpose_that_has_ended() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    let mut statement = stated_three();
    // The newsletter ended after two years; a call may be made until three months after the event.
    statement.collected = "2024-11-20".parse().unwrap();
    let rows = "Ewa,Lis,ewa@lis.example,+48 601 000 000,Yes,No,Yes\nJan,Wilk,jan@wilk.example,,Yes,No,No\n";
    let found = outcomes(&mut open, THREE, rows, &statement);
    assert_eq!(found, [Outcome::Kept, Outcome::TooOld]);
    let preview = open.list_preview(&statement, now()).unwrap();
    assert_eq!(preview.rows[0].kept, [Field::Name, Field::Phone]);
    assert_eq!(preview.rows[0].given[0].purpose, "call_back");
}

#[test]
fn what_was_withdrawn_does_not_come_back_with_the_same_file() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    open.list_open(ZOOM.as_bytes()).unwrap();
    open.list_import(&stated(), now()).unwrap();
    let who = Who::email("ewa@lis.example");
    let taken = open
        .withdraw(&who, &Scope::Consents, Act::Terminal, now())
        .unwrap();
    assert!(taken.leads[0].erased && taken.listed == 0);
    open.list_open(ZOOM.as_bytes()).unwrap();
    let counts = open.list_import(&stated(), now()).unwrap().counts;
    assert_eq!((counts.kept, counts.objected, counts.here), (0, 1, 2));
    assert_eq!(names(&mut open), ["Karol Osoba", "Maria Zając"]);
    let blocked = open.suppressed("ewa@lis.example").unwrap();
    assert!(blocked.covers(Some(Channel::Email)) && !blocked.covers(Some(Channel::Phone)));
    assert!(!blocked.unnamed, "what rests on no consent is not barred");
}

#[test]
fn no_answer_lies_in_the_future() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    let mut statement = stated();
    statement.collected = now().date_naive();
    let morning = "2026-11-24T07:00:00Z".parse().unwrap();
    open.list_open(ZOOM.as_bytes()).unwrap();
    open.list_import(&statement, morning).unwrap();
    let id = open.leads(&Query::default(), morning).unwrap()[0].id;
    for decision in open.lead(id, morning).unwrap().decisions {
        assert_eq!(decision.at, morning);
    }
}

#[test]
fn a_closed_event_takes_no_list() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    open.list_open(ZOOM.as_bytes()).unwrap();
    let open = Mutex::new(open);
    closing::close(&open, None, false, now, |_| ()).unwrap();
    let mut open = open.into_inner().unwrap();
    let entries = open.closing().unwrap().entries;
    open.list_open(ZOOM.as_bytes()).unwrap();
    let refused = [
        open.list_preview(&stated(), now()).unwrap_err(),
        open.list_import(&stated(), now()).unwrap_err(),
    ];
    assert!(refused.iter().all(|error| error.code() == "event_closed"));
    assert!(open.lists(now()).unwrap().is_empty(), "nothing was begun");
    assert_eq!(open.closing().unwrap().entries, entries);
}

#[test]
fn the_list_in_hand_is_let_go_at_the_events_end() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    open.list_open(ZOOM.as_bytes()).unwrap();
    let open = Mutex::new(open);
    closing::close(&open, None, false, now, |_| ()).unwrap();
    let mut open = open.into_inner().unwrap();
    open.reopen(now()).unwrap();
    let gone = open.list_preview(&stated(), now());
    assert!(matches!(gone, Err(Error::NoList)));
}

#[test]
fn a_shared_telephone_makes_no_two_people_one() {
    use Outcome::{Here, Kept, Twice};
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    booth::capture(&mut open, 1, now());
    let rows = "Ewa,Lis,ewa@lis.example,+48 601 000 001,Yes,No,Yes\nJan,Wilk,jan@wilk.example,601 000 001,Yes,No,Yes\n\
                Osoba,1,osoba1@firma1.example,,Yes,No,No\nOsoba,1,OSOBA1@firma1.example,,Yes,No,No\nIda,Sarna,,601 000 777,No,No,Yes\nIda,Sarna,,0048 601 000 777,No,No,Yes\n";
    let found = outcomes(&mut open, THREE, rows, &stated_three());
    assert_eq!(found, [Kept, Kept, Here, Twice, Kept, Twice]);
}

#[test]
fn whoever_has_a_telephone_alone_is_known_again_however_it_was_written() {
    let home = tempfile::tempdir().unwrap();
    let profile = include_str!("../../profiles/demo.toml").replace(
        "keep = \"until_promise_kept\"",
        "keep = \"until_confirmed\"",
    );
    let mut open = booth::open(home.path(), Some(&profile), now());
    let rows = "Ida,Sarna,,601 000 777,No,No,Yes\nEwa,Lis,,+48 601 000 888,No,No,Yes\n";
    let again = "Ida,Sarna,,601000777,No,No,Yes\nEwa,Lis,,601 000 888,No,No,Yes\nOla,Kuna,,601 000 999,No,No,Yes\n";
    let kept = outcomes(&mut open, THREE, rows, &stated_three());
    assert_eq!(kept, [Outcome::Kept; 2]);
    open.list_import(&stated_three(), now()).unwrap();
    let expected = [Outcome::Here, Outcome::Here, Outcome::Kept];
    let found = outcomes(&mut open, THREE, again, &stated_three());
    assert_eq!(found, expected, "with their values here");
    let open = Mutex::new(open);
    let synced = sync::run(&open, None, now, |_| ()).unwrap();
    assert_eq!(synced.forgotten, 2);
    let mut open = open.into_inner().unwrap();
    let found = outcomes(&mut open, THREE, again, &stated_three());
    assert_eq!(found, expected, "as stubs");
}

#[test]
fn a_list_in_the_character_sets_of_spreadsheets_is_read() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    let text = "Imię;Nazwisko;E-mail;Zgoda\r\nŻegota;Łącki;zegota@lacki.example;Tak\r\n";
    let utf16: Vec<u8> = "\u{FEFF}"
        .encode_utf16()
        .chain(text.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    // Żegota;Łącki in windows-1250.
    let old: Vec<u8> = text
        .chars()
        .map(|letter| match letter {
            'ę' => 0xEA,
            'Ż' => 0xAF,
            'Ł' => 0xA3,
            'ą' => 0xB9,
            ascii => u8::try_from(u32::from(ascii)).unwrap(),
        })
        .collect();
    let mut statement = stated();
    statement.covers[0].column = Some("Zgoda".to_owned());
    for bytes in [text.as_bytes(), &utf16, &old] {
        open.list_open(bytes).unwrap();
        let preview = open.list_preview(&statement, now()).unwrap();
        assert_eq!(preview.rows[0].name.as_deref(), Some("Żegota Łącki"));
    }
}

#[test]
fn fail_lists_and_statements_that_cannot_be_taken() {
    let home = tempfile::tempdir().unwrap();
    let mut open = booth::open(home.path(), None, now());
    assert!(matches!(
        open.list_preview(&stated(), now()),
        Err(Error::NoList)
    ));
    let refused = |open: &mut Booth, bytes: &[u8]| open.list_open(bytes).unwrap_err();
    assert_eq!(refused(&mut open, b"\n \n").code(), "list_empty");
    assert_eq!(
        refused(&mut open, &vec![b'x'; 5_000_001]).code(),
        "list_too_large"
    );
    let quote = refused(&mut open, b"Email,Name\na@b.example,\"Ewa\nc").view(now());
    assert_eq!(
        (quote.code.as_str(), quote.params["line"].as_str()),
        ("list_quote", "2")
    );

    let mut broken = |change: &dyn Fn(&mut Statement)| {
        let mut statement = stated();
        change(&mut statement);
        open.list_open(ZOOM.as_bytes()).unwrap();
        match open.list_import(&statement, now()) {
            Err(Error::List(error)) => error,
            other => panic!("{other:?}"),
        }
    };
    let column = broken(&|one| one.covers[0].column = Some("Consent".to_owned()));
    assert_eq!(column, ListError::NoColumn("Consent".to_owned()));
    let held = broken(&|one| drop(one.columns.insert("Industry".into(), "shoe".into())));
    assert_eq!(held, ListError::NoField("shoe".to_owned()));
    let nobody = broken(&|one| {
        for header in ["First Name", "Last Name", "Email"] {
            one.columns.insert(header.into(), "skip".into());
        }
    });
    assert_eq!(nobody, ListError::Nobody);
    assert!(names(&mut open).is_empty());
    assert!(open.lists(now()).unwrap().is_empty(), "nothing was begun");
}
