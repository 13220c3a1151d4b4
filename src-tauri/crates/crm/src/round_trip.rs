//! Whether consent has arrived, seen and not assumed: what was written is read back and compared.
//!
//! How: a sample is one lead of a request. CRMs that drop a value (a field without a right to write, a rule, an import that
//! strips) do so to every row alike, so that where the sample lacks it the whole request is looked at, and each after it
//! until one shows all its consents again: what is confirmed is forgotten here. When: after the first request of a sync
//! that tells a lead whole and every [`EVERY`]th after it; in between nothing is asked, for the CRM's limits are the
//! organisation's.

use std::cell::Cell;

use serde_json::Value as Json;

use crate::dialect::Change;
use crate::filed::There;
use crate::form::Form;

/// Requests from one sample to the next.
const EVERY: u32 = 8;

/// Whose turn it is.
#[derive(Default)]
pub(crate) struct Samples {
    turn: Cell<u32>,
    /// The last that was looked at lacked a consent.
    lost: Cell<bool>,
}

impl Samples {
    /// How much of this request is to be looked at. Asked of requests that tell a lead whole alone: no other can show it.
    pub(crate) fn next(&self) -> Look {
        let turn = self.turn.get();
        self.turn.set(turn.wrapping_add(1));
        match self.lost.get() {
            true => Look::Whole,
            false if turn.is_multiple_of(EVERY) => Look::Sample,
            false => Look::Nothing,
        }
    }

    /// What looking at a whole request has shown: whether a consent is `lost`.
    pub(crate) fn note(&self, lost: bool) {
        self.lost.set(lost);
    }
}

/// How much of a request is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    Nothing,
    Sample,
    Whole,
}

/// True where the CRM shows the proof of consent, and its own marketing fields, as they were written.
pub(crate) fn arrived(form: &Form, change: &Change, there: &There) -> bool {
    let is_shown = |column| there.columns.get(column).is_some_and(|now| !now.is_null());
    let marketing = form.marketing.iter();
    let marketing = marketing.filter(|field| !field.subscribes || is_shown(field.column));
    let columns = marketing.map(|field| field.column);
    let mut columns = columns.chain([form.proof]);
    columns.all(|column| match change.columns.get(column) {
        Some(wrote) => same(wrote, there.columns.get(column).unwrap_or(&Json::Null)),
        None => true,
    })
}

/// A CRM may lay out JSON anew, and give a flag as a word.
fn same(wrote: &Json, now: &Json) -> bool {
    let (wrote, now) = (plain(wrote), plain(now));
    wrote == now || (wrote == Json::Null && now == Json::Bool(false))
}

fn plain(value: &Json) -> Json {
    let inner = value
        .as_str()
        .and_then(|text| serde_json::from_str(text).ok());
    inner.unwrap_or_else(|| value.clone())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_first_request_is_looked_at_and_not_each_after_it() {
        let samples = Samples::default();
        let looks = (0..2 * EVERY).filter(|_| samples.next() == Look::Sample);
        assert_eq!(looks.count(), 2);
        assert_eq!(samples.next(), Look::Sample);
    }

    #[test]
    fn what_lacks_its_consent_has_each_request_looked_at_until_one_shows_it() {
        let samples = Samples::default();
        samples.next();
        samples.note(true);
        assert!((0..3 * EVERY).all(|_| samples.next() == Look::Whole));
        samples.note(false);
        let looks = (0..EVERY).filter(|_| samples.next() != Look::Nothing);
        assert_eq!(looks.count(), 1);
    }

    #[test]
    fn what_is_laid_out_anew_is_the_same_and_what_is_cut_is_not() {
        let proof = json!(r#"{"subject":"a","revision":1}"#);
        assert!(same(&proof, &json!(r#"{ "revision": 1, "subject": "a" }"#)));
        assert!(same(&json!(true), &json!("true")));
        assert!(!same(&proof, &json!(r#"{"subject":"a","revi"#)));
        assert!(!same(&proof, &Json::Null));
        assert!(!same(&json!(false), &json!(true)));
    }
}
