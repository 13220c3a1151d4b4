//! What Zoho lacks: custom fields of leads, and scopes of the token.

use reqwest::Method;
use serde_json::{Value as Json, json};
use zgoda_core::outbox::Reason;

use super::{FORM, Zoho};
use crate::form::Shape;
use crate::http::Trouble;
use crate::{Missing, Tested};

const FIELDS: &str = "settings/fields?module=Leads";

impl Zoho {
    /// Asks for the names of its fields and for nobody, by each of which a scope is needed.
    pub(super) fn tested(&self) -> Result<Tested, Trouble> {
        let nobody = format!(
            "select id from Leads where {} = 'nobody' limit 1",
            FORM.lead
        );
        let nobody = json!({ "select_query": nobody });
        let asked = [
            (Method::GET, FIELDS, None, "ZohoCRM.settings.fields.READ"),
            (Method::POST, "coql", Some(&nobody), "ZohoCRM.coql.READ"),
        ];
        let mut missing = Vec::new();
        for (method, path, body, scope) in asked {
            let reply = self.ask(method, path, body)?;
            if reply.status == 403 {
                missing.push(Missing::Permission(scope.to_owned()));
            } else if body.is_none() {
                let known = reply.json["fields"].as_array().ok_or(Reason::NotTheCrm)?;
                let lacking = self.layout.custom().into_iter();
                let lacking = lacking.filter(|name| !known.iter().any(|field| fits(field, name)));
                missing.extend(lacking.map(|name| Missing::CustomField(name.to_owned())));
            }
        }
        missing.extend(self.wanting()?);
        Ok(Tested {
            account: None,
            missing,
        })
    }

    /// Makes a custom field; Zoho makes the field's name of its label.
    pub(super) fn made(&self, name: &str, shape: Shape) -> Result<Option<Missing>, Trouble> {
        let mut field = json!({ "field_label": name.replace('_', " ") });
        match shape {
            Shape::Lines => {
                field["data_type"] = "textarea".into();
                field["textarea"] = json!({ "type": "large" });
            }
            Shape::Id | Shape::Line => {
                field["data_type"] = "text".into();
                field["length"] = shape.length().into();
            }
        }
        if shape == Shape::Id {
            field["unique"] = json!({ "casesensitive": "false" });
        }
        let body = json!({ "fields": [field] });
        let reply = self.ask(Method::POST, FIELDS, Some(&body))?;
        match (reply.status, reply.json["fields"][0]["code"].as_str()) {
            (_, Some("SUCCESS" | "DUPLICATE_DATA")) => Ok(None),
            (403, _) | (_, Some("NO_PERMISSION")) => {
                let scope = "ZohoCRM.settings.fields.CREATE".to_owned();
                Ok(Some(Missing::Permission(scope)))
            }
            _ => Err(Reason::Settings.into()),
        }
    }
}

/// True where the field is the one wanted; that of the lead's id has to be unique.
fn fits(field: &Json, name: &str) -> bool {
    let is_unique = field["unique"]
        .as_object()
        .is_some_and(|unique| !unique.is_empty());
    field["api_name"] == name && (name != FORM.lead || is_unique)
}
