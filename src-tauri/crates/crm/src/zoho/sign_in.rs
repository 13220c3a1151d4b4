//! Where an account signs in to Zoho: at its own region's host, never at another.

use std::time::Duration;

use zgoda_core::profile::Profile;

use crate::http::Http;
use crate::oauth::browser::Place;
use crate::oauth::{BROWSER, Client, Session, refreshing};
use crate::{ConnectError, Secret};

const TOKEN: &str = "oauth/v2/token";
/// How Zoho says, in a 200 or a 400, that one refresh token has brought ten tokens within ten minutes; what RFC 6749 calls
/// `access_denied` is something else.
const TOO_MANY: (&str, Duration) = ("Access Denied", Duration::from_secs(600));
/// What Zgoda asks for.
const SCOPES: [&str; 5] = [
    "ZohoCRM.modules.leads.ALL",
    "ZohoCRM.settings.modules.READ",
    "ZohoCRM.coql.READ",
    "ZohoCRM.settings.fields.READ",
    "ZohoCRM.settings.fields.CREATE",
];
/// Zoho's regions but Canada, which has a name of its own.
const REGIONS: [&str; 7] = ["com", "eu", "in", "com.au", "com.cn", "jp", "sa"];

/// A client's id, its secret and a refresh token, or a token alone.
pub(super) fn session(http: &Http, secret: Option<&Secret>) -> Result<Session, ConnectError> {
    match crate::secret::words(secret)[..] {
        [token] => Ok(Session::with_token(Secret::new(token))),
        [id, key, token] | [BROWSER, id, key, token] => Ok(Session::with_client(Client {
            http: http.sign_in_at(&accounts(&http.origin()))?,
            path: TOKEN.to_owned(),
            form: refreshing(id, key, token),
            too_many: Some(TOO_MANY),
        })),
        _ => Err(ConnectError::NoSecret),
    }
}

/// Where people sign in: Zoho's accounts of the API's region.
pub(crate) fn place(profile: &Profile, words: &[&str]) -> Result<Place, ConnectError> {
    let [id, key] = words else {
        return Err(ConnectError::NoSecret);
    };
    let http = Http::at(profile)?;
    Ok(Place {
        http: http.sign_in_at(&accounts(&http.origin()))?,
        authorize: "oauth/v2/auth".to_owned(),
        token: TOKEN.to_owned(),
        scope: SCOPES.join(","),
        // Without these Zoho gives no refresh token, or only the first time.
        more: &[("access_type", "offline"), ("prompt", "consent")],
        before: Vec::new(),
        id: Secret::new(id),
        key: Some(Secret::new(key)),
    })
}

/// Where an account of the API's region signs in: `https://www.zohoapis.eu` at `https://accounts.zoho.eu/`.
fn accounts(origin: &str) -> String {
    match origin.strip_prefix("https://www.zohoapis.") {
        Some("ca") => "https://accounts.zohocloud.ca/".to_owned(),
        Some(region) if REGIONS.contains(&region) => format!("https://accounts.zoho.{region}/"),
        // No host of Zoho's: no address at all, so that the secret goes nowhere.
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_go_to_zohos_own_hosts_alone() {
        assert_eq!(
            accounts("https://www.zohoapis.eu"),
            "https://accounts.zoho.eu/"
        );
        assert_eq!(
            accounts("https://www.zohoapis.com.au"),
            "https://accounts.zoho.com.au/"
        );
        assert_eq!(
            accounts("https://www.zohoapis.ca"),
            "https://accounts.zohocloud.ca/"
        );
        assert_eq!(accounts("https://crm.example"), "");
        // Another's host that only looks like one of Zoho's.
        assert_eq!(accounts("https://zohoapis.thief.example"), "");
    }
}
