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
/// The rows that say who sees which field.
const ROWS: &str = "sobjects/FieldPermissions";

impl Salesforce {
    pub(super) fn made(&self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        let full = format!("Lead.{name}");
        let field = json!({ "FullName": full, "Metadata": metadata(name, shape) });
        // One that is there already is as good as made.
        let made = self.told(Method::POST, "tooling/sobjects/CustomField", &field)?;
        if made == Some(false) {
            return Ok(Some(Missing::Permission(CUSTOMIZE.to_owned())));
        }
        let opened = self.opened(&full)?;
        Ok((!opened).then(|| Missing::Permission(OPEN.to_owned())))
    }

    /// Opens the field `full` to the user's profile. False where the user may not. A row that says who sees the field may be
    /// there already, and say that nobody writes it.
    fn opened(&self, full: &str) -> Result<bool, Trouble> {
        let parent = self.permissions()?;
        let open = json!({ "PermissionsRead": true, "PermissionsEdit": true });
        let mut new = open.clone();
        new["ParentId"] = parent.clone().into();
        new["SobjectType"] = "Lead".into();
        new["Field"] = full.into();
        if let Some(opened) = self.told(Method::POST, ROWS, &new)? {
            return Ok(opened);
        }
        let id = self.one(
            "Id",
            &format!("FieldPermissions WHERE ParentId = '{parent}' AND Field = '{full}'"),
        )?;
        let path = format!("{ROWS}/{id}");
        Ok(self.told(Method::PATCH, &path, &open)? == Some(true))
    }

    /// True where it is done, false where the user may not, `None` where it is there already.
    fn told(&self, method: Method, path: &str, body: &Json) -> Result<Option<bool>, Trouble> {
        let reply = match self.ask(method, path, Some(body)) {
            Err(trouble) if trouble.reason == Reason::SignIn => return Ok(Some(false)),
            reply => reply?,
        };
        match (reply.status, code(&reply.json)) {
            (201 | 204, _) => Ok(Some(true)),
            (_, "DUPLICATE_DEVELOPER_NAME" | "DUPLICATE_VALUE") => Ok(None),
            (_, code) if code.starts_with("INSUFFICIENT_ACCESS") => Ok(Some(false)),
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
