//! The linter for the law: from the profile as written to a [`Profile`], naming every broken rule on the way.

mod badge;
mod law;
mod lookup;
mod mail;
mod name;
mod question;

use std::collections::{BTreeMap, BTreeSet};

use super::lint::{Finding, Lint, Place, Severity};
use super::raw::{
    RawController, RawCrm, RawEvent, RawNotice, RawProfile, RawPurpose, RawReceipt, RawWording,
};
use super::{
    Basis, Channel, Controller, Crm, Event, Notice, NoticeItem, Profile, Purpose, ReceiptRules,
    Wording,
};
use crate::field::Field;
use crate::language::Language;
use crate::question::Question;
use crate::retention::{Anchor, GRACE_DAYS, Period, Retention};
use name::Names;

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

/// Turns the raw profile into a [`Profile`], or names every error.
pub(super) fn check(
    text: &str,
    raw: RawProfile,
    sha256: String,
) -> Result<(Profile, Vec<Finding>), Vec<Finding>> {
    let (profile, findings) = sketch(text, raw, sha256);
    match profile {
        Some(profile) if findings.iter().all(|one| one.severity == Severity::Warning) => {
            Ok((profile, findings))
        }
        _ => Err(findings),
    }
}

/// As much of a [`Profile`] as there is, whatever the findings.
pub(super) fn sketch(
    text: &str,
    raw: RawProfile,
    sha256: String,
) -> (Option<Profile>, Vec<Finding>) {
    let mut linter = Linter {
        text,
        findings: Vec::new(),
    };
    let names = Names::of(&raw);
    let profile = linter.profile(raw, sha256);
    let mut findings = linter.findings;
    findings.extend(profile.iter().flat_map(|profile| law::law(text, profile)));
    names.put(&mut findings);
    findings.sort_by_key(|finding| finding.place);
    (profile, findings)
}

/// What taking `after`, written as `text`, in the place of `before` breaks.
pub(super) fn changed(text: &str, before: &Profile, after: &Profile) -> Vec<Finding> {
    let mut findings = law::changed(text, before, after);
    Names::of_purposes(&after.purposes).put(&mut findings);
    findings
}

struct Linter<'a> {
    text: &'a str,
    findings: Vec<Finding>,
}

impl Linter<'_> {
    fn report(&mut self, lint: Lint, offset: usize, subject: &str, message: &str) {
        self.report_of(None, lint, offset, subject, message);
    }

    /// Reports what is wrong with a text in `language`.
    fn report_of(
        &mut self,
        language: Option<Language>,
        lint: Lint,
        offset: usize,
        subject: &str,
        message: &str,
    ) {
        let place = Place::at(self.text, offset);
        let finding = Finding::new(lint, place, subject, message);
        self.findings.push(finding.of_language(language));
    }

    /// Reports a name that is none of `known`.
    fn report_name(&mut self, lint: Lint, offset: usize, name: &str, known: &[&str]) {
        let message = format!("write one of {}", known.join(", "));
        self.report_choice(lint, offset, name, &message, known);
    }

    /// Reports that one of `known` should stand there.
    fn report_choice(
        &mut self,
        lint: Lint,
        offset: usize,
        subject: &str,
        message: &str,
        known: &[&str],
    ) {
        let place = Place::at(self.text, offset);
        let finding = Finding::new(lint, place, subject, message);
        self.findings.push(finding.choices(known));
    }

    fn profile(&mut self, raw: RawProfile, sha256: String) -> Option<Profile> {
        let start = raw.event.span().start;
        let event = self.event(raw.event.into_inner());
        let listed = raw.languages.as_ref().map(|listed| listed.span().start);
        let languages = raw.languages.map_or_else(
            || raw.notice.keys().copied().collect(),
            toml::Spanned::into_inner,
        );
        if languages.is_empty() {
            let message = match listed {
                Some(_) => {
                    "nobody could read it: list pl, en or de, or take languages out, and each that has a notice is offered"
                }
                None => "nobody could read it: add [notice.pl], [notice.en] or [notice.de]",
            };
            let at = listed.unwrap_or(start);
            self.report(Lint::NoLanguage, at, "languages", message);
        }
        let controller = self.controller(raw.controller.into_inner());
        let purposes = self.purposes(raw.purpose, &languages, start);
        let notice = self.notices(raw.notice, &languages, &controller, &purposes, start);
        let needed: BTreeSet<Field> = purposes
            .iter()
            .flat_map(|purpose| purpose.fields.iter().copied())
            .collect();
        let questions = self.questions(raw.question, &languages, &purposes);
        let tags = self.tags(raw.tags, &needed);
        let badge = self.badge(raw.badge);
        let recipient = raw.recovery.map(|recovery| recovery.recipient.into_inner());
        if recipient.is_none() {
            let message = "add [recovery] with recipient = \"age1…\": without it a forgotten PIN loses what was not yet synced";
            self.report(Lint::NoRecovery, 0, "recovery", message);
        }
        let crm = self.crm(raw.crm, &needed, &questions, recipient.is_some());
        let lookup = self.lookup(raw.lookup, &needed);
        let receipt = self.receipt(raw.receipt);
        Some(Profile {
            event: event?,
            controller,
            languages,
            notice,
            purposes,
            questions,
            badge,
            tags,
            keep: raw.local_copy.keep,
            crm: crm?,
            lookup,
            recipient,
            receipt,
            lock_after: raw.lock.after,
            sha256,
        })
    }

    fn event(&mut self, raw: RawEvent) -> Option<Event> {
        let before = self.findings.len();
        let id_is_fine = |id: &str| {
            (1..=64).contains(&id.len())
                && id
                    .bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
        };
        if !id_is_fine(raw.id.as_ref()) {
            let message = "write a short id of a-z, 0-9 and -: \"targi-2026\"";
            self.report(Lint::EventId, raw.id.span().start, raw.id.as_ref(), message);
        }
        if raw.ends.as_ref() < raw.starts.as_ref() {
            let message = "the event ends before it starts: swap or correct starts and ends";
            self.report(
                Lint::EventEndsBeforeStart,
                raw.ends.span().start,
                "ends",
                message,
            );
        }
        let time_zone = raw.time_zone.as_ref().parse::<chrono_tz::Tz>();
        if time_zone.is_err() {
            let message = "write the place's IANA time zone: \"Europe/Warsaw\"";
            self.report(
                Lint::TimeZone,
                raw.time_zone.span().start,
                raw.time_zone.as_ref(),
                message,
            );
        }
        if let Some(country) = &raw.country {
            let code = country.as_ref();
            if code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase()) {
                let message = "write the country as two letters of ISO 3166-1: \"PL\"";
                self.report(Lint::Country, country.span().start, code, message);
            }
        }
        if self.findings.len() > before {
            return None;
        }
        Some(Event {
            id: raw.id.into_inner(),
            name: raw.name,
            place: raw.place,
            country: raw
                .country
                .map_or_else(|| "PL".to_owned(), toml::Spanned::into_inner),
            starts: raw.starts.into_inner().0,
            ends: raw.ends.into_inner().0,
            time_zone: time_zone.ok()?,
        })
    }

    fn controller(&mut self, raw: RawController) -> Controller {
        let email: &str = raw.email.as_ref();
        let parts: Vec<&str> = email.split('@').collect();
        if parts.len() != 2 || parts.iter().any(|part| part.is_empty()) || email.contains(' ') {
            let message =
                "write the address at which people reach you on privacy: \"rodo@firma.example\"";
            self.report(
                Lint::ControllerEmail,
                raw.email.span().start,
                "controller.email",
                message,
            );
        }
        Controller {
            name: raw.name,
            address: raw.address,
            email: raw.email.into_inner(),
            phone: raw.phone,
            dpo: raw.dpo,
            privacy_page: raw.privacy_page,
            supervisory_authority: raw.supervisory_authority,
        }
    }

    fn purposes(
        &mut self,
        raw: Vec<toml::Spanned<RawPurpose>>,
        languages: &[Language],
        start: usize,
    ) -> Vec<Purpose> {
        if raw.is_empty() {
            let message = "add at least one [[purpose]]: without a purpose nothing may be kept";
            self.report(Lint::NoPurpose, start, "purpose", message);
        }
        let mut seen = BTreeSet::new();
        raw.into_iter()
            .filter_map(|purpose| {
                let at = purpose.span().start;
                let purpose = purpose.into_inner();
                if !seen.insert(purpose.id.as_ref().clone()) {
                    let message = "give each purpose an id of its own";
                    self.report(
                        Lint::DuplicatePurpose,
                        purpose.id.span().start,
                        purpose.id.as_ref(),
                        message,
                    );
                }
                self.purpose(purpose, languages, at)
            })
            .collect()
    }

    fn purpose(&mut self, raw: RawPurpose, languages: &[Language], at: usize) -> Option<Purpose> {
        let id: String = raw.id.as_ref().clone();
        let basis = *raw.basis.as_ref();
        let fine = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_';
        if id.is_empty() || id.len() > 64 || !id.bytes().all(fine) {
            let message = "write a short id of a-z, 0-9 and _: \"send_offer\"";
            self.report(Lint::PurposeId, raw.id.span().start, &id, message);
        }
        let fields: BTreeSet<Field> = raw.fields.iter().map(|field| *field.as_ref()).collect();
        if fields.is_empty() {
            let message = "list the fields that the purpose needs: fields = [\"name\", \"email\"]";
            self.report(Lint::NoFields, at, &id, message);
        }
        let channels_at = raw
            .channels
            .as_ref()
            .map_or(at, |channels| channels.span().start);
        let channels = raw
            .channels
            .map(toml::Spanned::into_inner)
            .unwrap_or_default();
        self.channels(&id, basis, &channels, &fields, channels_at);
        let retention = self.retention(&id, basis, raw.retention.as_ref(), at);
        let wordings = self.wordings(&id, &channels, raw.wording, raw.wordings, channels_at);
        if basis == Basis::Consent {
            self.wordings_in_all_languages(&id, &channels, &wordings, languages, at);
        } else if let Some(language) = languages
            .iter()
            .find(|language| !raw.statement.contains_key(language))
        {
            let message = "add statement = { pl = \"…\", en = \"…\", de = \"…\" }: the sentence that tells the attendee what is done for them";
            self.report_of(Some(*language), Lint::NoStatement, at, &id, message);
        }
        let mail = self.mail(&id, basis, &fields, raw.mail, languages);
        self.signature(&id, &fields, &raw.signature_why, languages, at);
        Some(Purpose {
            id,
            basis,
            fields,
            channels,
            retention: retention?,
            label: raw.label,
            statement: raw.statement,
            wordings,
            mail,
            signature_why: raw.signature_why,
        })
    }

    fn channels(
        &mut self,
        id: &str,
        basis: Basis,
        channels: &[Channel],
        fields: &BTreeSet<Field>,
        at: usize,
    ) {
        if basis != Basis::Consent && !channels.is_empty() {
            let message = "marketing by e-mail, telephone or SMS needs basis = \"consent\"; where the channel only carries what was requested, leave channels out";
            self.report(Lint::MarketingWithoutConsent, at, id, message);
        }
        for channel in channels {
            if !fields.contains(&channel.field()) {
                let message = format!(
                    "the channel {} needs the field \"{}\" in fields",
                    channel.as_str(),
                    channel.field()
                );
                self.report(Lint::ChannelWithoutField, at, id, &message);
            }
        }
    }

    fn retention(
        &mut self,
        id: &str,
        basis: Basis,
        raw: Option<&toml::Spanned<String>>,
        at: usize,
    ) -> Option<Retention> {
        let Some(raw) = raw else {
            let message = "say how long: retention = \"capture + P2Y\" (capture, event_end, promise or confirmed, and an ISO 8601 duration)";
            self.report(Lint::NoRetention, at, id, message);
            return None;
        };
        let at = raw.span().start;
        let retention: Retention = match raw.as_ref().parse() {
            Ok(retention) => retention,
            Err(error) => {
                self.report(Lint::Retention, at, id, &error.to_string());
                return None;
            }
        };
        if retention.period.rough_days()
            > (Period {
                months: 36,
                days: 0,
            })
            .rough_days()
        {
            let message =
                "longer than three years: note for the record why the purpose lasts that long";
            self.report(Lint::LongRetention, at, id, message);
        }
        if retention.anchor == Anchor::Promise && basis != Basis::Requested {
            let message = format!(
                "only what is requested can be promised: count from capture, event_end or confirmed (an unkept promise ends {GRACE_DAYS} days after its date)"
            );
            self.report(Lint::PromiseWithoutRequest, at, id, &message);
        }
        Some(retention)
    }

    fn wordings(
        &mut self,
        id: &str,
        channels: &[Channel],
        one: Option<toml::Spanned<RawWording>>,
        by_channel: BTreeMap<Channel, toml::Spanned<RawWording>>,
        at: usize,
    ) -> BTreeMap<Option<Channel>, Wording> {
        let mut wordings: BTreeMap<Option<Channel>, Wording> = by_channel
            .into_iter()
            .map(|(channel, wording)| (Some(channel), wording.into_inner().into()))
            .collect();
        let Some(one) = one else { return wordings };
        match channels {
            [] => wordings.insert(None, one.into_inner().into()),
            [only] => wordings.insert(Some(*only), one.into_inner().into()),
            _ => {
                let message = "one box for several channels is no free choice: write [purpose.wordings.email], [purpose.wordings.phone], … instead of wording";
                self.report(Lint::BundledChannels, at, id, message);
                None
            }
        };
        wordings
    }

    fn wordings_in_all_languages(
        &mut self,
        id: &str,
        channels: &[Channel],
        wordings: &BTreeMap<Option<Channel>, Wording>,
        languages: &[Language],
        at: usize,
    ) {
        let boxes: Vec<Option<Channel>> = match channels {
            [] => vec![None],
            _ => channels.iter().copied().map(Some).collect(),
        };
        if self
            .findings
            .iter()
            .any(|f| f.lint == Lint::BundledChannels && f.subject == id)
        {
            return;
        }
        for one in boxes {
            for language in languages {
                let text = wordings
                    .get(&one)
                    .and_then(|wording| wording.texts.get(language));
                if text.is_none_or(|text| text.trim().is_empty()) {
                    let of = one.map_or_else(String::new, |c| format!(" for {}", c.as_str()));
                    let message = format!(
                        "the consent has no wording in {language}{of}: add {language} = \"…\" to its wording, or take {language} from languages"
                    );
                    self.report_of(Some(*language), Lint::NoWording, at, id, &message);
                }
            }
        }
    }

    fn notices(
        &mut self,
        raw: BTreeMap<Language, toml::Spanned<RawNotice>>,
        languages: &[Language],
        controller: &Controller,
        purposes: &[Purpose],
        start: usize,
    ) -> BTreeMap<Language, Notice> {
        for language in languages {
            if !raw.contains_key(language) {
                let message = format!("add [notice.{language}], or take {language} from languages");
                self.report_of(
                    Some(*language),
                    Lint::NoNotice,
                    start,
                    language.as_str(),
                    &message,
                );
            }
        }
        let has = |basis: Basis| purposes.iter().any(|purpose| purpose.basis == basis);
        let wanted = |item: NoticeItem| match item {
            NoticeItem::Dpo => controller.dpo.is_some(),
            NoticeItem::LegitimateInterest => {
                has(Basis::LegitimateInterest) || has(Basis::Requested)
            }
            NoticeItem::Withdrawal => has(Basis::Consent),
            _ => true,
        };
        let mut notices = BTreeMap::new();
        for (language, notice) in raw {
            let at = notice.span().start;
            let notice = Notice::from(notice.into_inner());
            for item in NoticeItem::ALL.into_iter().filter(|item| wanted(*item)) {
                if !notice.items.contains_key(&item) {
                    let subject = format!("notice.{language}.{}", item.as_str());
                    let message = format!(
                        "{} asks for it: add {} = \"…\" to [notice.{language}]",
                        item.article(),
                        item.as_str()
                    );
                    self.report(Lint::NoticeItem, at, &subject, &message);
                }
            }
            notices.insert(language, notice);
        }
        notices
    }

    fn tags(
        &mut self,
        raw: Option<toml::Spanned<Vec<String>>>,
        needed: &BTreeSet<Field>,
    ) -> Vec<String> {
        let Some(raw) = raw else { return Vec::new() };
        if !raw.as_ref().is_empty() && !needed.contains(&Field::Tags) {
            let message = "tags are offered, but no purpose lists \"tags\": add it to a purpose's fields, or take the tags out";
            self.report(Lint::FieldWithoutPurpose, raw.span().start, "tags", message);
        }
        raw.into_inner()
    }

    fn crm(
        &mut self,
        raw: Option<toml::Spanned<RawCrm>>,
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
            url: raw.url.map(toml::Spanned::into_inner),
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

    fn batch(&mut self, raw: Option<toml::Spanned<i64>>) -> Option<u16> {
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

    fn receipt(&mut self, raw: RawReceipt) -> ReceiptRules {
        let web = |text: &str| {
            text.strip_prefix("https://")
                .is_some_and(|rest| !rest.is_empty())
                && !text.contains(|c: char| c.is_whitespace() || "#\"'<>".contains(c))
        };
        let mail = |text: &str| {
            let address = text.strip_prefix("mailto:").unwrap_or_default();
            address.contains('@')
                && !address.contains(|c: char| c.is_whitespace() || "?#\"'<>".contains(c))
        };
        if let Some(page) = raw.page.as_ref().filter(|page| !web(page.as_ref())) {
            let message = "write the address of the receipt's page: page = \"https://…\", without #: the receipt goes behind it";
            self.report(
                Lint::ReceiptPage,
                page.span().start,
                "receipt.page",
                message,
            );
        }
        let elsewhere = |text: &str| !web(text) && !mail(text);
        if let Some(to) = raw.withdraw.as_ref().filter(|to| elsewhere(to.as_ref())) {
            let message = "write where a withdrawal goes: withdraw = \"mailto:rodo@firma.example\", or an address that takes a POST, \"https://…\"";
            self.report(
                Lint::ReceiptWithdraw,
                to.span().start,
                "receipt.withdraw",
                message,
            );
        }
        let head_office_key = raw.head_office_key.and_then(|text| {
            let key = text.as_ref().parse();
            if key.is_err() {
                let message = "write head office's public key as `zgoda device key` prints it: name+hash+base64";
                let at = text.span().start;
                self.report(Lint::HeadOfficeKey, at, "receipt.head_office_key", message);
            }
            key.ok()
        });
        ReceiptRules {
            page: raw.page.map(toml::Spanned::into_inner),
            withdraw: raw.withdraw.map(toml::Spanned::into_inner),
            head_office_key,
        }
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

/// True for `https`, and for `http` to this machine alone.
fn is_web(url: &str) -> bool {
    let here = ["http://127.0.0.1", "http://localhost", "http://[::1]"];
    let ends = |rest: &str| rest.is_empty() || rest.starts_with(':') || rest.starts_with('/');
    url.starts_with("https://")
        || here
            .iter()
            .any(|local| url.strip_prefix(local).is_some_and(ends))
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
