//! The fair at a glance counts what the ledger and the deadlines say, by the event's own clock.
#![allow(clippy::unwrap_used)]

use chrono::{DateTime, Utc};
use zgoda_booth::Query;
use zgoda_booth::overview::{OverviewView, Part, Pick};
use zgoda_booth::report::Report;
use zgoda_booth::rights::Who;
use zgoda_booth::view::{FieldEdit, FieldValue, LeadEdit};
use zgoda_core::withdraw::Scope;
use zgoda_core::{Act, Channel, Field, Language, Rating, Reply};
use zgoda_tests::booth;

fn at(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

#[test]
fn captures_answers_and_erasures_are_counted() {
    let home = tempfile::tempdir().unwrap();
    // Half past midnight in Warsaw: the next day there.
    let late = at("2026-11-24T23:30:00Z");
    let mut open = booth::open(home.path(), None, at("2026-11-24T08:00:00Z"));
    let empty = open
        .overview(&Pick::default(), at("2026-11-24T08:00:00Z"))
        .unwrap();
    assert!(empty.days.is_empty() && empty.ends.is_empty());
    assert!(empty.boxes.iter().all(|one| one.given + one.refused == 0));

    booth::capture(&mut open, 1, at("2026-11-24T09:10:00Z"));
    booth::capture(&mut open, 2, at("2026-11-24T09:50:00Z"));
    booth::capture(&mut open, 3, late);
    let view = open.overview(&Pick::default(), late).unwrap();
    assert_eq!(view.today.to_string(), "2026-11-25");
    let days: Vec<_> = view.days.iter().map(|day| day.day.to_string()).collect();
    assert_eq!(days, ["2026-11-24", "2026-11-25"]);
    assert_eq!((view.days[0].hours[10], view.days[1].hours[0]), (2, 1));
    let newsletter = |view: &OverviewView| {
        let found = view
            .boxes
            .iter()
            .find(|one| one.purpose == "newsletter" && one.channel == Some(Channel::Email));
        found
            .map(|one| (one.given, one.refused, one.withdrawn))
            .unwrap()
    };
    assert_eq!(newsletter(&view), (3, 0, 0));
    let here = |view: &OverviewView, field| {
        let of_field = view.ends.iter().filter(|end| end.field == field);
        of_field.map(|end| end.here).sum::<u32>()
    };
    assert_eq!(here(&view, Field::Email), 3);
    assert!(view.ends.is_sorted_by_key(|end| end.day));

    let one = Who::email("osoba1@firma1.example");
    open.withdraw(&one, &Scope::Consents, Act::Terminal, late)
        .unwrap();
    let two = Who::email("osoba2@firma2.example");
    open.erase_person(&two, Act::Terminal, late).unwrap();
    let after = open.overview(&Pick::default(), late).unwrap();
    assert_eq!(newsletter(&after), (1, 0, 1));
    assert_eq!(here(&after, Field::Email), 2);
    let table = open.report(Report::Retention).unwrap().page.csv();
    assert!(table.lines().count() > after.ends.len());
}

#[test]
fn answers_are_counted_by_question_and_option() {
    let home = tempfile::tempdir().unwrap();
    let now = at("2026-11-24T09:10:00Z");
    let mut open = booth::open(home.path(), None, now);
    for number in 1..=3 {
        booth::capture(&mut open, number, now);
    }
    let leads = open.leads(&Query::default(), now).unwrap();
    for (lead, machines) in leads.iter().zip([vec!["press"], vec!["press", "seeder"]]) {
        let reply = |question: &str, values: &[&str]| Reply {
            question: question.to_owned(),
            values: values.iter().map(|value| (*value).to_owned()).collect(),
        };
        let edit = LeadEdit {
            edits: vec![FieldEdit {
                field: Field::Rating,
                value: Some(FieldValue::Rating(Rating::Hot)),
            }],
            promises: Vec::new(),
            replies: vec![reply("machines", &machines), reply("hectares", &["120"])],
        };
        open.lead_edit(lead.id, edit, now).unwrap();
    }
    let view = open.overview(&Pick::default(), now).unwrap();
    let machines = &view.questions[0];
    assert_eq!(
        (machines.question.as_str(), machines.people),
        ("machines", 2)
    );
    let options: Vec<_> = machines
        .options
        .iter()
        .map(|one| (one.option.as_str(), one.people))
        .collect();
    assert_eq!(options, [("press", 2), ("seeder", 1), ("sprayer", 0)]);
    assert!(view.questions.iter().all(|one| one.question != "hectares"));
    let ratings = view.ratings;
    assert_eq!((ratings.hot, ratings.warm, ratings.cold), (2, 0, 0));
    assert_eq!(view.elsewhere, 0);

    let csv = open
        .overview_csv(Part::Questions, &Pick::default(), now)
        .unwrap();
    assert!(csv.contains("Which machines?,Seeder,1"), "{csv}");
    assert!(csv.contains("Rating,hot,2"), "{csv}");
    assert!(!csv.contains("Osoba") && !csv.contains("120"), "{csv}");

    let newsletter = Pick {
        purpose: Some("newsletter".to_owned()),
        ..Pick::default()
    };
    let view = open.overview(&newsletter, now).unwrap();
    assert!(view.questions.is_empty(), "no question is for it");
    let nobody = Pick {
        day: Some("2026-11-25".parse().unwrap()),
        ..Pick::default()
    };
    let view = open.overview(&nobody, now).unwrap();
    assert!(view.questions.iter().all(|one| one.people == 0));
}

#[test]
fn questions_are_shown_in_the_profiles_language_where_it_does_not_offer_the_screens() {
    let home = tempfile::tempdir().unwrap();
    let now = at("2026-11-24T09:10:00Z");
    let profile = zgoda_booth::demo::profile(now)
        .replacen(
            "languages = [\"pl\", \"en\", \"de\"]",
            "languages = [\"pl\"]",
            1,
        )
        .replacen(
            "pl = \"Jakie maszyny?\", en = \"Which machines?\"",
            "pl = \"Jakie maszyny?\"",
            1,
        )
        .replacen("pl = \"Siewnik\", en = \"Seeder\"", "pl = \"Siewnik\"", 1);
    let mut open = booth::open(home.path(), Some(&profile), now);
    let view = open.overview(&Pick::default(), now).unwrap();
    let machines = &view.questions[0];
    assert_eq!(machines.asked, "Jakie maszyny?");
    assert_eq!(machines.options[1].text, "Siewnik");
    let questions = open.profile_view(now).unwrap().questions;
    let machines = &questions[0];
    assert_eq!(machines.text[&Language::En], "Jakie maszyny?");
    assert_eq!(machines.options[1].text[&Language::En], "Siewnik");
}

#[test]
fn a_day_a_device_and_a_purpose_narrow_what_is_counted() {
    let home = tempfile::tempdir().unwrap();
    let start = at("2026-11-24T08:00:00Z");
    let mut open = booth::open(home.path(), None, start);
    booth::capture(&mut open, 1, at("2026-11-24T09:10:00Z"));
    let next = at("2026-11-25T09:50:00Z");
    booth::capture(&mut open, 2, next);
    let all = open.overview(&Pick::default(), next).unwrap();
    let device = all.devices[0].device.clone();
    assert_eq!((all.devices.len(), all.devices[0].captured), (1, 2));
    assert!(all.devices[0].own && all.devices[0].last == Some(next));

    let first = Pick {
        day: Some("2026-11-24".parse().unwrap()),
        ..Pick::default()
    };
    let day = open.overview(&first, next).unwrap();
    assert_eq!(
        (day.on.len(), day.days.len()),
        (2, 2),
        "the other days stay beside it"
    );
    assert_eq!(day.devices[0].captured, 1);
    let given = |view: &OverviewView| view.boxes.iter().map(|one| one.given).max().unwrap();
    assert_eq!((given(&all), given(&day)), (2, 1));
    let here = |view: &OverviewView| view.ends.iter().map(|end| end.here).sum::<u32>();
    assert_eq!(here(&day) * 2, here(&all));
    let hours = open.overview_csv(Part::Hours, &first, next).unwrap();
    assert!(
        hours.contains("2026-11-24,10:00,1") && !hours.contains("2026-11-25"),
        "{hours}"
    );

    let newsletter = Pick {
        purpose: Some("newsletter".to_owned()),
        device: Some(device),
        ..Pick::default()
    };
    let view = open.overview(&newsletter, next).unwrap();
    assert!(view.boxes.iter().all(|one| one.purpose == "newsletter"));
    assert_eq!(view.devices[0].captured, 2);
    let call = Pick {
        purpose: Some("call_back".to_owned()),
        ..Pick::default()
    };
    let counted = |view: &OverviewView| (view.boxes[0].given, view.boxes[0].refused);
    let whole = all
        .boxes
        .iter()
        .find(|one| one.purpose == "call_back")
        .unwrap();
    let call_view = open.overview(&call, next).unwrap();
    assert!(whole.refused > 0, "somebody said no to it: {whole:?}");
    assert_eq!(
        counted(&call_view),
        (whole.given, whole.refused),
        "a no is no less a no"
    );
    let csv = open.overview_csv(Part::Answers, &call, next).unwrap();
    assert!(
        csv.contains("call_back") && !csv.contains("newsletter"),
        "{csv}"
    );
    let nobody = Pick {
        device: Some("another".to_owned()),
        ..Pick::default()
    };
    let view = open.overview(&nobody, next).unwrap();
    assert!(view.days.is_empty() && view.ends.is_empty() && view.promises.is_empty());
    assert_eq!((view.on.len(), view.devices[0].captured), (2, 2));
}
