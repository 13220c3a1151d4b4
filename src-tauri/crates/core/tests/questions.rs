//! What is asked beyond the badge: which way leads to which question, and that an answer goes with its purpose.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[allow(dead_code)]
mod support;

use chrono::{DateTime, TimeDelta, Utc};
use proptest::prelude::*;
use zgoda_core::profile::Lint;
use zgoda_core::question::longest_way;
use zgoda_core::withdraw::Scope;
use zgoda_core::{
    Act, Answer, Asker, BoxRef, Candidate, Channel, Field, Kept, Language, Profile, Reply,
    ReplyError, Signature, Value, minimise,
};

const DEMO: &str = include_str!("../../../../profiles/demo.toml");
const BOTH: [Asker; 2] = [Asker::Staff, Asker::Attendee];

/// The demo's profile, whose newsletter asks for topics and whose offer is signed.
fn profile() -> Profile {
    Profile::read(&toml()).unwrap().0
}

fn toml() -> String {
    let question = "[[question]]\nid = \"topics\"\nkind = \"text\"\nask = \"attendee\"\npurpose = \"newsletter\"\ntext = { pl = \"Tematy?\", en = \"Topics?\", de = \"Themen?\" }\n\n[notice.pl]\n";
    DEMO.replacen(
        "fields = [\"name\", \"email\"]",
        "fields = [\"name\", \"email\", \"answers\"]",
        1,
    )
    .replacen(
        "\"rating\", \"answers\"]",
        "\"rating\", \"answers\", \"signature\"]",
        1,
    )
    .replacen("[notice.pl]\n", question, 1)
}

fn reply(question: &str, values: &[&str]) -> Reply {
    Reply {
        question: question.to_owned(),
        values: values.iter().map(|value| (*value).to_owned()).collect(),
    }
}

fn answers(profile: &Profile, replies: &[Reply]) -> Vec<Answer> {
    profile.answered(&[], replies, &BOTH, Language::En).unwrap()
}

fn ids(answers: &[Answer]) -> Vec<&str> {
    answers.iter().map(|one| one.question.as_str()).collect()
}

/// A lead of somebody who asked for the offer and wants the newsletter or not, with these answers.
fn lead(profile: &Profile, newsletter: bool, answers: Vec<Answer>) -> Kept {
    let candidate = Candidate {
        name: "Ewa Lis".into(),
        email: vec!["ewa@lis.example".into()],
        ..Candidate::default()
    };
    let draft = minimise(candidate, profile);
    let draft = draft.edited(
        [(Field::Answers, Some(Value::Answers(answers)))].into(),
        profile,
    );
    support::lead(profile, draft, newsletter)
}

#[test]
fn an_answer_holds_what_was_shown() {
    let profile = profile();
    let replies = [
        reply("hectares", &["1 200,5"]),
        reply("machines", &["seeder", "press"]),
        reply("bales", &["round"]),
        reply("demonstration", &["yes"]),
    ];
    let lines: Vec<String> = answers(&profile, &replies)
        .iter()
        .map(|answer| answer.line().expose().to_owned())
        .collect();
    assert_eq!(
        lines,
        [
            "Which machines? Baler, Seeder",
            "Which bales? Round",
            "How many hectares? 1200.5",
            "Shall we show the machine at work on your farm? Yes",
        ]
    );
}

#[test]
fn what_no_way_leads_to_is_not_kept() {
    let profile = profile();
    let stray = [reply("machines", &["seeder"]), reply("bales", &["round"])];
    assert_eq!(ids(&answers(&profile, &stray)), ["machines"]);
    let before = answers(
        &profile,
        &[reply("machines", &["press"]), reply("bales", &["round"])],
    );
    assert_eq!(ids(&before), ["machines", "bales"]);
    let other = [reply("machines", &["sprayer"])];
    let after = profile
        .answered(&before, &other, &BOTH, Language::En)
        .unwrap();
    assert_eq!(ids(&after), ["machines"]);
    let taken_back = [reply("machines", &[])];
    let after = profile
        .answered(&before, &taken_back, &BOTH, Language::En)
        .unwrap();
    assert!(after.is_empty());
    let elsewhere = [reply("hectares", &["3"])];
    let after = profile
        .answered(&before, &elsewhere, &BOTH, Language::En)
        .unwrap();
    assert_eq!(ids(&after), ["machines", "bales", "hectares"]);
}

#[test]
fn fail_a_reply_that_the_question_does_not_take() {
    let profile = profile();
    for (asked, by, error) in [
        (
            reply("acres", &["1"]),
            Asker::Staff,
            ReplyError::UnknownQuestion("acres".to_owned()),
        ),
        (
            reply("hectares", &["1"]),
            Asker::Attendee,
            ReplyError::UnknownQuestion("hectares".to_owned()),
        ),
        (
            reply("machines", &["press", "plough"]),
            Asker::Staff,
            ReplyError::UnknownOption("machines".to_owned()),
        ),
        (
            reply("bales", &["round", "square"]),
            Asker::Staff,
            ReplyError::OneAnswer("bales".to_owned()),
        ),
        (
            reply("hectares", &["many"]),
            Asker::Staff,
            ReplyError::NotANumber("hectares".to_owned()),
        ),
    ] {
        let refused = profile.answered(&[], &[asked], &[by], Language::En);
        assert_eq!(refused.unwrap_err(), error);
    }
}

#[test]
fn an_answer_is_kept_only_where_its_purpose_was_accepted() {
    let profile = profile();
    let replies = [reply("topics", &["soil"]), reply("hectares", &["12"])];
    let given = answers(&profile, &replies);
    let refused = lead(&profile, false, given.clone());
    assert_eq!(ids(refused.answers()), ["hectares"]);
    let agreed = lead(&profile, true, given);
    assert_eq!(ids(agreed.answers()), ["hectares", "topics"]);
}

#[test]
fn a_withdrawal_takes_its_answers_along_and_leaves_the_others() {
    let profile = profile();
    let replies = [reply("topics", &["soil"]), reply("hectares", &["12"])];
    let mut kept = lead(&profile, true, answers(&profile, &replies));
    let newsletter = Scope::Box(BoxRef {
        purpose: "newsletter".to_owned(),
        channel: Some(Channel::Email),
    });
    kept.withdraw(&newsletter, Act::Terminal, kept.captured_at, &profile);
    assert_eq!(ids(kept.answers()), ["hectares"]);
}

/// An offer without a promise ends 90 days and P14D after the capture, the newsletter after two years.
#[test]
fn each_answer_ends_with_its_purpose() {
    let profile = profile();
    let replies = [reply("topics", &["soil"]), reply("hectares", &["12"])];
    let mut both = lead(&profile, true, answers(&profile, &replies));
    let day = |end: &DateTime<Utc>| end.date_naive().to_string();
    let ends: Vec<(&str, String)> = both
        .answer_ends
        .iter()
        .map(|(purpose, end)| (purpose.as_str(), day(end)))
        .collect();
    assert_eq!(
        ends,
        [
            ("newsletter", "2028-11-24".to_owned()),
            ("send_offer", "2027-03-08".to_owned())
        ]
    );
    assert_eq!(day(&both.fields[&Field::Answers].deadline), "2028-11-24");
    assert_eq!(day(&both.told_deadlines()[&Field::Answers]), "2027-03-08");
    both.confirmed_at = Some(both.captured_at.to_utc());
    let over = profile.event.end();
    assert!(!both.may_be_forgotten(&profile, over));
    let offer = both.answer_ends["send_offer"];
    assert!(!both.expire(offer).contains(&Field::Answers));
    assert_eq!(ids(both.answers()), ["topics"]);
    assert!(both.may_be_forgotten(&profile, over));
    let newsletter = both.answer_ends["newsletter"];
    assert!(both.expire(newsletter).contains(&Field::Answers));
}

#[test]
fn answers_without_ends_of_their_own_learn_them() {
    let profile = profile();
    let replies = [reply("topics", &["soil"]), reply("hectares", &["12"])];
    let made = lead(&profile, true, answers(&profile, &replies));
    let mut kept = made.clone();
    // As they were once stored: one end, the first.
    let first = made.answer_ends["send_offer"];
    kept.answer_ends.clear();
    kept.fields.get_mut(&Field::Answers).unwrap().deadline = first;
    kept.learn_answer_ends(&profile);
    assert_eq!(kept.answer_ends, made.answer_ends);
    assert_eq!(kept.fields[&Field::Answers], made.fields[&Field::Answers]);
}

proptest! {
    /// Whatever the purposes last, whatever is taken back, and whenever somebody looks.
    #[test]
    fn no_answer_outlives_its_purpose_and_none_ends_before_it(
        newsletter in 1_i64..900,
        offer in 0_i64..900,
        withdrawn in any::<bool>(),
        looks in proptest::collection::vec(0_i64..1_100, 1..6),
    ) {
        let toml = toml()
            .replacen("retention = \"promise + P14D\"", &format!("retention = \"capture + P{offer}D\""), 1)
            .replacen("retention = \"capture + P2Y\"", &format!("retention = \"capture + P{newsletter}D\""), 1);
        let profile = Profile::read(&toml).unwrap().0;
        let replies = [reply("topics", &["soil"]), reply("hectares", &["12"]), reply("machines", &["press"])];
        let mut kept = lead(&profile, true, answers(&profile, &replies));
        let captured = kept.captured_at.to_utc();
        if withdrawn {
            let scope = Scope::Box(BoxRef { purpose: "newsletter".to_owned(), channel: None });
            kept.withdraw(&scope, Act::Terminal, kept.captured_at, &profile);
        }
        let mut looks = looks;
        looks.sort_unstable();
        for day in looks {
            kept.expire(captured + TimeDelta::days(day));
            let mut expected = Vec::new();
            if day < offer {
                expected.extend(["machines", "hectares"]);
            }
            if day < newsletter && !withdrawn {
                expected.push("topics");
            }
            prop_assert_eq!(ids(kept.answers()), expected.clone());
            prop_assert_eq!(kept.fields.contains_key(&Field::Answers), !expected.is_empty());
            let told = kept.told_deadlines().get(&Field::Answers).copied();
            let first = kept.answers().iter().map(|one| kept.answer_ends[&one.purpose]).min();
            prop_assert_eq!(told, first, "nobody who was told holds an answer too long");
        }
    }
}

#[test]
fn other_questions_amid_the_event_leave_earlier_answers_readable() {
    let before = profile();
    let replies = [reply("hectares", &["12"]), reply("machines", &["press"])];
    let mut kept = lead(&before, false, answers(&before, &replies));
    let toml = DEMO
        .replace("id = \"hectares\"", "id = \"size\"")
        .replace("en = \"Which machines?\"", "en = \"What would you buy?\"");
    let (after, _) = before.read_after(&toml).unwrap();
    kept.re_minimise(&after);
    let lines: Vec<String> = kept
        .answers()
        .iter()
        .map(|answer| answer.line().expose().to_owned())
        .collect();
    assert_eq!(lines, ["Which machines? Baler", "How many hectares? 12"]);
    let added = after
        .answered(
            kept.answers(),
            &[reply("size", &["15"])],
            &BOTH,
            Language::En,
        )
        .unwrap();
    assert_eq!(ids(&added), ["machines", "size", "hectares"]);
}

#[test]
fn of_ways_that_exclude_each_other_the_longest_counts() {
    let profile = profile();
    // machines, bales behind one of its options, hectares, demonstration, month behind yes, topics.
    assert_eq!(longest_way(&profile.questions), 6);
    let one = DEMO.replace("kind = \"several\"", "kind = \"one\"");
    let other = "[[question]]\nid = \"rows\"\nkind = \"number\"\nask = \"staff\"\npurpose = \"send_offer\"\ntext = { pl = \"Rzędy?\", en = \"Rows?\", de = \"Reihen?\" }\nwhen = { question = \"machines\", is = \"seeder\" }\n\n[notice.pl]\n";
    let (one, _) = Profile::read(&one.replacen("[notice.pl]\n", other, 1)).unwrap();
    assert_eq!(longest_way(&one.questions), 5);
}

/// Amid an edit: what was copied hangs on its own twin, and on one another.
#[test]
fn fail_a_copied_question_is_named_and_no_way_is_a_circle() {
    let question = |id: &str, when: &str| {
        format!(
            "[[question]]\nid = \"{id}\"\nkind = \"yes_no\"\nask = \"staff\"\npurpose = \"send_offer\"\ntext = {{ pl = \"?\", en = \"?\", de = \"?\" }}\n{when}\n"
        )
    };
    let mut copied =
        question("dup", "") + &question("dup", "when = { question = \"dup\", is = \"yes\" }");
    let mut above = "dup".to_owned();
    for level in 0..40 {
        let when = format!("when = {{ question = \"{above}\", is = \"yes\" }}");
        above = format!("level_{level}");
        copied += &question(&above, &when).repeat(2);
    }
    let toml = DEMO.replacen("[notice.pl]\n", &format!("{copied}[notice.pl]\n"), 1);
    let findings = Profile::read(&toml).unwrap_err();
    let named = |lint| findings.iter().filter(|one| one.lint == lint).count();
    assert_eq!(named(Lint::QuestionId), 41);
    assert_eq!(named(Lint::QuestionWhen), 0);
    // Six of the demo's less topics, dup and its copy, and two for each level.
    let most = findings
        .iter()
        .find(|one| one.lint == Lint::TooManyQuestions)
        .unwrap();
    assert_eq!(most.subject, "87");
}

#[test]
fn a_signature_stays_with_its_purpose_and_keeps_the_lead_here() {
    let profile = profile();
    let mut kept = lead(&profile, true, Vec::new());
    kept.confirmed_at = Some(kept.captured_at.to_utc());
    let now = profile.event.end();
    assert!(kept.may_be_forgotten(&profile, now));
    let signature = Signature::drawn(&[vec![(10, 10), (20, 30)]]).unwrap();
    let value = Value::Signature(signature);
    let draft = minimise(Candidate::default(), &profile);
    let draft = draft.edited([(Field::Signature, Some(value))].into(), &profile);
    let taken = kept.fill(draft, &profile, kept.captured_at.to_utc());
    assert!(taken.contains(&Field::Signature));
    assert!(!kept.may_be_forgotten(&profile, now));
    let offer = Scope::Box(BoxRef {
        purpose: "send_offer".to_owned(),
        channel: None,
    });
    kept.withdraw(&offer, Act::Terminal, kept.captured_at, &profile);
    assert!(!kept.fields.contains_key(&Field::Signature));
}
