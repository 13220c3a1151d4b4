//! A webhook of the organisation's own: each message is one signed `POST`, as the Standard Webhooks specification has it.
//!
//! How: the body is `{"type", "timestamp", "data"}`; `data` is what the `file` destination writes. `webhook-id` is the
//! same each time the same is told, so that the receiver can drop a repeat; `webhook-signature` is HMAC-SHA-256 over id,
//! timestamp and body under the secret `whsec_…`. The types are `lead.upserted`, `lead.withdrawn`, `lead.expired` and
//! `lead.erased`, `device.status` for what the device says of itself, signed, and `zgoda.test` for a test of the connection,
//! which carries no lead. A withdrawal names `purposes`, each as `purpose`, or as `purpose:channel` where another channel of it
//! stands; it comes before the erasure of whoever took back everything. A receiver keeps the newest revision of a lead, and
//! for an erased lead nothing but its id.
//!
//! Where the profile says `batch`, up to that many are one `POST` of type `leads`: `data` is the list of what each would
//! have been on its own, with its `id`. The body is packed by gzip, and the signature is over the bytes that are sent. A
//! receiver may answer `{"answers": ["kept", "refused", …]}`, one word each in the same order; without it a 2xx is for
//! all, and a refusal is taken apart by halves.
//!
//! A receiver that answers `device.status` with `{"status": "…"}`, the one that it had before with head office's signature
//! beside, gives the device its countersignature.
//!
//! When is a message confirmed? At a 2xx that is not a web page. 410 means that the receiver wants no more: a person must
//! look, and nothing is dropped.

use std::io::Write as _;
use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use flate2::Compression;
use flate2::write::GzEncoder;
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value as Json, json};
use sha2::Sha256;
use zeroize::Zeroizing;
use zgoda_core::outbox::{Answer, Kind, Message, Reason};
use zgoda_core::profile::{Profile, sha256_hex};

use crate::batch::{self, Said};
use crate::file::Entry;
use crate::http::{self, Http, Posted, Trouble};
use crate::{ConnectError, Connector, Secret, Tested};

/// A receiver.
pub(crate) struct Webhook {
    http: Http,
    key: Zeroizing<Vec<u8>>,
    /// How many messages go in one request; one by one where the profile does not say.
    together: Option<usize>,
}

impl Webhook {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let url = profile.crm.url.as_deref().ok_or(ConnectError::NoUrl)?;
        let secret = secret.ok_or(ConnectError::NoSecret)?;
        Ok(Self {
            http: Http::new(http::address(url)?)?,
            key: key(secret).ok_or(ConnectError::NoSecret)?,
            together: profile.crm.batch.map(usize::from),
        })
    }

    fn tell(&self, message: &Message) -> Result<String, Trouble> {
        let posted = self.post(&id(message), kind(message), &data(message)?, false)?;
        accepted(posted.status).map(|()| crm_id(message))
    }

    fn tell_all(&self, some: &[Message]) -> Result<Said, Trouble> {
        let event = |message| -> Result<Json, Trouble> {
            let data = data(message)?;
            Ok(json!({ "id": id(message), "type": kind(message), "data": data }))
        };
        let events: Result<Vec<Json>, Trouble> = some.iter().map(event).collect();
        let ids: Vec<String> = some.iter().map(id).collect();
        let posted = self.post(&named(&ids.concat()), "leads", &events?.into(), true)?;
        accepted(posted.status)?;
        Ok(said(some, &posted.json()?))
    }

    /// Posts one event, packed where `packed` says so.
    fn post(&self, id: &str, kind: &str, data: &Json, packed: bool) -> Result<Posted, Trouble> {
        let now: DateTime<Utc> = SystemTime::now().into();
        let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let body = json!({ "type": kind, "timestamp": at, "data": data }).to_string();
        let body = if packed {
            pack(body.as_bytes()).ok_or(Reason::Refused)?
        } else {
            body.into_bytes()
        };
        let timestamp = now.timestamp();
        let mut headers = vec![
            ("webhook-id", id.to_owned()),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", sign(&self.key, id, timestamp, &body)),
        ];
        if packed {
            headers.push(("content-encoding", "gzip".to_owned()));
        }
        self.http.post(headers, body)
    }
}

impl Connector for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn batch(&self) -> usize {
        self.together.unwrap_or(50)
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        match self.together {
            Some(most) => batch::in_batches(messages, most, |some| self.tell_all(some)),
            None => crate::one_by_one(messages, |message| self.tell(message)),
        }
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        let posted = self.post(&named("test"), "zgoda.test", &json!({}), false);
        posted
            .and_then(|posted| accepted(posted.status))
            .map(|()| Tested::default())
            .map_err(|trouble| trouble.reason)
    }

    fn hand_over_status(&mut self, device: &str, status: &str) -> Result<Option<String>, Reason> {
        let data = json!({ "device": device, "status": status });
        let before = || -> Result<Option<String>, Trouble> {
            let posted = self.post(&named(status), "device.status", &data, false)?;
            accepted(posted.status)?;
            Ok(posted.json()?["status"].as_str().map(str::to_owned))
        };
        before().map_err(|trouble| trouble.reason)
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }
}

/// What one message is on its own.
fn data(message: &Message) -> Result<Json, Trouble> {
    serde_json::to_value(Entry::from(message)).map_err(|_| Reason::Refused.into())
}

fn kind(message: &Message) -> &'static str {
    match message.body.kind() {
        Kind::Upsert => "lead.upserted",
        Kind::Withdraw => "lead.withdrawn",
        Kind::Expire => "lead.expired",
        Kind::Erase => "lead.erased",
    }
}

/// The same each time the same is told.
fn id(message: &Message) -> String {
    named(&crate::file::told(message))
}

fn named(what: &str) -> String {
    format!("zgoda_{}", &sha256_hex(what)[..32])
}

fn crm_id(message: &Message) -> String {
    format!("webhook:{}", message.lead)
}

/// What the status of an answer says to the whole request.
fn accepted(status: u16) -> Result<(), Trouble> {
    match status {
        200..300 => Ok(()),
        401 | 403 => Err(Reason::SignIn.into()),
        404 | 405 | 410 | 415 => Err(Reason::Settings.into()),
        408 => Err(Reason::Ambiguous.into()),
        _ => Err(Reason::Refused.into()),
    }
}

/// What an accepted request's answer says to each of `some`: it has all, unless it names those that it refuses.
fn said(some: &[Message], answer: &Json) -> Said {
    let kept = |message: &Message| Ok(crm_id(message));
    let Some(words) = answer["answers"].as_array() else {
        return some.iter().map(kept).collect();
    };
    let word = |(at, word): (usize, &Json)| match (word.as_str(), some.get(at)) {
        (Some("kept"), Some(message)) => kept(message),
        _ => Err(Reason::Refused),
    };
    words.iter().enumerate().map(word).collect()
}

fn pack(body: &[u8]) -> Option<Vec<u8>> {
    let mut packer = GzEncoder::new(Vec::new(), Compression::default());
    packer.write_all(body).ok()?;
    packer.finish().ok()
}

/// The key of a secret `whsec_<base64>`: 24 to 64 bytes, as the specification wants.
fn key(secret: &Secret) -> Option<Zeroizing<Vec<u8>>> {
    let coded = secret.expose().strip_prefix("whsec_")?;
    let key = STANDARD.decode(coded).ok().map(Zeroizing::new)?;
    (24..=64).contains(&key.len()).then_some(key)
}

fn sign(key: &[u8], id: &str, timestamp: i64, body: &[u8]) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{timestamp}.").as_bytes());
    mac.update(body);
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn signs_as_the_specification_does() {
        let key = key(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        let body = b"{\"test\": 2432232314}";
        let signature = sign(&key, "msg_p5jXN8AQM9LWM0D4loKWxJek", 1_614_265_330, body);
        assert_eq!(signature, "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
    }

    #[test]
    fn fail_a_secret_that_is_none() {
        for text in [
            "",
            "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
            "whsec_",
            "whsec_c2hvcnQ=",
            "whsec_?",
        ] {
            assert_eq!(key(&Secret::new(text)), None, "{text}");
        }
    }
}
