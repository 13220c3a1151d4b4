//! Consent records by the field list of ISO/IEC TS 27560:2023.
//!
//! Source: the W3C DPV guide to ISO/IEC TS 27560 (final community group report, 15 February 2026), profile
//! `https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr`; the ISO text itself was not seen. Under the GDPR the legal
//! basis, the rights, the authority, the source and the necessity of each item are there too.
//!
//! How: one record per person with its whole history of events; what was refused or withdrawn is an event as well.

use chrono::SecondsFormat;
use serde::Serialize;

use super::{form, language, recipients, source};
use crate::consent::{Record, Standing};
use crate::profile::{Basis, NoticeItem, Profile, Purpose};
use crate::receipt::Code;

/// The version of the field list.
pub const SCHEMA: &str = "ISO/IEC TS 27560:2023";
/// The JSON-LD profile.
pub const PROFILE: &str = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr";

/// One record. The names are the field list's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ConsentRecord {
    schema_version: &'static str,
    profile: &'static str,
    record_id: String,
    receipt_id: String,
    pii_principal_id: String,
    processing: Vec<Processing>,
    parties: Vec<Party>,
    events: Vec<Event>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Processing {
    privacy_notice: Notice,
    language: String,
    purpose: String,
    purpose_id: String,
    purpose_type: &'static str,
    lawful_basis: &'static str,
    pii_information: Vec<Information>,
    pii_controllers: Vec<&'static str>,
    collection_method: String,
    processing_method: &'static str,
    storage_locations: Vec<&'static str>,
    retention_period: String,
    jurisdiction: String,
    recipient_third_parties: Vec<String>,
    withdrawal_method: String,
    privacy_rights: String,
    authority_party: &'static str,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Notice {
    url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Information {
    pii_type: String,
    /// No purpose lists what it does not need.
    pii_optional: bool,
    sensitive_pii: bool,
    special_pii: bool,
    source: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Party {
    party_id: &'static str,
    party_name: String,
    party_address: String,
    party_contact: String,
    party_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    party_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    party_phone: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Event {
    event_time: String,
    validity_duration: String,
    entity_id: String,
    event_type: &'static str,
    event_state: &'static str,
    purpose_id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    channel: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wording_version: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wording_sha256: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    act: Option<&'static str>,
}

/// The records of `records`.
pub fn consent_records(records: &[Record], profile: &Profile) -> Vec<ConsentRecord> {
    records
        .iter()
        .map(|record| consent_record(record, profile))
        .collect()
}

fn consent_record(record: &Record, profile: &Profile) -> ConsentRecord {
    let asked = profile
        .purposes
        .iter()
        .filter(|purpose| record.standing.keys().any(|(of, _)| *of == purpose.id));
    ConsentRecord {
        schema_version: SCHEMA,
        profile: PROFILE,
        record_id: format!("{}/{}/{}", record.device, record.event, record.sequence),
        receipt_id: Code::of(&record.subject).grouped(),
        pii_principal_id: record.subject.as_str().to_owned(),
        processing: asked
            .map(|purpose| processing(record, purpose, profile))
            .collect(),
        parties: parties(profile),
        events: record
            .standing
            .values()
            .flat_map(|one| events(one, record, profile))
            .collect(),
    }
}

fn processing(record: &Record, purpose: &Purpose, profile: &Profile) -> Processing {
    let language = language(record, profile);
    let item = |item: NoticeItem| {
        let notice = profile.notice.get(&language);
        notice
            .and_then(|notice| notice.items.get(&item))
            .cloned()
            .unwrap_or_default()
    };
    let controller = &profile.controller;
    let withdrawal = item(NoticeItem::Withdrawal);
    Processing {
        privacy_notice: Notice {
            url: controller.privacy_page.clone(),
            version: record.notice.as_ref().map(|notice| notice.version.clone()),
            sha256: record.notice.as_ref().map(|notice| notice.sha256.clone()),
        },
        language: language.to_string(),
        purpose: purpose.label(language),
        purpose_id: purpose.id.clone(),
        purpose_type: if purpose.channels.is_empty() {
            "dpv:RequestedServiceProvision"
        } else {
            "dpv:DirectMarketing"
        },
        lawful_basis: match purpose.basis {
            Basis::Consent => "GDPR Art. 6(1)(a)",
            Basis::Requested => "GDPR Art. 6(1)(b) or 6(1)(f): requested by the person",
            Basis::LegitimateInterest => "GDPR Art. 6(1)(f)",
        },
        pii_information: information(record, purpose),
        pii_controllers: vec!["controller"],
        collection_method: form(record, |cover| cover.purpose == purpose.id)
            .unwrap_or_else(|| record.act.map_or("unknown", crate::Act::as_str).to_owned()),
        processing_method: "stored encrypted on the device, then in the controller's CRM",
        storage_locations: vec!["device of the booth, encrypted", "the controller's CRM"],
        retention_period: purpose.retention.to_string(),
        jurisdiction: profile.event.country.clone(),
        recipient_third_parties: recipients(record, profile).into_iter().collect(),
        withdrawal_method: if withdrawal.is_empty() {
            controller.email.clone()
        } else {
            withdrawal
        },
        privacy_rights: item(NoticeItem::Rights),
        authority_party: "authority",
    }
}

fn information(record: &Record, purpose: &Purpose) -> Vec<Information> {
    let accepted = record.accepted(&purpose.id);
    let fields = if accepted.is_empty() {
        purpose.fields.clone()
    } else {
        purpose.needs(&accepted)
    };
    fields
        .into_iter()
        .map(|field| Information {
            pii_type: field.to_string(),
            pii_optional: !record.kept.contains(&field),
            sensitive_pii: false,
            special_pii: false,
            source: match source(record) {
                _ if field.is_staffs() => "the staff's own note".to_owned(),
                Some(list) => list,
                None => "the person".to_owned(),
            },
        })
        .collect()
}

fn parties(profile: &Profile) -> Vec<Party> {
    let controller = &profile.controller;
    vec![
        Party {
            party_id: "controller",
            party_name: controller.name.clone(),
            party_address: controller.address.clone(),
            party_contact: controller.email.clone(),
            party_type: "dpv:DataController",
            party_url: Some(controller.privacy_page.clone()),
            party_phone: controller.phone.clone(),
        },
        Party {
            party_id: "authority",
            party_name: controller.supervisory_authority.clone(),
            party_address: controller.supervisory_authority.clone(),
            party_contact: controller.supervisory_authority.clone(),
            party_type: "dpv:DataProtectionAuthority",
            party_url: None,
            party_phone: None,
        },
    ]
}

/// First that it was given, where it was; then what it is now, where that is something else.
fn events(standing: &Standing, record: &Record, profile: &Profile) -> Vec<Event> {
    let choice = &standing.choice;
    let retention = profile
        .purpose(&choice.purpose)
        .map(|purpose| purpose.retention.to_string());
    let event = |at: chrono::DateTime<chrono::FixedOffset>, state: &'static str, act| Event {
        event_time: at.to_rfc3339_opts(SecondsFormat::Secs, false),
        validity_duration: retention
            .clone()
            .unwrap_or_else(|| "dpv:UntilEventDuration".to_owned()),
        entity_id: record.subject.as_str().to_owned(),
        event_type: match choice.basis {
            Basis::Consent => "dpv:ExplicitlyExpressedConsent",
            Basis::Requested => "request",
            Basis::LegitimateInterest => "information",
        },
        event_state: state,
        purpose_id: choice.purpose.clone(),
        channel: choice.channel.map(crate::Channel::as_str),
        wording_version: choice
            .wording
            .as_ref()
            .map(|wording| wording.version.clone()),
        wording_sha256: choice
            .wording
            .as_ref()
            .map(|wording| wording.sha256.clone()),
        act,
    };
    let act = standing.act.map(crate::Act::as_str);
    match (standing.given_at, choice.given) {
        (Some(given), true) => vec![event(given, "dpv:ConsentGiven", act)],
        (Some(given), false) => vec![
            event(
                given,
                "dpv:ConsentGiven",
                record.act.map(crate::Act::as_str),
            ),
            event(standing.since, "dpv:ConsentWithdrawn", act),
        ],
        (None, _) => vec![event(standing.since, "dpv:ConsentRefused", act)],
    }
}
