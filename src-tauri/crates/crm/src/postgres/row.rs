//! A row that the hub gives out, as the messages that the devices told.
//!
//! How: the payload is a record; it becomes a lead again, each value through the same cleaning as on a device, so that the
//! connectors are told what a device would tell them. A decision that was withdrawn is no yes any more. What the row says of
//! withdrawn boxes and expired fields follows the lead, each with its own revision; what the person agreed to anew, or
//! gave anew, in a later revision is not taken back by an earlier end. Of the erased what they took back goes first: their
//! other leads in the CRM's record, and lists that it keeps by address, would not hear of it from an erasure. The hub keeps
//! no id of a CRM's: the connector looks the lead up by its own.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::Deserialize;
use serde_json::Value as Json;
use uuid::Uuid;
use zgoda_core::answer::{Answer, Chosen, Given};
use zgoda_core::field::{Address, Field, Rating, Value};
use zgoda_core::lead::{Kept, KeptField};
use zgoda_core::outbox::{Body, Message};
use zgoda_core::personal::Personal;
use zgoda_core::{BoxRef, LeadId, SubjectRef};

use crate::record::{Place, Plain, Proof, Record, Said};

/// What is there to be told of one lead.
pub(super) struct Row {
    pub(super) lead: LeadId,
    /// The mark that the row is confirmed by.
    pub(super) mark: Uuid,
    /// When a device last said something of it.
    pub(super) told_at: Option<DateTime<Utc>>,
    pub(super) news: News,
}

/// The messages of a row.
#[derive(Default)]
pub(super) struct News {
    /// In order; a lead is the first of them, and an erasure the last.
    pub(super) messages: Vec<Message>,
    /// Ends of earlier revisions that the lead itself makes good. Where the CRM does not take it, they are to be told.
    pub(super) made_good: Vec<Message>,
    /// Something of the row is not among the messages, for it cannot be read.
    pub(super) unreadable: bool,
}

/// The part of a row that the hub itself makes.
#[derive(Deserialize)]
struct Head {
    id: Uuid,
    waits: Uuid,
    told_at: Option<DateTime<Utc>>,
}

/// The rest, which comes from a device.
#[derive(Deserialize)]
struct Rest {
    erased: bool,
    subject: Option<String>,
    payload: Option<Json>,
    withdrawn: BTreeMap<String, u64>,
    expired: BTreeMap<Field, u32>,
}

impl Row {
    /// Reads a row of `hub.lead`. `None` where it is none.
    pub(super) fn read(row: Json) -> Option<Self> {
        let head = Head::deserialize(&row).ok()?;
        let lead = LeadId(head.id);
        let rest: Option<Rest> = serde_json::from_value(row).ok();
        let news = rest.map(|rest| news(lead, rest));
        let news = news.filter(|news| news.unreadable || !news.messages.is_empty());
        Some(Self {
            lead,
            mark: head.waits,
            told_at: head.told_at,
            news: news.unwrap_or_else(|| News {
                unreadable: true,
                ..News::default()
            }),
        })
    }
}

fn news(lead: LeadId, rest: Rest) -> News {
    let record = rest.payload.as_ref();
    let record = record.and_then(|payload| Record::deserialize(payload).ok());
    let record = record.as_ref();
    let told_before = record.map(|record| record.subject.clone());
    // Empty where a device told it that does not tell the reference with each message.
    let subject = rest.subject.or(told_before).unwrap_or_default();
    let message = |revision, body| Message {
        lead,
        subject: SubjectRef::restore(subject.clone()),
        revision,
        event: record.map(|one| one.event.clone()).unwrap_or_default(),
        event_name: record.map(|one| one.event_name.clone()).unwrap_or_default(),
        crm_id: None,
        again: true,
        body,
    };
    let (withdrawn, whole) = boxes(rest.withdrawn);
    let mut news = News {
        unreadable: !whole,
        ..News::default()
    };
    let withdraw = |(until, boxes)| message(until, Body::Withdraw(boxes));
    if rest.erased {
        let taken_back = by_revision(withdrawn).into_iter().map(withdraw);
        news.messages.extend(taken_back);
        news.messages.push(message(0, Body::Erase));
        return news;
    }
    let kept = record.and_then(|record| kept(lead, record));
    news.unreadable |= rest.payload.is_some() && kept.is_none();
    let agreed = |one: &BoxRef, until| {
        is_later(&kept, until, |kept| {
            let anew = kept.accepted(&one.purpose);
            anew.contains(&one.channel) || one.channel.is_none() && !anew.is_empty()
        })
    };
    let (past, ends) = split(withdrawn, agreed);
    let given =
        |field: &Field, until| is_later(&kept, until, |kept| kept.fields.contains_key(field));
    let (gone, cleared) = split(rest.expired, given);
    let expire = |(until, fields)| message(until, Body::Expire(fields));
    news.made_good.extend(past.into_iter().map(withdraw));
    news.made_good.extend(gone.into_iter().map(expire));
    let ends = ends.into_iter().map(withdraw);
    let ends: Vec<Message> = ends.chain(cleared.into_iter().map(expire)).collect();
    if let Some(kept) = kept {
        let upsert = Body::Upsert(Box::new(kept));
        let revision = record.map(|record| record.revision).unwrap_or_default();
        news.messages.push(message(revision, upsert));
    }
    news.messages.extend(ends);
    news
}

/// Boxes by name, as the devices write them, as far as they can be read; and whether all can.
fn boxes(named: BTreeMap<String, u64>) -> (BTreeMap<BoxRef, u32>, bool) {
    let mut boxes = BTreeMap::new();
    let count = named.len();
    for (name, until) in named {
        if let (Ok(one), Ok(until)) = (name.parse::<BoxRef>(), u32::try_from(until)) {
            boxes.insert(one, until);
        }
    }
    let whole = boxes.len() == count;
    (boxes, whole)
}

/// True where the lead is of a later revision than `until` and holds it.
fn is_later(kept: &Option<Kept>, until: u32, holds: impl Fn(&Kept) -> bool) -> bool {
    let kept = kept.as_ref();
    kept.is_some_and(|kept| until < kept.revision && holds(kept))
}

/// What ended, by revision.
type Ends<T> = BTreeMap<u32, BTreeSet<T>>;

/// The ends that `is_past`, and the others.
fn split<T: Ord>(until: BTreeMap<T, u32>, is_past: impl Fn(&T, u32) -> bool) -> (Ends<T>, Ends<T>) {
    let (past, others): (Vec<_>, Vec<_>) = until
        .into_iter()
        .partition(|(name, revision)| is_past(name, *revision));
    (by_revision(past), by_revision(others))
}

fn by_revision<T: Ord>(until: impl IntoIterator<Item = (T, u32)>) -> Ends<T> {
    let mut by_revision: Ends<T> = BTreeMap::new();
    for (name, revision) in until {
        by_revision.entry(revision).or_default().insert(name);
    }
    by_revision
}

/// The lead of a record: the other way round than [`Record::new`]. `None` where a value is not what its field holds.
fn kept(lead: LeadId, record: &Record) -> Option<Kept> {
    if record.lead_id != lead.to_string() {
        return None;
    }
    let mut fields = BTreeMap::new();
    for (field, plain) in &record.fields {
        let deadline = *record.deadlines.get(field)?;
        let value = value(*field, plain)?;
        fields.insert(*field, KeptField { value, deadline });
    }
    Some(Kept {
        id: lead,
        subject: SubjectRef::restore(record.subject.clone()),
        revision: record.revision,
        captured_at: record.captured_at,
        language: record.language,
        source: record.source,
        fields,
        decisions: record.decisions.iter().map(Proof::as_it_stands).collect(),
        promises: record.promises.clone(),
        // The row says the first of the ends, and is cleared as a whole.
        answer_ends: BTreeMap::new(),
        confirmed_at: None,
    })
}

fn value(field: Field, plain: &Plain) -> Option<Value> {
    Some(match (field, plain) {
        (Field::Email | Field::Phone | Field::Tags, Plain::Many(all)) => {
            Value::Many(all.iter().map(|one| Personal::new(one)).collect())
        }
        (Field::Address, Plain::Address(place)) => Value::Address(address(place)),
        (Field::Answers, Plain::Answers(all)) => {
            Value::Answers(all.iter().map(answer).collect::<Option<_>>()?)
        }
        (Field::Rating, Plain::Text(text)) => Value::Rating(rating(text)?),
        (Field::Note, Plain::Text(text)) => Value::Text(Personal::multiline(text)),
        (
            Field::Name
            | Field::Prefix
            | Field::Title
            | Field::Company
            | Field::Website
            | Field::Reference,
            Plain::Text(text),
        ) => Value::Text(Personal::new(text)),
        _ => return None,
    })
}

fn rating(text: &str) -> Option<Rating> {
    let all = [Rating::Cold, Rating::Warm, Rating::Hot];
    all.into_iter()
        .find(|one| Value::Rating(*one).one_line().expose() == text)
}

fn address(place: &Place) -> Address {
    Address {
        street: Personal::new(&place.street),
        postcode: Personal::new(&place.postcode),
        city: Personal::new(&place.city),
        region: Personal::new(&place.region),
        country: Personal::new(&place.country),
        text: Personal::multiline(&place.text),
    }
}

/// The purpose that a question serves is the device's to know: whatever went with its purpose is not here any more.
fn answer(said: &Said) -> Option<Answer> {
    let given = match said.options.len() {
        0 => Given::Text(Personal::new(&said.answer)),
        count => {
            // As many texts as ids, joined as they were; what stands between them may also stand in one.
            let texts = said.answer.splitn(count, ", ");
            let pairs = said.options.iter().zip(texts);
            let chosen = pairs.map(|(id, text)| Chosen {
                id: Personal::new(id),
                text: Personal::new(text),
            });
            let chosen: Vec<Chosen> = chosen.collect();
            (chosen.len() == count).then_some(Given::Options(chosen))?
        }
    };
    Some(Answer {
        question: said.question.clone(),
        purpose: String::new(),
        asked: said.asked.clone(),
        given,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const LEAD: &str = "2a900a00-0000-4000-8000-000000000001";
    const SUBJECT: &str = "000102030405060708090a0b0c0d0e0f";

    fn payload() -> Json {
        let decision = |given: bool, withdrawn: bool| {
            json!({
                "purpose": "newsletter", "channel": "email", "basis": "consent", "given": given,
                "wording": null, "language": "pl", "act": "attendee_screen",
                "at": "2026-11-24T10:15:00+01:00", "withdrawn": withdrawn,
            })
        };
        let deadline = "2027-01-01T00:00:00Z";
        let fields = json!({
            "name": "Zofia Żółć-Lis", "email": ["zosia@lisek.example", "biuro@lisek.example"],
            "address": { "street": "ul. Mostowa 40", "city": "Toruń" }, "rating": "hot",
            "note": "Pyta o pompę.\nOddzwonić.", "tags": ["pompy"],
            "answers": [
                { "question": "machine", "asked": "Jaka maszyna?", "options": ["pump", "mixer"],
                  "answer": "Pompa, mała, Mieszadło", "line": "Jaka maszyna? Pompa, mała, Mieszadło" },
                { "question": "hectares", "asked": "Ile hektarów?", "answer": "120", "line": "Ile hektarów? 120" },
            ],
        });
        let names = fields.as_object().unwrap().keys();
        let deadlines: serde_json::Map<String, Json> =
            names.map(|name| (name.clone(), json!(deadline))).collect();
        json!({
            "kind": "upsert", "lead_id": LEAD, "subject": SUBJECT, "receipt": "7K2M-9Q4D", "revision": 3,
            "event": "targi-2026", "event_name": "Targi", "captured_at": "2026-11-24T10:15:00+01:00",
            "language": "pl", "source": "badge", "fields": fields, "deadlines": deadlines,
            "decisions": [decision(true, true), decision(false, false)],
            "promises": [{ "purpose": "send_offer", "due": "2026-12-15", "kept_at": null }],
        })
    }

    fn row(erased: bool, payload: Json, withdrawn: Json, expired: Json) -> Json {
        json!({
            "id": LEAD, "waits": "5e1f0000-0000-4000-8000-000000000001", "revision": 3, "erased": erased,
            "subject": SUBJECT, "payload": payload, "withdrawn": withdrawn, "expired": expired,
        })
    }

    /// The messages of a row that can be read as a whole.
    fn read(row: Json) -> Option<Vec<Message>> {
        let news = Row::read(row).unwrap().news;
        (!news.unreadable).then_some(news.messages)
    }

    fn said(messages: &[Message]) -> Vec<(u32, String)> {
        let what = |message: &Message| match &message.body {
            Body::Withdraw(boxes) => boxes
                .iter()
                .map(BoxRef::to_string)
                .collect::<Vec<_>>()
                .join(" "),
            Body::Expire(fields) => format!("{fields:?}"),
            body => body.kind().as_str().to_owned(),
        };
        let said = messages.iter();
        said.map(|message| (message.revision, what(message)))
            .collect()
    }

    #[test]
    fn a_lead_is_told_as_the_device_told_it() {
        let messages = read(row(false, payload(), json!({}), json!({}))).unwrap();
        let [message] = &messages[..] else {
            panic!("one message");
        };
        let Body::Upsert(kept) = &message.body else {
            panic!("a lead");
        };
        let mut told = serde_json::to_value(Record::new(message, kept)).unwrap();
        let mut before = payload();
        // What was withdrawn is no yes any more, and the code is made of the reference.
        before["decisions"][0]["given"] = json!(false);
        for decision in before["decisions"].as_array_mut().unwrap() {
            decision.as_object_mut().unwrap().remove("withdrawn");
        }
        for one in [&mut told, &mut before] {
            let one = one.as_object_mut().unwrap();
            one.remove("receipt");
            one.remove("kind");
        }
        assert_eq!(told, before);
        assert!(message.again && message.crm_id.is_none());
    }

    #[test]
    fn what_ended_is_told_after_the_lead_each_to_its_revision() {
        let withdrawn = json!({ "newsletter": 3, "call_back": 2, "survey": 3 });
        let messages = read(row(false, payload(), withdrawn, json!({ "phone": 3 }))).unwrap();
        let said = said(&messages);
        let said: Vec<(u32, &str)> = said.iter().map(|(at, what)| (*at, what.as_str())).collect();
        assert_eq!(
            said,
            [
                (3, "upsert"),
                (2, "call_back"),
                (3, "newsletter survey"),
                (3, "{Phone}"),
            ]
        );
        let erased = read(row(true, Json::Null, json!({}), json!({}))).unwrap();
        assert_eq!((erased.len(), erased[0].subject.as_str()), (1, SUBJECT));
        assert!(matches!(erased[0].body, Body::Erase));
    }

    #[test]
    fn an_earlier_end_takes_nothing_back_that_was_given_anew() {
        let mut anew = payload();
        anew["decisions"][0]["withdrawn"] = json!(false);
        let withdrawn = json!({ "newsletter": 2, "survey": 2 });
        let expired = json!({ "note": 2, "phone": 2, "email": 3 });
        let news = Row::read(row(false, anew.clone(), withdrawn.clone(), expired.clone()));
        let news = news.unwrap().news;
        let told = [(3, "upsert"), (2, "survey"), (2, "{Phone}"), (3, "{Email}")];
        let told = told.map(|(at, what)| (at, what.to_owned()));
        assert_eq!(said(&news.messages), told);
        // Where the CRM does not take the lead, what it has of an earlier revision ends all the same.
        let past = [(2, "newsletter"), (2, "{Note}")].map(|(at, what)| (at, what.to_owned()));
        assert_eq!(said(&news.made_good), past);
    }

    #[test]
    fn what_ended_is_told_also_where_the_lead_cannot_be_read() {
        let mut strange = payload();
        strange["fields"]["rating"] = json!("boiling");
        for bad in [strange, json!({ "a": 1 })] {
            let ended = row(false, bad, json!({ "newsletter": 3 }), json!({ "note": 2 }));
            let news = Row::read(ended).unwrap().news;
            assert!(news.unreadable && news.made_good.is_empty());
            let told = [(3, "newsletter"), (2, "{Note}")];
            assert_eq!(
                said(&news.messages),
                told.map(|(at, what)| (at, what.to_owned()))
            );
        }
    }

    #[test]
    fn an_erasure_is_told_after_what_was_taken_back_also_where_a_name_cannot_be_read() {
        let taken_back = |withdrawn: Json| {
            let news = Row::read(row(true, Json::Null, withdrawn, json!({})));
            let news = news.unwrap().news;
            (said(&news.messages), news.unreadable)
        };
        let told = [(2, "call_back"), (3, "newsletter:email"), (0, "erase")];
        let told = told.map(|(at, what)| (at, what.to_owned())).to_vec();
        let names = json!({ "newsletter:email": 3, "call_back": 2 });
        assert_eq!(taken_back(names), (told.clone(), false));
        let names = json!({
            "newsletter:email": 3, "call_back": 2, "newsletter:pigeon": 3, "survey": 9_999_999_999_u64,
        });
        assert_eq!(taken_back(names), (told, true));
    }

    #[test]
    fn fail_a_row_that_is_not_what_a_device_tells() {
        let with = |name: &str, value: Json| {
            let mut payload = payload();
            payload["fields"][name] = value;
            payload
        };
        let mut other = payload();
        other["lead_id"] = json!("2a900a00-0000-4000-8000-000000000002");
        let mut endless = payload();
        endless["deadlines"].as_object_mut().unwrap().remove("name");
        for bad in [
            other,
            endless,
            with("rating", json!("boiling")),
            with("email", json!("zosia@lisek.example")),
            with("name", json!(["Zofia"])),
            with("signature", json!("Zofia")),
            json!({}),
        ] {
            assert!(read(row(false, bad, json!({}), json!({}))).is_none());
        }
        assert!(read(row(false, Json::Null, json!({}), json!({ "shoe": 1 }))).is_none());
        assert!(
            read(row(false, Json::Null, json!({}), json!({}))).is_none(),
            "nothing to tell"
        );
        let mut nobody = row(true, Json::Null, json!({}), json!({}));
        nobody["subject"] = Json::Null;
        assert_eq!(read(nobody).unwrap()[0].subject.as_str(), "");
        assert!(Row::read(json!({ "id": LEAD })).is_none());
    }
}
