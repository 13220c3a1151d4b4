//! Several leads in one request (Web API, "Execute batch operations").
//!
//! How: each stands alone, in no change set, and one that fails stops no other (`odata.continue-on-error`). The answers come
//! in the order of the requests; each says whose lead it is, and one that names another confirms nothing.

use std::cell::RefCell;

use zgoda_core::outbox::Reason;

use super::{API, Ask, Dataverse, failure, id_of};
use crate::dialect::{Change, Refusal, Written};
use crate::http::{Reply, Sign};

/// A line that no request has: their bodies are one line each, which begins with a brace.
const BOUNDARY: &str = "batch_zgoda";

impl Dataverse {
    /// Writes them by one request.
    pub(super) fn rows(&self, changes: &[&Change]) -> Result<Vec<Written>, Refusal> {
        let asks: Vec<Result<Ask, Reason>> = changes.iter().map(|one| Ask::of(one)).collect();
        let mut body = String::new();
        for ask in asks.iter().flatten() {
            body.push_str(&part(ask));
        }
        body.push_str(&format!("--{BOUNDARY}--\r\n"));
        let sent = asks.iter().flatten().count();
        let mut replies = self.tell_all(&body)?.into_iter();
        if replies.len() > sent {
            return Err(Reason::NotTheCrm.into());
        }
        let lacks = replies.len() < sent;
        let written = changes.iter().zip(asks).map(|(change, ask)| {
            ask?;
            // What is not answered may have been written.
            let reply = replies.next().ok_or(Reason::Ambiguous)?;
            let written = failure::told(reply).and_then(|reply| id_of(&reply, change));
            written.map_err(
                |refusal| match lacks && refusal.trouble.reason.needs_person() {
                    // Whose answer is lacking nobody can tell: this refusal may be another's.
                    true => Reason::Ambiguous.into(),
                    false => refusal,
                },
            )
        });
        Ok(written.collect())
    }

    fn tell_all(&self, body: &str) -> Result<Vec<Reply>, Refusal> {
        let kind = format!("multipart/mixed; boundary={BOUNDARY}");
        let headers = [
            ("odata-version", "4.0"),
            ("prefer", "odata.continue-on-error"),
            ("content-type", &*kind),
        ];
        let path = format!("{API}/$batch");
        let parts = RefCell::new(Vec::new());
        let reply = self.session.ask(|token| {
            let sign = Sign::Bearer(token);
            let heard = self.http.hear_mixed(&path, sign, &headers, body.to_owned());
            let (reply, some) = heard?;
            parts.replace(some);
            Ok(reply)
        })?;
        let whole = failure::told(reply)?;
        match (parts.into_inner(), whole.status) {
            (parts, 200) if !parts.is_empty() => Ok(parts),
            (_, 200) => Err(Reason::NotTheCrm.into()),
            // Refused as a whole: fewer go together then.
            _ => Err(Reason::Refused.into()),
        }
    }
}

fn part(ask: &Ask) -> String {
    let there = if ask.only_if_there {
        "If-Match: *\r\n"
    } else {
        ""
    };
    format!(
        "--{BOUNDARY}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n\
         PATCH /{API}/{} HTTP/1.1\r\nContent-Type: application/json\r\nPrefer: return=representation\r\n\
         MSCRM.SuppressDuplicateDetection: true\r\n{there}\r\n{}\r\n",
        ask.path, ask.body
    )
}
