//! What the user and the token may do to leads, as far as Zoho says so without a lead.

use reqwest::Method;

use super::Zoho;
use crate::Missing;
use crate::http::Trouble;

/// The module as the user's profile leaves it
/// (<https://www.zoho.com/crm/developer/docs/api/v8/module-meta.html>).
const MODULE: &str = "settings/modules/Leads";
const RIGHTS: [&str; 3] = ["creatable", "editable", "deletable"];
/// What leads need of the token, and the wider words that hold it.
const SCOPES: [(&str, &[&str]); 3] = [
    ("CREATE", &["CREATE", "WRITE", "ALL"]),
    ("UPDATE", &["UPDATE", "WRITE", "ALL"]),
    ("DELETE", &["DELETE", "ALL"]),
];

impl Zoho {
    /// The rights that are wanting. A token without the scope that tells of modules may write leads nevertheless: it is told of
    /// none.
    pub(super) fn wanting(&self) -> Result<Vec<Missing>, Trouble> {
        let reply = self.ask(Method::GET, MODULE, None)?;
        let module = &reply.json["modules"][0];
        let lacking = RIGHTS.into_iter().filter(|right| module[right] == false);
        let lacking = lacking.map(|right| format!("Leads: {right}"));
        let scope = self.session.scope().unwrap_or_default();
        Ok(lacking
            .chain(unscoped(&scope))
            .map(Missing::Permission)
            .collect())
    }
}

/// The scopes that are not among those of a token. Of one whose scopes name no module nothing is known.
fn unscoped(scope: &str) -> Vec<String> {
    let scopes = scope.split([' ', ',']).map(str::to_lowercase);
    let of_modules: Vec<String> = scopes
        .filter_map(|one| Some(one.strip_prefix("zohocrm.modules.")?.to_owned()))
        .collect();
    if of_modules.is_empty() {
        return Vec::new();
    }
    let holds = |wider: &str| {
        let wider = wider.to_lowercase();
        let named = format!("leads.{wider}");
        of_modules.iter().any(|one| *one == wider || *one == named)
    };
    let lacking = SCOPES
        .iter()
        .filter(|(_, wider)| !wider.iter().any(|one| holds(one)));
    lacking
        .map(|(name, _)| format!("ZohoCRM.modules.leads.{name}"))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_scope_is_held_by_itself_and_by_a_wider_one() {
        let lacks = |scope: &str| unscoped(scope).len();
        for whole in [
            "ZohoCRM.modules.ALL ZohoCRM.settings.ALL",
            "ZohoCRM.coql.READ,ZohoCRM.modules.leads.ALL",
            "ZohoCRM.modules.Leads.WRITE ZohoCRM.modules.Leads.DELETE",
            "",
            "ZohoCRM.coql.READ",
        ] {
            assert_eq!(lacks(whole), 0, "{whole}");
        }
        assert_eq!(lacks("ZohoCRM.modules.leads.READ"), 3);
        assert_eq!(lacks("ZohoCRM.modules.contacts.ALL"), 3);
        assert_eq!(
            unscoped("ZohoCRM.modules.leads.WRITE"),
            ["ZohoCRM.modules.leads.DELETE"]
        );
    }
}
