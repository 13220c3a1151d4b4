//! The editor's way there and back: whatever the draft says is in the TOML, and what it does not show stays.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use proptest::prelude::*;
use zgoda_core::profile::edit::{
    MailDraft, NoticeDraft, OptionDraft, ProfileDraft, PurposeDraft, QuestionDraft, WordingDraft,
    write,
};
use zgoda_core::profile::{Basis, Lint, NoticeItem};
use zgoda_core::question::{Asker, Condition, QuestionKind};
use zgoda_core::{Channel, Field, Language, Profile};

const DEMO: &str = include_str!("../../../../profiles/demo.toml");
/// Forms that people write too: tables in a line, a list of tables, dotted keys, Windows' line ends.
const TERSE: &str = r#"languages = ["en"] # one will do
purpose = [{ id = "send_offer", basis = "requested", fields = ["email", "name"], retention = "promise + P14D", statement = { en = "We send it." }, mail = { en = { subject = "Offer", body = "Dear {name}" } } }]
event = { id = "fair-2026", name = "Fair", starts = "2026-11-20", ends = 2026-11-21, time_zone = "Europe/Berlin", country = "DE" }
crm = { kind = "webhook", url = "https://crm.firma.example", batch = 20 }
controller.name = "Firma"
controller.address = "Straße 1"
controller.email = "dsb@firma.example"
controller.privacy_page = "https://firma.example/dsgvo"
controller.supervisory_authority = "LfDI"
[notice.en]
version = "7"
controller = "Firma"
purposes = "The offer."
legitimate_interest = "Answering."
recipients = "None."
transfers = "None."
retention = "14 days."
rights = '''All of
them.'''
complaint = "LfDI"
obligation = "Voluntary."
automated_decisions = "None."
[lookup]
service = "pretix"
url = "https://pretix.example"
"#;

/// The demo with all that it leaves out.
fn full() -> String {
    let columns = "[crm.fields] # made by IT\nname = \"full_name\" # whole\n\n[crm.answers]\nmachines = \"cf_1\" # a list\n";
    format!("{DEMO}batch = 3\nfolder = \"out\"\n\n{columns}\n[lock]\nafter = 60\n")
}

fn files() -> Vec<String> {
    vec![DEMO.to_owned(), full(), TERSE.to_owned()]
}

fn draft(toml: &str) -> ProfileDraft {
    ProfileDraft::read(toml).unwrap()
}

/// A profile but for the hash of its text.
fn read(toml: &str) -> Profile {
    let (profile, _) =
        Profile::read(toml).unwrap_or_else(|findings| panic!("{findings:?}\n{toml}"));
    Profile {
        sha256: String::new(),
        ..profile
    }
}

#[test]
fn a_draft_that_nobody_changed_leaves_every_byte() {
    for toml in files() {
        assert_eq!(write(&toml, &draft(&toml)).unwrap(), toml);
    }
}

#[test]
fn a_draft_in_an_empty_file_makes_the_profile_that_it_shows() {
    let mut shown = draft(&full());
    shown.purposes.iter_mut().for_each(|one| one.was = None);
    shown.questions.iter_mut().for_each(|one| one.was = None);
    let made = read(&write("", &shown).unwrap());
    let demo = read(&full());
    assert!(!demo.questions.is_empty() && demo.badge.template.is_some());
    assert!(!demo.purposes[0].mail.is_empty() && !demo.crm.fields.is_empty());
    assert_eq!(made, demo);
}

#[test]
fn what_belongs_to_a_purpose_goes_where_it_goes_and_remarks_stay() {
    let mut changed = draft(&full());
    changed.purposes.remove(1);
    changed.purposes.reverse();
    changed.purposes[1].id = "offer".to_owned();
    changed
        .event
        .insert("name".to_owned(), "Inne targi".to_owned());
    let toml = write(&full(), &changed).unwrap();
    let (before, after) = (read(&full()), read(&toml));
    let ids: Vec<&str> = after.purposes.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(ids, ["call_back", "offer"]);
    assert_eq!(after.purposes[1].mail, before.purposes[0].mail);
    assert_eq!((&after.badge, after.lock_after), (&before.badge, 60));
    assert_eq!(after.crm, before.crm);
    let followed = before.questions.iter().cloned().map(|mut one| {
        assert_eq!(one.purpose, "send_offer");
        one.purpose = "offer".to_owned();
        one
    });
    assert_eq!(after.questions, followed.collect::<Vec<_>>());
    assert!(toml.contains("# What the organiser's badges carry."));
}

#[test]
fn a_second_channel_parts_the_wordings_and_one_alone_joins_them_again() {
    let mut changed = draft(DEMO);
    let news = &mut changed.purposes[1];
    news.channels.push(Channel::Sms);
    news.fields.push(Field::Phone);
    news.wordings.push(WordingDraft {
        channel: Some(Channel::Sms),
        version: "1".to_owned(),
        texts: Language::ALL.map(|one| (one, format!("SMS {one}"))).into(),
    });
    let toml = write(DEMO, &changed).unwrap();
    let profile = read(&toml);
    assert_eq!(profile.purposes[1].wordings.len(), 2);
    assert_eq!(
        profile.purposes[1].wordings[&Some(Channel::Sms)].version,
        "1"
    );

    let mut back = draft(&toml);
    let news = &mut back.purposes[1];
    news.channels.retain(|one| *one == Channel::Email);
    news.fields.retain(|one| *one != Field::Phone);
    news.wordings
        .retain(|one| one.channel == Some(Channel::Email));
    let back = write(&toml, &back).unwrap();
    assert_eq!(read(&back), read(DEMO), "{back}");
}

#[test]
fn answers_questions_and_a_signature_come_back_as_they_went() {
    let mut changed = draft(DEMO);
    let offer = &mut changed.purposes[0];
    assert!(offer.fields.contains(&Field::Answers));
    offer.fields.push(Field::Signature);
    let why = |one| (one, format!("The order is binding ({one})."));
    offer.signature_why = Language::ALL.map(why).into();
    let toml = write(DEMO, &changed).unwrap();
    assert_eq!(draft(&toml).purposes[0], changed.purposes[0]);
    let (before, after) = (read(DEMO), read(&toml));
    assert_eq!(after.questions, before.questions);
    assert!(!after.questions.is_empty());
    assert_eq!(
        after.purposes[0].signature_why,
        changed.purposes[0].signature_why
    );
    let needed = [Field::Answers, Field::Signature];
    assert!(
        needed
            .iter()
            .all(|one| after.purposes[0].fields.contains(one))
    );

    let mut back = draft(&toml);
    back.purposes[0].fields.pop();
    back.purposes[0].signature_why.clear();
    assert_eq!(write(&toml, &back).unwrap(), DEMO);
}

#[test]
fn questions_are_changed_where_they_stand_and_what_hangs_on_them_follows() {
    let file = DEMO.replace("[crm]\n", "[crm]\nanswers = { machines = \"cf_1\" }\n");
    let mut changed = draft(&file);
    let machines = &mut changed.questions[0];
    machines.id = "tools".to_owned();
    machines.options.swap(0, 1);
    machines.options[2]
        .text
        .insert(Language::En, "Boom sprayer".to_owned());
    machines.options.push(OptionDraft {
        id: "plough".to_owned(),
        text: Language::ALL
            .map(|one| (one, format!("Plough ({one})")))
            .into(),
    });
    let toml = write(&file, &changed).unwrap();
    let (before, after) = (read(&file), read(&toml));
    let options: Vec<&str> = after.questions[0]
        .options
        .iter()
        .map(|one| one.id.as_str())
        .collect();
    assert_eq!(options, ["seeder", "press", "sprayer", "plough"]);
    let when = after.questions[1].when.as_ref().unwrap();
    assert_eq!(
        (when.question.as_str(), when.is.as_str()),
        ("tools", "press")
    );
    assert_eq!(after.crm.answers["tools"], "cf_1");
    assert_eq!(after.questions[2..], before.questions[2..]);
    // Every line but those that were changed is the file's own.
    let kept = |line: &&str| toml.contains(line);
    let lost: Vec<&str> = file.lines().filter(|line| !kept(line)).collect();
    assert_eq!(lost.len(), 4, "{lost:?}\n{toml}");

    changed.questions[1].when = None;
    changed.questions.swap(2, 3);
    changed.questions[0].kind = QuestionKind::Text;
    changed.questions[0].options.clear();
    let after = read(&write(&file, &changed).unwrap());
    let ids: Vec<&str> = after.questions.iter().map(|one| one.id.as_str()).collect();
    assert_eq!(
        ids,
        ["tools", "bales", "demonstration", "hectares", "month"]
    );
    assert_eq!(after.questions[1].when, None);
    assert!(after.questions[0].options.is_empty());
}

#[test]
fn a_question_takes_its_column_of_the_crm_along_when_it_goes() {
    let columns = "[crm]\nanswers = { machines = \"cf_1\", month = \"cf_2\" }\n";
    let file = DEMO.replace("[crm]\n", columns);
    let mut changed = draft(&file);
    changed.questions.retain(|one| one.id != "month");
    let toml = write(&file, &changed).unwrap();
    let answers = read(&toml).crm.answers;
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["machines"]);
    assert_eq!(answers["machines"], "cf_1");
    // Its id is given to another one, which has no column.
    let mut given = draft(&file);
    given.questions.retain(|one| one.id != "month");
    given.questions.last_mut().unwrap().id = "month".to_owned();
    let answers = read(&write(&file, &given).unwrap()).crm.answers;
    assert_eq!(answers.keys().collect::<Vec<_>>(), ["machines"]);

    changed.questions.clear();
    let toml = write(&file, &changed).unwrap();
    assert!(read(&toml).crm.answers.is_empty());
    assert!(!toml.contains("answers = {"), "{toml}");
}

#[test]
fn badges_lookup_lock_and_local_copy_come_back_as_they_went() {
    let mut changed = draft(&full());
    assert_eq!(changed.lock["after"], "60");
    changed.lock.insert("after".to_owned(), "90".to_owned());
    let keep = ("keep".to_owned(), "until_event_end".to_owned());
    changed.local_copy.extend([keep]);
    changed.badge.symbols = vec!["qr".to_owned(), "pdf417".to_owned()];
    changed.badge.columns.push("skip".to_owned());
    let lookup = [
        ("service", "eventyay"),
        ("url", "https://eventyay.example"),
        ("event", "a/b"),
    ];
    let lookup = lookup.map(|(key, text)| (key.to_owned(), text.to_owned()));
    changed.lookup.extend(lookup);
    changed.purposes[0].fields.push(Field::Reference);
    let toml = write(&full(), &changed).unwrap();
    let after = read(&toml);
    assert_eq!(after.lock_after, 90);
    assert_eq!(after.badge.symbols.len(), 2);
    assert_eq!(after.lookup.unwrap().event.as_deref(), Some("a/b"));
    assert_eq!(draft(&toml), changed);
    // Nothing is looked up any more: the section is not there.
    changed.lookup.clear();
    assert_eq!(read(&write(&toml, &changed).unwrap()).lookup, None);
}

#[test]
fn mails_are_changed_in_their_language_alone_and_half_a_mail_keeps_its_form() {
    let mut changed = draft(DEMO);
    let mails = &mut changed.purposes[0].mail;
    mails.get_mut(&Language::En).unwrap().subject = "Our offer".to_owned();
    let toml = write(DEMO, &changed).unwrap();
    let lost: Vec<&str> = DEMO.lines().filter(|line| !toml.contains(line)).collect();
    assert_eq!(lost, ["subject = \"The offer you asked for at {event}\""]);
    assert_eq!(
        read(&toml).purposes[0].mail[&Language::En].subject,
        "Our offer"
    );

    changed.purposes[0].mail.clear();
    let none = write(&toml, &changed).unwrap();
    assert!(read(&none).purposes[0].mail.is_empty());
    assert!(!none.contains("[purpose.mail"), "{none}");

    let mail = |language| {
        let (subject, body) = (
            format!("Offer ({language})"),
            "Dear {name},\n\nhere.\n".to_owned(),
        );
        (language, MailDraft { subject, body })
    };
    changed.purposes[0].mail = Language::ALL.map(mail).into();
    let again = write(&none, &changed).unwrap();
    assert_eq!(draft(&again).purposes[0].mail, changed.purposes[0].mail);
    assert_eq!(
        read(&again).purposes[0].mail[&Language::De].body,
        "Dear {name},\n\nhere.\n"
    );
    let begun = changed.purposes[0].mail.get_mut(&Language::Pl).unwrap();
    begun.body.clear();
    let (_, warnings) = Profile::read(&write(&none, &changed).unwrap()).unwrap();
    let blank = warnings.iter().filter(|one| one.lint == Lint::MailBlank);
    let blank: Vec<_> = blank
        .map(|one| (one.subject.as_str(), one.language))
        .collect();
    assert_eq!(blank, [("send_offer", Some(Language::Pl))], "{warnings:?}");
}

#[test]
fn columns_of_the_crm_and_its_own_ways_come_back_as_they_went() {
    let mut changed = draft(&full());
    assert_eq!(changed.columns[&Field::Name], "full_name");
    assert_eq!(changed.questions[0].column, "cf_1");
    assert_eq!(changed.crm["plain"], "true");
    changed.questions[0].id = "tools".to_owned();
    changed.questions[2].column = "cf_2".to_owned();
    changed.columns.insert(Field::Company, "firm".to_owned());
    for (key, said) in [
        ("kind", "webhook"),
        ("url", "https://crm.firma.example"),
        ("batch", "20"),
        ("plain", ""),
        ("folder", ""),
    ] {
        changed.crm.insert(key.to_owned(), said.to_owned());
    }
    let toml = write(&full(), &changed).unwrap();
    let crm = read(&toml).crm;
    assert_eq!((crm.batch, crm.plain, crm.folder), (Some(20), false, None));
    assert_eq!(
        crm.fields.values().collect::<Vec<_>>(),
        ["full_name", "firm"]
    );
    let answers: Vec<(&str, &str)> = crm
        .answers
        .iter()
        .map(|(id, column)| (id.as_str(), column.as_str()))
        .collect();
    assert_eq!(answers, [("hectares", "cf_2"), ("tools", "cf_1")]);
    for remark in [
        "[crm.fields] # made by IT",
        "\"full_name\" # whole",
        "\"cf_1\" # a list",
    ] {
        assert!(toml.contains(remark), "{remark}: {toml}");
    }

    let mut none = draft(&toml);
    none.columns.clear();
    none.questions.iter_mut().for_each(|one| one.column.clear());
    let toml = write(&toml, &none).unwrap();
    let crm = read(&toml).crm;
    assert!(crm.fields.is_empty() && crm.answers.is_empty());
    assert!(!toml.contains("[crm."), "{toml}");
}

#[test]
fn a_column_is_a_text_whatever_its_question_is_called_and_keeps_the_remark_above_it() {
    let mut file = DEMO.to_owned();
    for (id, new) in [
        ("hectares", "batch"),
        ("bales", "plain"),
        ("month", "after"),
    ] {
        file = file.replace(&format!("id = \"{id}\""), &format!("id = \"{new}\""));
    }
    let mut changed = draft(&file);
    for question in &mut changed.questions {
        match question.id.as_str() {
            "batch" => question.column = "12".to_owned(),
            "plain" => question.column = "true".to_owned(),
            "after" => question.column = "600".to_owned(),
            _ => {}
        }
    }
    let answers = read(&write(&file, &changed).unwrap()).crm.answers;
    let columns: Vec<&str> = answers.values().map(String::as_str).collect();
    assert_eq!(columns, ["600", "12", "true"]);

    let mut renamed = draft(&full());
    renamed.questions[0].id = "tools".to_owned();
    let remarked = full().replace(
        "machines = \"cf_1\"",
        "# asked for by sales\nmachines = \"cf_1\"",
    );
    let toml = write(&remarked, &renamed).unwrap();
    assert!(
        toml.contains("# asked for by sales\ntools = \"cf_1\""),
        "{toml}"
    );
}

#[test]
fn a_column_of_no_question_is_shown_until_somebody_takes_it_out() {
    let file = DEMO.replace(
        "[crm]\n",
        "[crm]\nanswers = { colour = \"cf_9\", machines = \"cf_1\" }\n",
    );
    let mut changed = draft(&file);
    assert_eq!(changed.stray_columns["colour"], "cf_9");
    assert!(Profile::read(&file).is_err());
    changed.stray_columns.clear();
    let toml = write(&file, &changed).unwrap();
    assert_eq!(
        read(&toml).crm.answers.keys().collect::<Vec<_>>(),
        ["machines"]
    );
}

/// One thing that a person does to a form.
#[derive(Clone, Debug)]
enum Edit {
    Event(&'static str, String),
    Controller(&'static str, String),
    Receipt(&'static str, String),
    Crm(&'static str, String),
    Column(Field, String),
    Languages(Vec<Language>),
    Tags(Vec<String>),
    Notice(Language, NoticeItem, String),
    Id(usize, String),
    Statement(usize, Language, String),
    Why(usize, Language, String),
    Mail(usize, Language, String, String),
    Fields(usize, Vec<Field>),
    Channels(usize, Vec<Channel>),
    Wording(usize, Language, String),
    Remove(usize),
    Swap(usize, usize),
    Add,
    Badge(Vec<String>, String),
    Lock(String),
    Ask,
    Asked(usize, String),
    Option(usize, String, Language, String),
    When(usize, Option<(String, String)>),
    AnswerColumn(usize, String),
    Drop(usize),
    Move(usize, usize),
}

fn typed() -> impl Strategy<Value = String> {
    prop_oneof![
        Just(String::new()),
        "[a-zA-Z0-9 ąęł„”\"'\\\\#=\\[\\]{}]{1,20}",
        Just("two\nlines\n\n".to_owned()),
        Just("2026-11-24".to_owned()),
        Just("\"\"\"".to_owned()),
        Just("tab\tand \u{7f} and \u{1}".to_owned()),
    ]
}

fn edit() -> impl Strategy<Value = Edit> {
    use prop::sample::{select, subsequence};
    let language = || select(Language::ALL.to_vec());
    let at = || 0..4_usize;
    prop_oneof![
        (
            select(vec!["id", "name", "starts", "place", "country"]),
            typed()
        )
            .prop_map(|(key, text)| Edit::Event(key, text)),
        (select(vec!["name", "phone", "dpo"]), typed())
            .prop_map(|(key, text)| Edit::Controller(key, text)),
        (select(vec!["page", "withdraw"]), typed())
            .prop_map(|(key, text)| Edit::Receipt(key, text)),
        (select(vec!["kind", "url", "folder"]), typed())
            .prop_map(|(key, text)| Edit::Crm(key, text)),
        "[0-9]{0,5}|many".prop_map(|said| Edit::Crm("batch", said)),
        "true|false|".prop_map(|said| Edit::Crm("plain", said)),
        (select(Field::ALL.to_vec()), typed()).prop_map(|(field, said)| Edit::Column(field, said)),
        (at(), typed()).prop_map(|(at, said)| Edit::AnswerColumn(at, said)),
        (at(), language(), typed(), typed()).prop_map(|(a, b, c, d)| Edit::Mail(a, b, c, d)),
        subsequence(Language::ALL.to_vec(), 1..=3).prop_map(Edit::Languages),
        prop::collection::vec(typed(), 0..3).prop_map(Edit::Tags),
        (language(), select(NoticeItem::ALL.to_vec()), typed())
            .prop_map(|(a, b, c)| Edit::Notice(a, b, c)),
        (at(), typed()).prop_map(|(at, text)| Edit::Id(at, text)),
        (at(), language(), typed()).prop_map(|(a, b, c)| Edit::Statement(a, b, c)),
        (at(), language(), typed()).prop_map(|(a, b, c)| Edit::Why(a, b, c)),
        (at(), subsequence(Field::ALL.to_vec(), 0..=14))
            .prop_map(|(at, all)| Edit::Fields(at, all)),
        (at(), subsequence(Channel::ALL.to_vec(), 0..=3))
            .prop_map(|(at, all)| Edit::Channels(at, all)),
        (at(), language(), typed()).prop_map(|(a, b, c)| Edit::Wording(a, b, c)),
        at().prop_map(Edit::Remove),
        (at(), at()).prop_map(|(a, b)| Edit::Swap(a, b)),
        Just(Edit::Add),
        (prop::collection::vec(typed(), 0..3), typed()).prop_map(|(a, b)| Edit::Badge(a, b)),
        "[0-9]{0,4}|soon".prop_map(Edit::Lock),
        Just(Edit::Ask),
        (at(), typed()).prop_map(|(a, b)| Edit::Asked(a, b)),
        (at(), typed(), language(), typed()).prop_map(|(a, b, c, d)| Edit::Option(a, b, c, d)),
        (at(), prop::option::of((typed(), typed()))).prop_map(|(a, b)| Edit::When(a, b)),
        at().prop_map(Edit::Drop),
        (at(), at()).prop_map(|(a, b)| Edit::Move(a, b)),
    ]
}

fn apply(draft: &mut ProfileDraft, edit: Edit) {
    let count = draft.purposes.len();
    let text = |map: &mut BTreeMap<String, String>, key: &str, text| {
        drop(map.insert(key.to_owned(), text))
    };
    match edit {
        Edit::Event(key, said) => text(&mut draft.event, key, said),
        Edit::Controller(key, said) => text(&mut draft.controller, key, said),
        Edit::Receipt(key, said) => text(&mut draft.receipt, key, said),
        Edit::Crm(key, said) => text(&mut draft.crm, key, said),
        Edit::Column(field, said) => drop(draft.columns.insert(field, said)),
        Edit::Languages(all) => draft.languages = all,
        Edit::Tags(all) => draft.tags = all,
        Edit::Notice(language, item, said) => {
            let notice: &mut NoticeDraft = draft.notice.entry(language).or_default();
            notice.items.insert(item, said);
        }
        Edit::Add => draft.purposes.push(PurposeDraft {
            was: None,
            id: "new".to_owned(),
            basis: Basis::LegitimateInterest,
            fields: vec![Field::Name],
            channels: Vec::new(),
            retention: "capture + P1Y".to_owned(),
            label: [(Language::Pl, "Nowy".to_owned())].into(),
            statement: BTreeMap::new(),
            signature_why: BTreeMap::new(),
            wordings: Vec::new(),
            mail: BTreeMap::new(),
        }),
        Edit::Badge(columns, separator) => {
            draft.badge.columns = columns;
            draft.badge.separator = separator;
        }
        Edit::Lock(after) => text(&mut draft.lock, "after", after),
        Edit::Ask => draft.questions.push(QuestionDraft {
            was: None,
            id: "new".to_owned(),
            kind: QuestionKind::Several,
            ask: Asker::Attendee,
            purpose: String::new(),
            text: [(Language::De, "Was?".to_owned())].into(),
            options: Vec::new(),
            when: None,
            column: String::new(),
        }),
        Edit::Asked(..)
        | Edit::Option(..)
        | Edit::When(..)
        | Edit::AnswerColumn(..)
        | Edit::Drop(_)
        | Edit::Move(..) => ask(&mut draft.questions, edit),
        _ if count == 0 => {}
        Edit::Id(at, said) => {
            let old = std::mem::replace(&mut draft.purposes[at % count].id, said.clone());
            // As the screen does.
            let asked = draft.questions.iter_mut();
            let follow = |one: &mut QuestionDraft| one.purpose.clone_from(&said);
            asked.filter(|one| one.purpose == old).for_each(follow);
        }
        Edit::Statement(at, language, said) => {
            draft.purposes[at % count].statement.insert(language, said);
        }
        Edit::Why(at, language, said) => {
            let why = &mut draft.purposes[at % count].signature_why;
            why.insert(language, said);
        }
        Edit::Mail(at, language, subject, body) => {
            let mails = &mut draft.purposes[at % count].mail;
            mails.insert(language, MailDraft { subject, body });
        }
        Edit::Fields(at, all) => draft.purposes[at % count].fields = all,
        Edit::Channels(at, all) => {
            let one = &mut draft.purposes[at % count];
            one.channels.clone_from(&all);
            let boxes: Vec<Option<Channel>> = match all.is_empty() {
                true => vec![None],
                false => all.into_iter().map(Some).collect(),
            };
            one.wordings = boxes
                .into_iter()
                .map(|channel| WordingDraft {
                    channel,
                    version: "1".to_owned(),
                    texts: [(Language::En, format!("Yes {channel:?}"))].into(),
                })
                .collect();
        }
        Edit::Wording(at, language, said) => {
            if let Some(wording) = draft.purposes[at % count].wordings.first_mut() {
                wording.texts.insert(language, said);
            }
        }
        Edit::Remove(at) => drop(draft.purposes.remove(at % count)),
        Edit::Swap(a, b) => draft.purposes.swap(a % count, b % count),
    }
}

fn ask(questions: &mut Vec<QuestionDraft>, edit: Edit) {
    let count = questions.len();
    match edit {
        _ if count == 0 => {}
        Edit::Asked(at, said) => drop(questions[at % count].text.insert(Language::Pl, said)),
        Edit::Option(at, id, language, said) => {
            let text = [(language, said)].into();
            let options = &mut questions[at % count].options;
            options.insert(at % (options.len() + 1), OptionDraft { id, text });
        }
        Edit::When(at, when) => {
            let when = when.map(|(question, is)| Condition { question, is });
            questions[at % count].when = when;
        }
        Edit::AnswerColumn(at, said) => questions[at % count].column = said,
        Edit::Drop(at) => drop(questions.remove(at % count)),
        Edit::Move(a, b) => questions.swap(a % count, b % count),
        _ => unreachable!("of questions alone"),
    }
}

/// A draft as it comes back: an empty text is none, a number has no noughts before it, and the purposes are counted anew.
fn plain(mut draft: ProfileDraft) -> ProfileDraft {
    fn trim<K: Ord>(map: &mut BTreeMap<K, String>) {
        map.retain(|_, text| !text.is_empty());
    }
    for map in [
        &mut draft.event,
        &mut draft.controller,
        &mut draft.crm,
        &mut draft.recovery,
        &mut draft.receipt,
        &mut draft.lookup,
        &mut draft.local_copy,
        &mut draft.lock,
    ] {
        trim(map);
    }
    trim(&mut draft.columns);
    for said in [draft.lock.get_mut("after"), draft.crm.get_mut("batch")] {
        if let Some(said) = said
            && let Ok(number) = said.parse::<i64>()
        {
            *said = number.to_string();
        }
    }
    for notice in draft.notice.values_mut() {
        trim(&mut notice.items);
    }
    for (number, purpose) in (0..).zip(&mut draft.purposes) {
        purpose.was = Some(number);
        trim(&mut purpose.label);
        trim(&mut purpose.statement);
        trim(&mut purpose.signature_why);
        purpose.mail.retain(|_, mail| !mail.is_empty());
        purpose.wordings.sort_by_key(|one| one.channel);
        purpose
            .wordings
            .iter_mut()
            .for_each(|one| trim(&mut one.texts));
    }
    // Of questions with one id for now, the first that names a column says it for all of them.
    let columns: Vec<(String, String)> = draft
        .questions
        .iter()
        .map(|one| (one.id.clone(), one.column.clone()))
        .collect();
    for question in &mut draft.questions {
        let mut said = columns
            .iter()
            .filter(|(id, column)| *id == question.id && !column.is_empty());
        question.column = said
            .next()
            .map(|(_, column)| column.clone())
            .unwrap_or_default();
    }
    for (number, question) in (0..).zip(&mut draft.questions) {
        question.was = Some(number);
        trim(&mut question.text);
        let options = question.options.iter_mut();
        options.for_each(|option| trim(&mut option.text));
    }
    draft
}

proptest! {
    #[test]
    fn whatever_is_typed_is_read_again(
        file in prop::sample::select(files()),
        edits in prop::collection::vec(edit(), 0..12),
    ) {
        let mut changed = draft(&file);
        edits.into_iter().for_each(|edit| apply(&mut changed, edit));
        let toml = write(&file, &changed).unwrap();
        prop_assert_eq!(plain(draft(&toml)), plain(changed.clone()), "{}", toml);
        // Writing again changes nothing.
        prop_assert_eq!(write(&toml, &draft(&toml)).unwrap(), toml);
    }
}
