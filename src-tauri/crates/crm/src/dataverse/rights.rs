//! What the user may do to leads: the privileges of all their roles, those of their teams too. By
//! <https://learn.microsoft.com/power-apps/developer/data-platform/webapi/reference/retrieveusersetofprivilegesbynames>.

use reqwest::Method;
use serde_json::json;
use uuid::Uuid;
use zgoda_core::outbox::Reason;

use super::Dataverse;
use crate::Missing;
use crate::http::{Trouble, query};

const PRIVILEGES: [&str; 4] = [
    "prvCreateLead",
    "prvReadLead",
    "prvWriteLead",
    "prvDeleteLead",
];

impl Dataverse {
    /// The privileges that the user has not. None where the user may not read of roles: they may do without.
    pub(super) fn unprivileged(&self) -> Result<Vec<Missing>, Trouble> {
        let me = self.found("WhoAmI")?;
        let user = me["UserId"]
            .as_str()
            .and_then(|id| Uuid::parse_str(id).ok());
        let user = user.ok_or(Reason::NotTheCrm)?;
        let names = query(&[("names", &json!(PRIVILEGES).to_string())]);
        let function = "Microsoft.Dynamics.CRM.RetrieveUserSetOfPrivilegesByNames";
        let path = format!("systemusers({user})/{function}(PrivilegeNames=@names)?@{names}");
        let reply = match self.ask(Method::GET, &path, false, None) {
            Err(trouble) if trouble.reason == Reason::SignIn => return Ok(Vec::new()),
            reply => reply?,
        };
        let held = reply.json["RolePrivileges"].as_array();
        // Whoever holds none gets an empty list; a list without names says nothing.
        let held = held.and_then(|held| {
            let names = held.iter().map(|one| one["PrivilegeName"].as_str());
            names.collect::<Option<Vec<&str>>>()
        });
        let Some(held) = held else {
            return Ok(Vec::new());
        };
        let holds = |name: &&str| held.iter().any(|one| one.eq_ignore_ascii_case(name));
        let lacking = PRIVILEGES.into_iter().filter(|name| !holds(name));
        Ok(lacking
            .map(|name| Missing::Permission(name.to_owned()))
            .collect())
    }
}
