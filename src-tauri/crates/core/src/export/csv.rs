//! Consent records as a table: one line per person and box, for a spreadsheet (RFC 4180).

use chrono::SecondsFormat;

use super::{asked, source};
use crate::consent::Record;
use crate::receipt::Code;
use crate::report::table::Table;

/// The table of `records`.
pub fn table(records: &[Record]) -> Table {
    let head = [
        "receipt",
        "subject",
        "event",
        "purpose",
        "channel",
        "basis",
        "given",
        "since",
        "given_at",
        "act",
        "language",
        "wording_version",
        "wording_sha256",
        "notice_version",
        "notice_sha256",
        "source",
        "form_column",
        "form_wording",
    ];
    let moment =
        |at: &chrono::DateTime<chrono::FixedOffset>| at.to_rfc3339_opts(SecondsFormat::Secs, false);
    let mut table = Table::new(&head);
    for record in records {
        for one in record.standing.values() {
            let (choice, notice) = (&one.choice, record.notice.as_ref());
            table.push([
                Code::of(&record.subject).grouped(),
                record.subject.as_str().to_owned(),
                record.event.clone(),
                choice.purpose.clone(),
                choice
                    .channel
                    .map(|channel| channel.as_str().to_owned())
                    .unwrap_or_default(),
                choice.basis.as_str().to_owned(),
                if choice.given { "yes" } else { "no" }.to_owned(),
                moment(&one.since),
                one.given_at.as_ref().map(moment).unwrap_or_default(),
                one.act
                    .map(|act| act.as_str().to_owned())
                    .unwrap_or_default(),
                record
                    .language
                    .map(|language| language.to_string())
                    .unwrap_or_default(),
                choice
                    .wording
                    .as_ref()
                    .map(|text| text.version.clone())
                    .unwrap_or_default(),
                choice
                    .wording
                    .as_ref()
                    .map(|text| text.sha256.clone())
                    .unwrap_or_default(),
                notice.map(|text| text.version.clone()).unwrap_or_default(),
                notice.map(|text| text.sha256.clone()).unwrap_or_default(),
                source(record).unwrap_or_default(),
                asked(record, choice)
                    .and_then(|cover| cover.column.clone())
                    .unwrap_or_default(),
                asked(record, choice)
                    .map(|cover| cover.wording.clone())
                    .unwrap_or_default(),
            ]);
        }
    }
    table
}
