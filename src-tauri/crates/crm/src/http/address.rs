//! Addresses: which may be spoken to, and how a path is written.

use std::net::IpAddr;

use reqwest::Url;

use crate::ConnectError;

/// What stands behind the question mark of a path.
pub(crate) fn query(pairs: &[(&str, &str)]) -> String {
    let url = Url::parse_with_params("https://query.invalid/", pairs);
    let query = url.ok().and_then(|url| url.query().map(str::to_owned));
    // Every reader understands a space so, and a plus is written in another way.
    query.unwrap_or_default().replace('+', "%20")
}

/// Reads an address: `https`, or `http` to this machine alone.
pub(crate) fn address(text: &str) -> Result<Url, ConnectError> {
    let url = Url::parse(text).map_err(|_| ConnectError::BadUrl)?;
    let fine = url.scheme() == "https" || (url.scheme() == "http" && is_here(&url));
    let bare = url.username().is_empty() && url.password().is_none();
    if fine && bare && url.has_host() {
        Ok(url)
    } else {
        Err(ConnectError::BadUrl)
    }
}

pub(super) fn is_here(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let number = host.trim_matches(['[', ']']).parse();
    host == "localhost" || number.is_ok_and(|address: IpAddr| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_this_machine() {
        for fine in [
            "https://crm.example/x/",
            "http://127.0.0.1:1/",
            "http://localhost/",
            "http://[::1]:8/",
        ] {
            assert!(address(fine).is_ok(), "{fine}");
        }
        for bad in [
            "http://crm.example/",
            "http://127.0.0.1.crm.example/",
            "http://localhost.example/",
            "https://name:word@crm.example/",
            "file:///etc/passwd",
            "crm.example",
            "",
        ] {
            assert_eq!(address(bad), Err(ConnectError::BadUrl), "{bad}");
        }
    }
}
