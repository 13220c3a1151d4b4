//! What Salesforce lacks: custom fields of leads, made by its Tooling API. Salesforce shows a new field to nobody, so each is
//! opened to the profile of the user that Zgoda signs in as.

use reqwest::Method;
use serde_json::{Value as Json, json};
use zgoda_core::outbox::Reason;

use super::{Salesforce, checked, code};
use crate::Missing;
use crate::form::Shape;
use crate::http::{Trouble, query};

/// The most characters of a field of several lines.
const MOST_LINES: usize = 100_000;
/// The rights that it takes, as Salesforce names them.
const CUSTOMIZE: &str = "Customize Application";
const OPEN: &str = "Manage Profiles and Permission Sets";

impl Salesforce {
    pub(super) fn made(&self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        let full = format!("Lead.{name}");
        let field = json!({ "FullName": full, "Metadata": metadata(name, shape) });
        if !self.post("tooling/sobjects/CustomField", &field)? {
            return Ok(Some(Missing::Permission(CUSTOMIZE.to_owned())));
        }
        let open = json!({
            "ParentId": self.permissions()?,
            "SobjectType": "Lead",
            "Field": full,
            "PermissionsRead": true,
            "PermissionsEdit": true,
        });
        let opened = self.post("sobjects/FieldPermissions", &open)?;
        Ok((!opened).then(|| Missing::Permission(OPEN.to_owned())))
    }

    /// False where the user may not. What is there already is as good as made.
    fn post(&self, path: &str, body: &Json) -> Result<bool, Trouble> {
        let reply = match self.ask(Method::POST, path, Some(body)) {
            Err(trouble) if trouble.reason == Reason::SignIn => return Ok(false),
            reply => reply?,
        };
        match (reply.status, code(&reply.json)) {
            (201, _) | (_, "DUPLICATE_DEVELOPER_NAME" | "DUPLICATE_VALUE") => Ok(true),
            (_, code) if code.starts_with("INSUFFICIENT_ACCESS") => Ok(false),
            _ => Err(Reason::Settings.into()),
        }
    }

    /// Where the rights of the user's profile stand: a set of permissions, as those of any other are.
    fn permissions(&self) -> Result<String, Trouble> {
        let root = self.found("")?;
        let user = root["identity"]
            .as_str()
            .and_then(|url| url.rsplit('/').next());
        let user = checked(user.unwrap_or_default())?;
        let profile = self.one("ProfileId", &format!("User WHERE Id = '{user}'"))?;
        self.one(
            "Id",
            &format!("PermissionSet WHERE ProfileId = '{profile}'"),
        )
    }

    /// The id that stands in `column` of the one record of `whose`.
    fn one(&self, column: &str, whose: &str) -> Result<String, Trouble> {
        let soql = format!("SELECT {column} FROM {whose}");
        let found = self.found(&format!("query?{}", query(&[("q", &soql)])))?;
        let id = found["records"][0][column].as_str();
        Ok(checked(id.unwrap_or_default())?.to_owned())
    }
}

fn metadata(name: &str, shape: Shape) -> Json {
    let label = crate::label(name.trim_end_matches("__c"));
    match shape {
        Shape::Id => json!({
            "type": "Text", "label": label, "length": shape.length(),
            "externalId": true, "unique": true, "caseSensitive": false,
        }),
        Shape::Line => json!({ "type": "Text", "label": label, "length": shape.length() }),
        Shape::Lines => {
            json!({ "type": "LongTextArea", "label": label, "length": MOST_LINES, "visibleLines": 5 })
        }
    }
}
