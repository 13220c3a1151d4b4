//! Whether consent has arrived, seen and not assumed: what was written is read back and compared.
//!
//! How: a sample is one lead of a request. CRMs that drop a value (a field without a right to write, a rule, an import that
//! strips) do so to every row alike, so that where the sample lacks it the whole request is looked at. When: after the
//! first request of a sync and every [`EVERY`]th after it; in between nothing is asked, for the CRM's limits are the
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
pub(crate) struct Samples(Cell<u32>);

impl Samples {
    /// True where this request is to be looked at.
    pub(crate) fn is_due(&self) -> bool {
        let turn = self.0.get();
        self.0.set(turn.wrapping_add(1));
        turn.is_multiple_of(EVERY)
    }
}

/// True where the CRM shows the proof of consent, and its own marketing fields, as they were written.
pub(crate) fn arrived(form: &Form, change: &Change, there: &There) -> bool {
    let columns = form.marketing.iter().map(|field| field.column);
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
        let due = (0..2 * EVERY).filter(|_| samples.is_due()).count();
        assert_eq!(due, 2);
        assert!(samples.is_due());
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
