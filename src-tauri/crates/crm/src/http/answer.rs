//! What an answer is, and what it means when there is none.

use std::io::Read;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use reqwest::blocking::Response;
use reqwest::header::{CONTENT_ENCODING, DATE, HeaderMap, RETRY_AFTER};
use serde_json::Value as Json;
use zgoda_core::outbox::{Answer, Reason};

/// The most that is read of one answer.
pub(super) const MOST_BYTES: u64 = 4 << 20;
/// However long a server asks us to wait, after this we try again.
const LONGEST_WAIT: Duration = Duration::from_secs(3600);

/// An answer that is the CRM's: JSON, neither a redirect nor a server's trouble.
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) json: Json,
    /// What the status alone says where it is 429 or a server's trouble. Only [`super::Http::hear`] answers such a reply.
    pub(crate) busy: Option<Trouble>,
}

/// Why there is no [`Reply`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Trouble {
    pub(crate) reason: Reason,
    pub(crate) after: Option<Duration>,
}

impl From<Reason> for Trouble {
    fn from(reason: Reason) -> Self {
        Self {
            reason,
            after: None,
        }
    }
}

impl From<Trouble> for Answer {
    /// What a person must mend waits for a person; everything else comes again by itself.
    fn from(Trouble { reason, after }: Trouble) -> Self {
        match reason.needs_person() {
            true => Self::NeedsPerson { reason },
            false => Self::Retry { reason, after },
        }
    }
}

/// An answer of which the status may be enough.
pub(crate) struct Posted {
    pub(crate) status: u16,
    pub(super) response: Response,
    pub(super) patience: Duration,
}

impl Posted {
    /// What it says beside its status; nothing where that is no JSON.
    pub(crate) fn json(self) -> Result<Json, Trouble> {
        let body = body(self.response, self.patience)?;
        Ok(serde_json::from_slice(&body).unwrap_or_default())
    }
}

/// The body as JSON.
pub(super) fn json(response: Response, patience: Duration) -> Result<Json, Trouble> {
    serde_json::from_slice(&body(response, patience)?).map_err(|_| Reason::NotTheCrm.into())
}

/// The body, within limits of size and time.
pub(super) fn body(mut response: Response, patience: Duration) -> Result<Vec<u8>, Trouble> {
    let encoding = response.headers().get(CONTENT_ENCODING);
    if encoding.is_some_and(|encoding| encoding != "identity") {
        return Err(Reason::NotTheCrm.into());
    }
    let started = Instant::now();
    let mut body = Vec::new();
    let mut piece = [0; 16 * 1024];
    loop {
        let read = response.read(&mut piece).map_err(|_| Reason::Ambiguous)?;
        if read == 0 {
            break;
        }
        body.extend_from_slice(&piece[..read]);
        if body.len() as u64 > MOST_BYTES {
            return Err(Reason::NotTheCrm.into());
        }
        if started.elapsed() > patience {
            return Err(Reason::Ambiguous.into());
        }
    }
    Ok(body)
}

/// What a status alone says of too many requests and of a server's trouble, and how long it wants to be left alone.
pub(super) fn busy(status: u16, headers: &HeaderMap) -> Option<Trouble> {
    let reason = match status {
        429 => Reason::Throttled,
        500.. => Reason::ServerTrouble,
        _ => return None,
    };
    let after = retry_after(headers);
    Some(Trouble { reason, after })
}

pub(super) fn date(headers: &HeaderMap) -> Option<DateTime<Utc>> {
    let text = headers.get(DATE)?.to_str().ok()?;
    DateTime::parse_from_rfc2822(text)
        .ok()
        .map(|at| at.to_utc())
}

/// Seconds, or a date beside the answer's own (RFC 9110, section 10.2.3); what cannot be read is no wish. Never longer than
/// [`LONGEST_WAIT`].
fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    let wish = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(until) = DateTime::parse_from_rfc2822(wish) {
        let long = (until.to_utc() - date(headers)?).to_std();
        return Some(long.unwrap_or_default().min(LONGEST_WAIT));
    }
    if wish.is_empty() || !wish.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let seconds = wish.parse().map_or(LONGEST_WAIT, Duration::from_secs);
    Some(seconds.min(LONGEST_WAIT))
}

/// Why a request got no answer. Only a connection that never stood says that nothing arrived.
pub(super) fn unsent(error: &reqwest::Error) -> Trouble {
    let reason = if is_tls(error) {
        Reason::Certificate
    } else if error.is_builder() {
        Reason::Settings
    } else if error.is_connect() {
        Reason::Offline
    } else {
        Reason::Ambiguous
    };
    reason.into()
}

/// True where TLS itself failed. An `io::Error` hides what it wraps from `source`, so both are looked into.
pub(crate) fn is_tls(error: &(dyn std::error::Error + 'static)) -> bool {
    if error.is::<rustls::Error>() {
        return true;
    }
    let wrapped = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    match wrapped {
        Some(inner) => is_tls(inner),
        None => error.source().is_some_and(is_tls),
    }
}

/// True where the line itself failed.
pub(crate) fn is_io(error: &(dyn std::error::Error + 'static)) -> bool {
    error.is::<std::io::Error>() || error.source().is_some_and(is_io)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_answers_date_is_heard() {
        let date = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(DATE, text.parse().unwrap());
            super::date(&headers).map(|at| at.to_rfc3339())
        };
        let told = date("Fri, 27 Nov 2026 16:25:19 GMT");
        assert_eq!(told.as_deref(), Some("2026-11-27T16:25:19+00:00"));
        assert_eq!(date("yesterday"), None);
    }

    #[test]
    fn a_servers_wish_is_bounded() {
        let wish = |text: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(RETRY_AFTER, text.parse().unwrap());
            retry_after(&headers)
        };
        assert_eq!(wish("56"), Some(Duration::from_secs(56)));
        assert_eq!(wish("86400"), Some(LONGEST_WAIT));
        assert_eq!(wish("99999999999999999999999"), Some(LONGEST_WAIT));
        for none in ["-5", "", "soon", "Wed, 21 Oct 2026 07:28:00 GMT", "1.5"] {
            assert_eq!(wish(none), None, "{none}");
        }
    }

    #[test]
    fn a_wish_may_be_a_date_by_the_servers_own_clock() {
        let mut headers = HeaderMap::new();
        headers.insert(DATE, "Wed, 21 Oct 2026 07:28:00 GMT".parse().unwrap());
        for (until, seconds) in [("07:29:30", 90), ("07:00:00", 0)] {
            let until = format!("Wed, 21 Oct 2026 {until} GMT");
            headers.insert(RETRY_AFTER, until.parse().unwrap());
            assert_eq!(retry_after(&headers), Some(Duration::from_secs(seconds)));
        }
    }
}
