//! Purposes: what each needs, how long it lasts, and what the attendee is told or asked.

use std::collections::{BTreeMap, BTreeSet};

use toml::Spanned;

use super::{Lint, Linter};
use crate::field::Field;
use crate::language::Language;
use crate::profile::raw::{RawPurpose, RawWording};
use crate::profile::{Basis, Channel, Purpose, Wording};
use crate::retention::{Anchor, GRACE_DAYS, Period, Retention};

impl Linter<'_> {
    pub(super) fn purposes(
        &mut self,
        raw: Vec<Spanned<RawPurpose>>,
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
        let channels = raw.channels.map(Spanned::into_inner).unwrap_or_default();
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
        raw: Option<&Spanned<String>>,
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
        one: Option<Spanned<RawWording>>,
        by_channel: BTreeMap<Channel, Spanned<RawWording>>,
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
}
