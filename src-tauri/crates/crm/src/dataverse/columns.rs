//! The columns of ours on leads: whether they are there, and how they are made.

use reqwest::Method;
use serde_json::{Value as Json, json};
use zgoda_core::outbox::Reason;

use super::{Dataverse, FORM};
use crate::form::Shape;
use crate::http::{Trouble, query};
use crate::{Missing, Tested};

/// The most characters of a column of several lines.
const MOST_LINES: usize = 100_000;

impl Dataverse {
    /// The columns, and the key on the lead's, that are not there.
    pub(super) fn lacking(&self) -> Result<Tested, Trouble> {
        let pairs = query(&[
            ("$select", "LogicalName"),
            (
                "$expand",
                "Attributes($select=LogicalName),Keys($select=KeyAttributes)",
            ),
        ]);
        let path = format!("EntityDefinitions(LogicalName='lead')?{pairs}");
        let reply = self.ask(Method::GET, &path, false, None)?;
        if reply.status != 200 {
            return Err(Reason::Settings.into());
        }
        let attributes = reply.json["Attributes"]
            .as_array()
            .ok_or(Reason::NotTheCrm)?;
        let keys = reply.json["Keys"].as_array().ok_or(Reason::NotTheCrm)?;
        let there = |name: &str| {
            let key = |key: &Json| key["KeyAttributes"] == json!([name]);
            let is_key = name != FORM.lead || keys.iter().any(key);
            is_key && attributes.iter().any(|one| one["LogicalName"] == name)
        };
        let wanted = self.layout.custom().into_iter();
        let lacking = wanted.filter(|name| !there(name));
        let missing = lacking.map(|name| Missing::CustomField(name.to_owned()));
        Ok(Tested {
            account: None,
            missing: missing.collect(),
        })
    }

    /// Where the column of the lead's id is there, the key on it is what is missing.
    pub(super) fn make_column(&self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        let label =
            json!({ "LocalizedLabels": [{ "Label": crate::label(name), "LanguageCode": 1033 }] });
        let lines = shape == Shape::Lines;
        let kind = if lines { "Memo" } else { "String" };
        let column = json!({
            "@odata.type": format!("Microsoft.Dynamics.CRM.{kind}AttributeMetadata"),
            "SchemaName": name,
            "DisplayName": label,
            "RequiredLevel": { "Value": "None" },
            "MaxLength": if lines { MOST_LINES } else { shape.length() },
        });
        let key = json!({
            "SchemaName": format!("{name}_key"),
            "DisplayName": label,
            "KeyAttributes": [name],
        });
        let key = (shape == Shape::Id).then_some(("Keys", key));
        for (what, body) in [("Attributes", column)].into_iter().chain(key) {
            let path = format!("EntityDefinitions(LogicalName='lead')/{what}");
            match self.ask(Method::POST, &path, false, Some(&body)) {
                // What is there already is refused, and the test says what is still missing.
                Ok(_) => {}
                Err(trouble) if trouble.reason == Reason::SignIn => {
                    let role = "System Customizer".to_owned();
                    return Ok(Some(Missing::Permission(role)));
                }
                Err(trouble) if trouble.reason.stops_all() => return Err(trouble),
                Err(_) => {}
            }
        }
        Ok(None)
    }
}
