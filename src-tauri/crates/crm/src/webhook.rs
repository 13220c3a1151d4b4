//! A webhook of the organisation's own: each message is one signed `POST`, as the Standard Webhooks specification has it.
//!
//! How: the body is `{"type", "timestamp", "data"}`; `data` is what the `file` destination writes. `webhook-id` is the
//! same each time the same is told, so that the receiver can drop a repeat; `webhook-signature` is HMAC-SHA-256 over id,
//! timestamp and body under the secret `whsec_…`. The types are `lead.upserted`, `lead.withdrawn`, `lead.expired` and
//! `lead.erased`, `device.status` for what the device says of itself, signed, and `zgoda.test` for a test of the connection, which carries no lead. A receiver keeps the newest
//! revision of a lead, and for an erased lead nothing but its id.
//!
//! When is a message confirmed? At a 2xx that is not a web page. 410 means that the receiver wants no more: a person must
//! look, and nothing is dropped.

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, SecondsFormat, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::json;
use sha2::Sha256;
use zeroize::Zeroizing;
use zgoda_core::outbox::{Answer, Kind, Message, Reason};
use zgoda_core::profile::{Profile, sha256_hex};

use crate::file::Entry;
use crate::http::{self, Http, Trouble};
use crate::{ConnectError, Connector, Secret, Tested};

/// A receiver.
pub(crate) struct Webhook {
    http: Http,
    key: Zeroizing<Vec<u8>>,
}

impl Webhook {
    pub(crate) fn new(profile: &Profile, secret: Option<&Secret>) -> Result<Self, ConnectError> {
        let url = profile.crm.url.as_deref().ok_or(ConnectError::NoUrl)?;
        let secret = secret.ok_or(ConnectError::NoSecret)?;
        Ok(Self {
            http: Http::new(http::address(url)?)?,
            key: key(secret).ok_or(ConnectError::NoSecret)?,
        })
    }

    fn tell(&self, message: &Message) -> Result<(), Trouble> {
        let entry = serde_json::to_value(Entry::from(message)).map_err(|_| Reason::Refused)?;
        let kind = match message.body.kind() {
            Kind::Upsert => "lead.upserted",
            Kind::Withdraw => "lead.withdrawn",
            Kind::Expire => "lead.expired",
            Kind::Erase => "lead.erased",
        };
        self.post(&crate::file::told(message), kind, &entry)
    }

    fn post(&self, id: &str, kind: &str, data: &serde_json::Value) -> Result<(), Trouble> {
        let now: DateTime<Utc> = SystemTime::now().into();
        let at = now.to_rfc3339_opts(SecondsFormat::Secs, true);
        let body = json!({ "type": kind, "timestamp": at, "data": data }).to_string();
        let id = format!("zgoda_{}", &sha256_hex(id)[..32]);
        let timestamp = now.timestamp();
        let signature = sign(&self.key, &id, timestamp, &body);
        let headers = [
            ("webhook-id", id),
            ("webhook-timestamp", timestamp.to_string()),
            ("webhook-signature", signature),
        ];
        match self.http.post(headers, body)? {
            200..300 => Ok(()),
            401 | 403 => Err(Reason::SignIn.into()),
            404 | 405 | 410 => Err(Reason::Settings.into()),
            408 => Err(Reason::Ambiguous.into()),
            _ => Err(Reason::Refused.into()),
        }
    }
}

impl Connector for Webhook {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn batch(&self) -> usize {
        50
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        crate::one_by_one(messages, |message| {
            self.tell(message)
                .map(|()| format!("webhook:{}", message.lead))
        })
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        let sent = self.post("test", "zgoda.test", &json!({}));
        sent.map(|()| Tested::default())
            .map_err(|trouble| trouble.reason)
    }

    fn hand_over_status(&mut self, device: &str, status: &str) -> Result<Option<String>, Reason> {
        let data = json!({ "device": device, "status": status });
        self.post(status, "device.status", &data)
            .map(|()| None)
            .map_err(|trouble| trouble.reason)
    }

    fn date(&self) -> Option<DateTime<Utc>> {
        self.http.date()
    }
}

/// The key of a secret `whsec_<base64>`: 24 to 64 bytes, as the specification wants.
fn key(secret: &Secret) -> Option<Zeroizing<Vec<u8>>> {
    let coded = secret.expose().strip_prefix("whsec_")?;
    let key = STANDARD.decode(coded).ok().map(Zeroizing::new)?;
    (24..=64).contains(&key.len()).then_some(key)
}

fn sign(key: &[u8], id: &str, timestamp: i64, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes a key of any length");
    mac.update(format!("{id}.{timestamp}.{body}").as_bytes());
    format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the specification.
    #[test]
    fn signs_as_the_specification_does() {
        let key = key(&Secret::new("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).unwrap();
        let body = "{\"test\": 2432232314}";
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
