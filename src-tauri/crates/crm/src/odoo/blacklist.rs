//! `mail.blacklist`, the addresses that get no mass mailing, whichever record they stand in.

use chrono::{DateTime, NaiveDateTime, Utc};
use serde_json::{Value as Json, json};
use zgoda_core::outbox::Reason;

use super::Odoo;
use super::call::Failed;
use crate::Missing;
use crate::http::Trouble;

const BLACKLIST: &str = "mail.blacklist";
/// The most addresses of one question.
pub(super) const LISTED: usize = 100;
/// How Odoo writes a moment, in UTC.
const STAMP: &str = "%Y-%m-%d %H:%M:%S";

impl Odoo {
    /// Lists these addresses, in lower case.
    pub(super) fn list(&self, emails: &[String]) -> Result<(), Trouble> {
        let rows: Vec<Json> = emails.iter().map(|one| json!({ "email": one })).collect();
        // An address that stands there already is no error: Odoo answers the row that it has. One that Odoo does not take
        // for an address is.
        let listed = self.call.create(BLACKLIST, &rows);
        match listed.map_err(|failed| failed.refusal().trouble)? {
            Json::Array(_) | Json::Number(_) => self.list_again(emails),
            _ => Err(Reason::NotTheCrm.into()),
        }
    }

    /// Those of these addresses that somebody took off the blacklist stand there again. Odoo keeps them hidden, and takes one
    /// that is to be listed for listed already.
    fn list_again(&self, emails: &[String]) -> Result<(), Trouble> {
        let named = json!({
            "domain": [["email", "in", emails], ["active", "=", false]],
            "fields": ["email"],
            "context": { "active_test": false },
        });
        let hidden = self.call.whole(BLACKLIST, "search_read", &[], named)?;
        let hidden = hidden.as_array().ok_or(Reason::NotTheCrm)?;
        let hidden: Vec<u64> = hidden.iter().filter_map(|one| one["id"].as_u64()).collect();
        if !hidden.is_empty() {
            // `action_unarchive` answers nothing, which JSON-RPC leaves out of its answer.
            let shown = json!({ "vals": { "active": true } });
            self.call.whole(BLACKLIST, "write", &hidden, shown)?;
        }
        Ok(())
    }

    /// What the user may not.
    pub(super) fn forbidden(&self) -> Result<Vec<Missing>, Trouble> {
        // Not by `search_count`, which calls its domain otherwise before version 16.
        let nobody = json!({ "domain": [["id", "=", 0]], "fields": ["id"], "limit": 1 });
        match self.call.ask(BLACKLIST, "search_read", &[], nobody) {
            Ok(_) => self.call.lacking(BLACKLIST, &["create", "write"]),
            Err(Failed::Forbidden) => Ok(vec![Missing::Permission(BLACKLIST.to_owned())]),
            Err(failed) => Err(failed.whole()),
        }
    }

    /// [`LISTED`] addresses at most that were listed or changed since, from number `offset` on, and the last such moment.
    pub(super) fn listed(
        &self,
        since: DateTime<Utc>,
        offset: usize,
    ) -> Result<(Vec<Json>, Option<DateTime<Utc>>), Trouble> {
        let named = json!({
            "domain": [["write_date", ">=", since.format(STAMP).to_string()], ["active", "=", true]],
            "fields": ["email", "write_date"],
            "order": "write_date asc, id asc",
            "offset": offset,
            "limit": LISTED,
        });
        let listed = self.call.whole(BLACKLIST, "search_read", &[], named)?;
        let listed = listed.as_array().ok_or(Reason::NotTheCrm)?;
        let emails = listed.iter().map(|row| row["email"].clone());
        let dates = listed.iter().filter_map(|row| row["write_date"].as_str());
        let dates = dates.filter_map(|text| NaiveDateTime::parse_from_str(text, STAMP).ok());
        Ok((emails.collect(), dates.max().map(|at| at.and_utc())))
    }
}
