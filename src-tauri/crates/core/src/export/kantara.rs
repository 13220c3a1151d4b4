//! Consent records as Kantara consent receipts 1.1 (Kantara Initiative, Consent Receipt Specification 1.1.0; field list
//! by its JSON schema).
//!
//! How: one receipt per person, from the ledger and the profile, with what stands at the moment of the export; the
//! person is the ledger's random reference. A purpose that the person refused or withdrew is not in it. The form wants a
//! telephone of the controller; where the profile has none, the text is empty.

use serde::Serialize;

use super::{form, language, of_purpose, recipients};
use crate::consent::Record;
use crate::decision::Act;
use crate::profile::{Basis, Profile, Purpose};
use crate::receipt::Code;

/// The version of the form.
pub const VERSION: &str = "KI-CR-v1.1.0";

/// One receipt. The names are the specification's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    version: &'static str,
    jurisdiction: String,
    consent_timestamp: i64,
    collection_method: String,
    #[serde(rename = "consentReceiptID")]
    consent_receipt_id: String,
    language: String,
    pii_principal_id: String,
    pii_controllers: Vec<Controller>,
    policy_url: String,
    services: Vec<Service>,
    sensitive: bool,
    spi_cat: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Controller {
    pii_controller: String,
    on_behalf: bool,
    contact: String,
    address: PostalAddress,
    email: String,
    phone: String,
    pii_controller_url: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct PostalAddress {
    street_address: String,
    address_country: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Service {
    service: String,
    purposes: Vec<Served>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
struct Served {
    purpose: String,
    purpose_category: Vec<&'static str>,
    consent_type: &'static str,
    pii_category: Vec<String>,
    primary_purpose: bool,
    termination: String,
    third_party_disclosure: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    third_party_name: Option<String>,
}

/// The receipts of `records`; a person who has nothing standing has none.
pub fn receipts(records: &[Record], profile: &Profile) -> Vec<Receipt> {
    records
        .iter()
        .filter_map(|record| receipt(record, profile))
        .collect()
}

fn receipt(record: &Record, profile: &Profile) -> Option<Receipt> {
    let purposes: Vec<Served> = profile
        .purposes
        .iter()
        .filter_map(|purpose| served(record, purpose, profile))
        .collect();
    if purposes.is_empty() {
        return None;
    }
    let controller = &profile.controller;
    Some(Receipt {
        version: VERSION,
        jurisdiction: profile.event.country.clone(),
        consent_timestamp: record.captured_at.timestamp(),
        collection_method: form(record, |_| true).unwrap_or_else(|| {
            let method = match record.act {
                Some(Act::AttendeeScreen) => "the person's own answer on the attendee's screen",
                Some(Act::Import) => "imported list",
                Some(Act::Terminal) | None => "the person's answer, typed in by staff",
            };
            method.to_owned()
        }),
        consent_receipt_id: Code::of(&record.subject).grouped(),
        language: language(record, profile).to_string(),
        pii_principal_id: record.subject.as_str().to_owned(),
        pii_controllers: vec![Controller {
            pii_controller: controller.name.clone(),
            on_behalf: false,
            contact: controller
                .dpo
                .clone()
                .unwrap_or_else(|| controller.email.clone()),
            address: PostalAddress {
                street_address: controller.address.clone(),
                address_country: profile.event.country.clone(),
            },
            email: controller.email.clone(),
            phone: controller.phone.clone().unwrap_or_default(),
            pii_controller_url: controller.privacy_page.clone(),
        }],
        policy_url: controller.privacy_page.clone(),
        services: vec![Service {
            service: profile.event.name.clone(),
            purposes,
        }],
        sensitive: false,
        spi_cat: Vec::new(),
    })
}

fn served(record: &Record, purpose: &Purpose, profile: &Profile) -> Option<Served> {
    let accepted = record.accepted(&purpose.id);
    if accepted.is_empty() || of_purpose(record, &purpose.id).is_empty() {
        return None;
    }
    let needs = purpose.needs(&accepted);
    let third_party = recipients(record, profile);
    Some(Served {
        purpose: purpose.label(language(record, profile)),
        purpose_category: vec![match purpose.basis {
            Basis::Consent if !purpose.channels.is_empty() => "6 - Marketing",
            _ => "4 - Contact Requested",
        }],
        consent_type: match purpose.basis {
            Basis::Consent => "EXPLICIT",
            Basis::Requested | Basis::LegitimateInterest => "N/A",
        },
        pii_category: needs
            .intersection(&record.kept)
            .map(ToString::to_string)
            .collect(),
        primary_purpose: purpose.basis == Basis::Requested,
        termination: purpose.retention.to_string(),
        third_party_disclosure: third_party.is_some(),
        third_party_name: third_party,
    })
}
