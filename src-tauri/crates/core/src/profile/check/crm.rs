//! Where the leads go.

use std::collections::BTreeSet;

use toml::Spanned;

use super::{Lint, Linter};
use crate::field::Field;
use crate::profile::Crm;
use crate::profile::raw::RawCrm;
use crate::question::Question;

/// Connectors that a profile may name.
const CRM_KINDS: &[&str] = &[
    "file",
    "bottlecrm",
    "hubspot",
    "odoo",
    "espocrm",
    "pipedrive",
    "salesforce",
    "dataverse",
    "zoho",
    "webhook",
    "postgres",
];

impl Linter<'_> {
    pub(super) fn crm(
        &mut self,
        raw: Option<Spanned<RawCrm>>,
        needed: &BTreeSet<Field>,
        questions: &[Question],
        has_recipient: bool,
    ) -> Option<Crm> {
        let Some(raw) = raw else {
            let message = format!("add [crm] with a kind of {}", CRM_KINDS.join(", "));
            self.report_choice(Lint::FormMissing, 0, "crm.kind", &message, CRM_KINDS);
            return None;
        };
        let at = raw.span().start;
        let raw = raw.into_inner();
        let kind: &str = raw.kind.as_ref();
        if !CRM_KINDS.contains(&kind) {
            self.report_name(Lint::CrmKind, raw.kind.span().start, kind, CRM_KINDS);
        }
        for (field, name) in &raw.fields {
            if !needed.contains(field) {
                let message = format!(
                    "\"{field}\" is mapped to the CRM, but no purpose needs it: list it in a purpose's fields, or take the mapping out"
                );
                self.report(
                    Lint::FieldWithoutPurpose,
                    name.span().start,
                    field.as_str(),
                    &message,
                );
            }
        }
        self.crm_answers(&raw, questions);
        self.crm_address(&raw, at);
        let batch = self.batch(raw.batch);
        if kind == "file" && raw.plain {
            let message = "leads are written in the clear: leave plain out and name head office's recipient in [recovery]";
            self.report(Lint::PlainFile, at, "crm.plain", message);
        }
        if kind == "file" && !raw.plain && !has_recipient {
            let message =
                "the file is sealed to head office: add [recovery] with recipient = \"age1…\"";
            self.report(Lint::NoRecipient, at, "crm", message);
        }
        Some(Crm {
            kind: raw.kind.into_inner(),
            url: raw.url.map(Spanned::into_inner),
            folder: raw.folder,
            batch,
            plain: raw.plain,
            fields: raw
                .fields
                .into_iter()
                .map(|(field, name)| (field, name.into_inner()))
                .collect(),
            answers: raw
                .answers
                .into_iter()
                .map(|(question, name)| (question, name.into_inner()))
                .collect(),
        })
    }

    fn batch(&mut self, raw: Option<Spanned<i64>>) -> Option<u16> {
        let raw = raw?;
        let most = u16::try_from(*raw.as_ref()).ok();
        let most = most.filter(|most| (1..=1000).contains(most));
        if most.is_none() {
            let message = "write a number from 1 to 1000, or leave batch out";
            let subject = raw.as_ref().to_string();
            self.report(Lint::CrmBatch, raw.span().start, &subject, message);
        }
        most
    }

    /// Leads travel over TLS; only a server on the same machine may be spoken to without.
    fn crm_address(&mut self, raw: &RawCrm, at: usize) {
        if raw.kind.as_ref() == "file" {
            return;
        }
        let hub = raw.kind.as_ref() == "postgres";
        let fine = |url: &str| {
            if hub { is_hub(url) } else { is_web(url) }
        };
        if !raw.url.as_ref().is_some_and(|url| fine(url.as_ref())) {
            let message = if hub {
                "write the hub's address without a password: url = \"postgres://HOST/DATABASE\""
            } else {
                "write the CRM's address: url = \"https://…\" (http only to this machine)"
            };
            self.report(
                Lint::CrmUrl,
                raw.url.as_ref().map_or(at, |u| u.span().start),
                "crm.url",
                message,
            );
        }
    }
}

/// True for `https`, and for `http` to this machine alone; without a name or a password before the host, which a profile must
/// not hold and which may only look like a host.
pub(super) fn is_web(url: &str) -> bool {
    let Some((scheme, rest)) = url.split_once("://") else {
        return false;
    };
    let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let here = ["127.0.0.1", "localhost", "[::1]"].iter().any(|local| {
        let port = host.strip_prefix(local);
        port.is_some_and(|port| port.is_empty() || port.starts_with(':'))
    });
    let bare = !host.is_empty() && !host.contains('@');
    bare && (scheme == "https" || (scheme == "http" && here))
}

/// True for `postgres://HOST/DATABASE`, with a role before the host or without: no password, which a profile must not
/// hold, and no parameters, which could weaken the connection.
fn is_hub(url: &str) -> bool {
    let rest = ["postgres://", "postgresql://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme));
    let Some((place, database)) = rest.and_then(|rest| rest.split_once('/')) else {
        return false;
    };
    let (role, host) = match place.split_once('@') {
        Some((role, host)) => (Some(role), host),
        None => (None, place),
    };
    let bare = role.is_none_or(|role| !role.is_empty() && !role.contains(':'));
    bare && !host.is_empty() && !database.is_empty() && !url.contains(['?', '#', ' '])
}
