//! Subscriptions: HubSpot keeps them by e-mail address, beside its contacts. Who has opted out of all e-mail is kept apart from
//! the types: their types may look as if nobody had said anything.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde::Serialize;
use serde_json::{Value as Json, json};
use zgoda_core::outbox::Reason;

use super::{FORM, HubSpot};
use crate::Missing;
use crate::dialect::Permit;
use crate::filed::There;
use crate::http::Trouble;
use crate::opt_outs::Advertising;
use crate::same::common;

/// The most inputs of one request.
const INPUTS: usize = 100;
const PREFERENCES: &str = "communication-preferences/v4";

/// Where statuses are read.
pub(super) fn read() -> String {
    format!("{PREFERENCES}/statuses/batch/read?channel=EMAIL")
}

impl HubSpot {
    /// Brings the subscriptions up to the consents. A yes counts only where HubSpot has no word yet, a withdrawal always;
    /// a no that never was a yes is no word.
    pub(super) fn subscribe(&self, permits: &[Permit]) -> Result<(), Trouble> {
        let types = self.types()?;
        let theirs = self.of_theirs(permits)?;
        let is_theirs = |email: &str| theirs.contains(&email.to_lowercase());
        let known: Vec<(&Permit, u64)> = permits
            .iter()
            .filter(|permit| !permit.aside || (permit.withdrawn && is_theirs(&permit.email)))
            .filter_map(|permit| Some((permit, *types.get(&permit.purpose)?)))
            .collect();
        if known.is_empty() {
            return Ok(());
        }
        let emails = known
            .iter()
            .map(|(permit, _)| permit.email.as_str())
            .collect();
        let statuses = self.statuses(&emails)?;
        let no_word = |permit: &Permit, id: &u64| {
            let status = statuses.get(&(permit.email.to_lowercase(), *id));
            matches!(status.map(String::as_str), None | Some("NOT_SPECIFIED"))
        };
        let anew = known
            .iter()
            .filter(|(permit, id)| permit.stands && no_word(permit, id));
        let out = self.out_of_all(&anew.map(|(permit, _)| permit.email.as_str()).collect())?;
        let inputs = known.into_iter().filter_map(|(permit, id)| {
            let status = statuses
                .get(&(permit.email.to_lowercase(), id))
                .map(String::as_str);
            let state = match (permit.stands, status) {
                (true, None | Some("NOT_SPECIFIED"))
                    if !out.contains(&permit.email.to_lowercase()) =>
                {
                    "SUBSCRIBED"
                }
                (false, Some("SUBSCRIBED")) => "UNSUBSCRIBED",
                (false, None | Some("NOT_SPECIFIED")) if permit.withdrawn => "UNSUBSCRIBED",
                _ => return None,
            };
            Some(json!({
                "subscriberIdString": permit.email,
                "channel": "EMAIL",
                "subscriptionId": id,
                "statusState": state,
                "legalBasis": "CONSENT_WITH_NOTICE",
                "legalBasisExplanation": permit.proof,
            }))
        });
        let inputs: Vec<Json> = inputs.collect();
        if inputs.is_empty() {
            return Ok(());
        }
        let path = format!("{PREFERENCES}/statuses/batch/write");
        for json in self.each(&path, &inputs)? {
            match (json["results"].is_array(), json["numErrors"].as_u64()) {
                (true, None | Some(0)) => {}
                (true, Some(_)) => return Err(refused(&json["errors"]).into()),
                (false, _) => return Err(Reason::NotTheCrm.into()),
            }
        }
        Ok(())
    }

    /// The answers to `inputs`, as many at once as HubSpot takes: several purposes of each of a batch's leads are more.
    fn each<T: Serialize>(&self, path: &str, inputs: &[T]) -> Result<Vec<Json>, Trouble> {
        let ask = |some: &[T]| {
            let body = json!({ "inputs": some });
            self.ask_whole(Method::POST, path, Some(&body))
        };
        inputs.chunks(INPUTS).map(ask).collect()
    }

    /// Whose consent stands by their lead, while their address is unsubscribed.
    pub(super) fn unsubscribed<'a>(
        &self,
        rows: &'a [There],
    ) -> Result<Vec<(&'a There, Advertising)>, Trouble> {
        let permits = rows.iter().flat_map(|there| {
            let filed = there.filed(&FORM);
            let mut permits = filed.permits(there.text("email"));
            permits.retain(|permit| !filed.took_back(&permit.purpose));
            permits.into_iter().map(move |permit| (there, permit))
        });
        let standing: Vec<(&There, Permit)> = permits
            .filter(|(_, permit)| permit.stands && !permit.email.is_empty())
            .collect();
        if standing.is_empty() {
            return Ok(Vec::new());
        }
        let types = self.types()?;
        let emails = standing.iter().map(|(_, permit)| permit.email.as_str());
        let emails = emails.collect();
        let statuses = self.statuses(&emails)?;
        let out_of_all = self.out_of_all(&emails)?;
        let out = |permit: &Permit| {
            if out_of_all.contains(&permit.email.to_lowercase()) {
                return Some(());
            }
            let id = types.get(&permit.purpose)?;
            let status = statuses.get(&(permit.email.to_lowercase(), *id))?;
            (status == "UNSUBSCRIBED").then_some(())
        };
        let standing = standing.into_iter();
        let refusals = standing.filter_map(|(there, permit)| {
            out(&permit).map(|()| (there, Advertising::For(permit.purpose)))
        });
        Ok(refusals.collect())
    }

    /// The addresses beside our contacts for which a yes is withdrawn and which a contact of HubSpot's own has, in lower case.
    /// A withdrawal alone is told of these: a yes would outlive our contact, and to a contact of ours its own lead speaks.
    fn of_theirs(&self, permits: &[Permit]) -> Result<BTreeSet<String>, Trouble> {
        let aside = permits.iter().filter(|one| one.aside && one.withdrawn);
        let emails: BTreeSet<String> = aside.filter_map(|one| common(&one.email)).collect();
        let emails: Vec<String> = emails.into_iter().collect();
        let mut theirs = BTreeSet::new();
        for some in emails.chunks(INPUTS) {
            let rows = self.contacts("email", some)?;
            let own = rows.iter().filter(|row| row.text(FORM.lead).is_empty());
            theirs.extend(own.map(|row| row.text("email").to_lowercase()));
        }
        Ok(theirs)
    }

    /// The subscription types that are not there: of the consents to these purposes HubSpot's own list is not told.
    pub(super) fn untold(&self) -> Result<Vec<Missing>, Trouble> {
        let types = self.types()?;
        let lacking = self.subscribes.iter();
        let lacking = lacking.filter(|purpose| !types.contains_key(*purpose));
        Ok(lacking.cloned().map(Missing::SubscriptionType).collect())
    }

    fn types(&self) -> Result<&BTreeMap<String, u64>, Trouble> {
        if self.types.get().is_none() {
            let path = format!("{PREFERENCES}/definitions");
            let json = self.ask_whole(Method::GET, &path, None)?;
            let all = json["results"].as_array().ok_or(Reason::NotTheCrm)?;
            let named = all.iter().filter_map(|one| {
                let id = one["id"]
                    .as_u64()
                    .or_else(|| one["id"].as_str()?.parse().ok())?;
                Some((one["name"].as_str()?.to_owned(), id))
            });
            // It was empty a moment ago, and nobody else has it.
            let _ = self.types.set(named.collect());
        }
        self.types.get().ok_or_else(|| Reason::Settings.into())
    }

    /// Where each address stands: the status by address and subscription type.
    fn statuses(
        &self,
        emails: &BTreeSet<&str>,
    ) -> Result<BTreeMap<(String, u64), String>, Trouble> {
        let emails: Vec<&str> = emails.iter().copied().collect();
        let mut all = BTreeMap::new();
        for row in rows(&self.each(&read(), &emails)?)? {
            let email = row["subscriberIdString"].as_str().unwrap_or_default();
            for one in row["statuses"].as_array().into_iter().flatten() {
                if let (Some(id), Some(status)) =
                    (one["subscriptionId"].as_u64(), one["status"].as_str())
                {
                    all.insert((email.to_lowercase(), id), status.to_owned());
                }
            }
        }
        Ok(all)
    }

    /// Those of the addresses that want no e-mail at all, whatever the type says, in lower case.
    fn out_of_all(&self, emails: &BTreeSet<&str>) -> Result<BTreeSet<String>, Trouble> {
        if emails.is_empty() {
            return Ok(BTreeSet::new());
        }
        let path = format!("{PREFERENCES}/statuses/batch/unsubscribe-all/read?channel=EMAIL");
        let emails: Vec<&str> = emails.iter().copied().collect();
        let answers = self.each(&path, &emails)?;
        let is_out = |row: &&Json| {
            let mut wide = row["wideStatuses"].as_array().into_iter().flatten();
            wide.any(|one| one["status"] == "UNSUBSCRIBED")
        };
        let out = rows(&answers)?
            .into_iter()
            .filter(is_out)
            .filter_map(|row| row["subscriberIdString"].as_str());
        Ok(out.map(str::to_lowercase).collect())
    }
}

/// The rows of some answers.
fn rows(answers: &[Json]) -> Result<Vec<&Json>, Trouble> {
    let mut all = Vec::new();
    for answer in answers {
        all.extend(answer["results"].as_array().ok_or(Reason::NotTheCrm)?);
    }
    Ok(all)
}

/// What it means where some were not written: an address that HubSpot does not take is no reason to send the others for ever.
fn refused(errors: &Json) -> Reason {
    let mut errors = errors.as_array().into_iter().flatten();
    match errors.any(|error| error["category"] == "VALIDATION_ERROR") {
        true => Reason::ConsentLost,
        false => Reason::ServerTrouble,
    }
}
