//! Promises as a calendar file (iCalendar, RFC 5545): one all-day entry per day, which says how many of what.
//!
//! A calendar is synced, shared and backed up where nobody erases it (Art. 5(1)(c), (e)), so no entry names or refers to
//! a person; who it is stands in the list. An alarm on the day's morning reminds of it.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};

use crate::language::Language;
use crate::profile::Profile;

/// Octets after which a line is folded (RFC 5545, 3.1).
const LINE: usize = 75;
/// The hour at which it is told what a day brings, by the place's clock.
pub const MORNING: u32 = 8;

/// The calendar of open promises, each told by its purpose's id and its day.
pub fn calendar<'a>(
    promises: impl IntoIterator<Item = (&'a str, NaiveDate)>,
    profile: &Profile,
    language: Language,
    now: DateTime<Utc>,
) -> String {
    let mut days: BTreeMap<NaiveDate, BTreeMap<&str, usize>> = BTreeMap::new();
    for (purpose, due) in promises {
        *days.entry(due).or_default().entry(purpose).or_default() += 1;
    }
    let mut text = String::new();
    for line in ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Zgoda//EN"] {
        push(&mut text, line);
    }
    for (day, counts) in &days {
        entry(&mut text, *day, counts, profile, language, now);
    }
    push(&mut text, "END:VCALENDAR");
    text
}

fn entry(
    text: &mut String,
    day: NaiveDate,
    counts: &BTreeMap<&str, usize>,
    profile: &Profile,
    language: Language,
    now: DateTime<Utc>,
) {
    let of_purpose = |(id, count): (&&str, &usize)| {
        let label = profile.purpose(id).map(|one| one.label(language));
        format!("{} ({count})", label.unwrap_or_else(|| (*id).to_owned()))
    };
    let what: Vec<String> = counts.iter().map(of_purpose).collect();
    let event = &profile.event;
    let title = escape(&format!("{}: {}", event.name, what.join(", ")));
    let date = day.format("%Y%m%d");
    for line in [
        "BEGIN:VEVENT".to_owned(),
        // The same day of the same event is the same entry: a newer file replaces it.
        format!("UID:{date}.{}@zgoda.invalid", event.id),
        format!("DTSTAMP:{}", now.format("%Y%m%dT%H%M%SZ")),
        format!("DTSTART;VALUE=DATE:{date}"),
        format!("SUMMARY:{title}"),
        "TRANSP:TRANSPARENT".to_owned(),
        "BEGIN:VALARM".to_owned(),
        "ACTION:DISPLAY".to_owned(),
        // Counted from the day's first minute.
        format!("TRIGGER:PT{MORNING}H"),
        format!("DESCRIPTION:{title}"),
        "END:VALARM".to_owned(),
        "END:VEVENT".to_owned(),
    ] {
        push(text, &line);
    }
}

/// Text values (RFC 5545, 3.3.11).
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in crate::text::clean_line(text).chars() {
        if matches!(letter, '\\' | ';' | ',') {
            escaped.push('\\');
        }
        escaped.push(letter);
    }
    escaped
}

/// Adds a line, folded between letters.
fn push(text: &mut String, line: &str) {
    let mut length = 0;
    for letter in line.chars() {
        if length + letter.len_utf8() > LINE {
            text.push_str("\r\n ");
            length = 1;
        }
        text.push(letter);
        length += letter.len_utf8();
    }
    text.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../../../../../profiles/demo.toml");

    fn day(day: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 12, day).unwrap()
    }

    fn of(promises: &[(&str, NaiveDate)]) -> String {
        let (profile, _) = Profile::read(DEMO).unwrap();
        let now = "2026-11-29T07:00:00Z".parse().unwrap();
        calendar(promises.iter().copied(), &profile, Language::Pl, now)
    }

    #[test]
    fn a_day_is_one_entry_with_its_counts() {
        let text = of(&[
            ("send_offer", day(15)),
            ("send_offer", day(15)),
            ("send_offer", day(20)),
        ]);
        assert_eq!(text.matches("BEGIN:VEVENT").count(), 2);
        assert!(text.contains("DTSTART;VALUE=DATE:20261215\r\n"));
        assert!(text.contains("SUMMARY:Targi Techniki Rolnej 2026: Oferta (2)\r\n"));
        assert!(text.contains("UID:20261215.targi-demo-2026@zgoda.invalid\r\n"));
    }

    #[test]
    fn no_promise_is_a_calendar_without_entries() {
        assert!(!of(&[]).contains("VEVENT"));
    }

    #[test]
    fn text_is_escaped_and_lines_are_folded_between_letters() {
        assert_eq!(escape("a, b; c\\"), "a\\, b\\; c\\\\");
        assert_eq!(escape("one\r\nEND:VCALENDAR"), "one END:VCALENDAR");
        let mut text = String::new();
        push(&mut text, &"ż".repeat(100));
        assert!(text.split("\r\n").all(|line| line.len() <= LINE));
        assert_eq!(text.replace("\r\n ", "").trim_end(), "ż".repeat(100));
    }
}
