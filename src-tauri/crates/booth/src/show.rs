//! From the domain's terms to what a screen shows.

use std::collections::BTreeMap;
use std::path::Path;

use chrono::{DateTime, Utc};
use zgoda_core::profile::{Finding, NoticeItem, Profile, Purpose};
use zgoda_core::retention::Anchor;
use zgoda_core::{Asker, Basis, Draft, Field, Kept, Language, Value};
use zgoda_store::{Same, State};

use crate::demo;
use crate::view::{
    Asked, AttendeeTexts, AttendeeView, BoxText, CardView, CrmState, CrmView, DecisionView,
    DraftView, EventView, FieldView, LeadFieldView, LeadRow, LookupView, NoticeText, ProfileView,
    PurposeView, QuestionView, ReasonView, SameView, SignInAsks, SignatureAsk, StatementText,
};

pub(crate) fn event(profile: &Profile, closed: bool, now: DateTime<Utc>) -> EventView {
    let event = &profile.event;
    EventView {
        id: event.id.clone(),
        name: event.name.clone(),
        place: event.place.clone(),
        starts: event.starts,
        ends: event.ends,
        over: now >= event.end(),
        closed,
        demo: event.id == demo::EVENT,
        controller: profile.controller.name.clone(),
        languages: profile.languages.clone(),
    }
}

pub(crate) fn profile(
    profile: &Profile,
    closed: bool,
    findings: Vec<Finding>,
    has_secret: bool,
    lookup: Option<LookupView>,
    home: &Path,
    now: DateTime<Utc>,
) -> ProfileView {
    let purposes = profile.purposes.iter().map(|purpose| PurposeView {
        id: purpose.id.clone(),
        basis: purpose.basis,
        label: profile
            .languages
            .iter()
            .map(|l| (*l, purpose.label(*l)))
            .collect(),
        channels: purpose.channels.clone(),
        fields: purpose.fields.iter().copied().collect(),
        retention: purpose.retention.to_string(),
        promised: purpose.retention.anchor == Anchor::Promise,
    });
    ProfileView {
        event: event(profile, closed, now),
        controller_address: profile.controller.address.clone(),
        controller_email: profile.controller.email.clone(),
        privacy_page: profile.controller.privacy_page.clone(),
        dpo: profile.controller.dpo.clone(),
        purposes: purposes.collect(),
        questions: questions(profile, None),
        tags: profile.tags.clone(),
        needed: profile.needed().into_keys().collect(),
        keep: profile.keep,
        crm: crm(profile, has_secret, home),
        recipient: profile.recipient.clone(),
        lookup,
        findings,
        texts: texts(profile),
    }
}

fn crm(profile: &Profile, has_secret: bool, home: &Path) -> CrmView {
    let folder = || crate::sync::folder(profile, home).display().to_string();
    let kind = zgoda_crm::kinds()
        .iter()
        .find(|kind| kind.name == profile.crm.kind);
    CrmView {
        kind: profile.crm.kind.clone(),
        target: profile.crm.url.clone().unwrap_or_else(folder),
        plain: profile.crm.plain,
        needs_secret: kind.is_some_and(|kind| kind.needs_secret),
        has_secret,
        sign_in: zgoda_crm::client_of(&profile.crm.kind).map(|client| SignInAsks {
            tenant: client.tenant,
            needs_secret: client.secret,
            redirect: zgoda_crm::redirect(zgoda_crm::SIGN_IN_PORT),
        }),
    }
}

/// All texts for the attendee, by language.
pub(crate) fn texts(profile: &Profile) -> BTreeMap<Language, AttendeeTexts> {
    profile
        .languages
        .iter()
        .map(|language| (*language, texts_in(profile, *language)))
        .collect()
}

fn texts_in(profile: &Profile, language: Language) -> AttendeeTexts {
    let statements = profile
        .purposes
        .iter()
        .filter(|purpose| purpose.basis != Basis::Consent);
    let statements = statements.map(|purpose| StatementText {
        purpose: purpose.id.clone(),
        basis: purpose.basis,
        text: purpose
            .statement
            .get(&language)
            .cloned()
            .unwrap_or_else(|| purpose.label(language)),
    });
    let notice = profile
        .notice
        .get(&language)
        .into_iter()
        .flat_map(|notice| &notice.items);
    let notice = notice.map(|(item, text)| NoticeText {
        item: *item,
        article: item.article().to_owned(),
        text: text.clone(),
        first_layer: NoticeItem::FIRST_LAYER.contains(item),
    });
    let boxes = profile.purposes.iter().flat_map(|purpose| {
        purpose.boxes().into_iter().filter_map(move |channel| {
            let text = purpose
                .wordings
                .get(&channel)?
                .texts
                .get(&language)?
                .clone();
            Some(BoxText {
                purpose: purpose.id.clone(),
                channel,
                text,
            })
        })
    });
    AttendeeTexts {
        statements: statements.collect(),
        notice: notice.collect(),
        boxes: boxes.collect(),
    }
}

/// What the attendee's screen shows of `draft`.
pub(crate) fn attendee(
    profile: &Profile,
    draft: &Draft,
    asked: Vec<Asked>,
    language: Language,
) -> AttendeeView {
    AttendeeView {
        controller: profile.controller.name.clone(),
        event: profile.event.name.clone(),
        languages: profile.languages.clone(),
        language,
        fields: fields(draft, profile),
        dropped: draft.dropped().iter().copied().collect(),
        asked,
        texts: texts(profile),
        questions: questions(profile, Some(Asker::Attendee)),
        signatures: signatures(profile),
    }
}

/// What `by` asks, or all of it.
pub(crate) fn questions(profile: &Profile, by: Option<Asker>) -> Vec<QuestionView> {
    let all = profile.questions.iter();
    all.filter(|question| by.is_none_or(|by| question.ask == by))
        .map(|question| QuestionView::new(question, profile))
        .collect()
}

/// The purposes that ask for a signature.
pub(crate) fn signatures(profile: &Profile) -> Vec<SignatureAsk> {
    let signed = profile.purposes.iter();
    let signed = signed.filter(|purpose| purpose.fields.contains(&Field::Signature));
    let ask = |purpose: &Purpose| SignatureAsk {
        purpose: purpose.id.clone(),
        why: purpose.signature_why.clone(),
    };
    signed.map(ask).collect()
}

pub(crate) fn draft(
    draft: &Draft,
    profile: &Profile,
    same: Option<Same>,
    objected: bool,
    card: Option<CardView>,
) -> DraftView {
    DraftView {
        fields: fields(draft, profile),
        dropped: draft.dropped().iter().copied().collect(),
        source: draft.source(),
        language: guess_language(draft, profile),
        same: same.map(|same| SameView {
            lead: same.lead,
            captured_at: same
                .captured_at
                .with_timezone(&profile.event.time_zone)
                .fixed_offset(),
            forgotten: same.forgotten,
        }),
        objected,
        card,
    }
}

pub(crate) fn fields(draft: &Draft, profile: &Profile) -> Vec<FieldView> {
    let needed = profile.needed();
    let purposes = |field: &Field| -> Vec<String> {
        needed
            .get(field)
            .into_iter()
            .flatten()
            .map(|purpose| purpose.id.clone())
            .collect()
    };
    draft
        .fields()
        .iter()
        .map(|(field, value)| FieldView {
            field: *field,
            value: value.into(),
            doubts: draft
                .doubts()
                .get(field)
                .into_iter()
                .flatten()
                .copied()
                .collect(),
            purposes: purposes(field),
        })
        .collect()
}

/// The language by the e-mail's country, else by the telephone's, else the profile's first. A guess that one tap changes.
fn guess_language(draft: &Draft, profile: &Profile) -> Language {
    let first = |field| {
        let texts: Vec<&str> = draft
            .fields()
            .get(&field)
            .map(Value::texts)
            .unwrap_or_default();
        texts.first().map(|text| text.to_lowercase())
    };
    let by_email = first(Field::Email).and_then(|email| match email.rsplit('.').next()? {
        "pl" => Some(Language::Pl),
        "de" | "at" | "ch" => Some(Language::De),
        "uk" | "us" | "ie" => Some(Language::En),
        _ => None,
    });
    let by_phone = || {
        first(Field::Phone).and_then(|phone| {
            let digits: String = phone
                .chars()
                .filter(|c| c.is_ascii_digit() || *c == '+')
                .collect();
            let country = [
                ("+48", Language::Pl),
                ("+49", Language::De),
                ("+43", Language::De),
                ("+41", Language::De),
                ("+", Language::En),
            ];
            country
                .into_iter()
                .find(|(code, _)| digits.starts_with(code))
                .map(|(_, l)| l)
        })
    };
    let guess = by_email
        .or_else(by_phone)
        .filter(|guess| profile.languages.contains(guess));
    guess
        .or_else(|| profile.languages.first().copied())
        .unwrap_or(Language::En)
}

pub(crate) fn row(
    kept: &Kept,
    profile: &Profile,
    state: (CrmState, Option<zgoda_core::outbox::Reason>),
    now: DateTime<Utc>,
) -> LeadRow {
    let text = |field| kept.fields.get(&field).map(|kept| kept.value.one_line());
    let texts = |field| text(field).map(|text| text.expose().to_owned());
    let given = kept.decisions.iter().filter(|decision| decision.given);
    let (consents, asked): (Vec<_>, Vec<_>) =
        given.partition(|decision| decision.basis == Basis::Consent);
    let zone = profile.event.time_zone;
    let day = |moment: DateTime<Utc>| moment.with_timezone(&zone).date_naive();
    LeadRow {
        id: kept.id,
        name: name(kept),
        company: texts(Field::Company).unwrap_or_default(),
        asked: asked
            .iter()
            .map(|decision| decision.purpose.clone())
            .collect(),
        consents: consents.iter().map(|decision| decision.box_ref()).collect(),
        promises: kept.promises.clone(),
        rating: match kept.fields.get(&Field::Rating).map(|kept| &kept.value) {
            Some(Value::Rating(rating)) => Some(*rating),
            _ => None,
        },
        crm: state.0,
        reason: state.1,
        captured_at: kept.captured_at,
        today: day(kept.captured_at.with_timezone(&Utc)) == day(now),
    }
}

/// The name, or the best that is known.
pub(crate) fn name(kept: &Kept) -> String {
    let best = [
        Field::Name,
        Field::Email,
        Field::Phone,
        Field::Company,
        Field::Reference,
    ];
    let known = best.iter().find_map(|field| kept.fields.get(field));
    known.map_or_else(String::new, |one| one.value.one_line().expose().to_owned())
}

/// How a message in the outbox stands, in the screen's terms.
pub(crate) fn crm_state(state: State) -> CrmState {
    match state {
        State::NeedsPerson => CrmState::NeedsPerson,
        State::Waiting | State::InDoubt => CrmState::Waiting,
    }
}

pub(crate) fn lead_fields(kept: &Kept, profile: &Profile) -> Vec<LeadFieldView> {
    kept.fields
        .iter()
        .map(|(field, one)| LeadFieldView {
            field: *field,
            value: (&one.value).into(),
            reasons: kept
                .reasons(*field, profile)
                .into_iter()
                .map(|(purpose, until)| ReasonView { purpose, until })
                .collect(),
            until: one.deadline,
        })
        .collect()
}

pub(crate) fn decisions(kept: &Kept) -> Vec<DecisionView> {
    kept.decisions
        .iter()
        .map(|decision| DecisionView {
            purpose: decision.purpose.clone(),
            channel: decision.channel,
            basis: decision.basis,
            given: decision.given,
            act: decision.act,
            at: decision.at,
            wording: decision
                .wording
                .as_ref()
                .map(|wording| wording.version.clone()),
        })
        .collect()
}
