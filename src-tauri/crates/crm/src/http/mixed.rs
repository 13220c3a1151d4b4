//! Several answers in one (`multipart/mixed`, RFC 2046, section 5.1; OData 4.0, section 11.7).
//!
//! How: it is taken whole or not at all. One that was cut off does not say which of the others were carried out.

use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use zgoda_core::outbox::Reason;

use super::answer::{Reply, Trouble, busy};

/// What parts the answers, where there are several.
pub(super) fn boundary(headers: &HeaderMap) -> Option<String> {
    let kind = headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let (media, parameters) = kind.split_once(';')?;
    if !media.trim().eq_ignore_ascii_case("multipart/mixed") {
        return None;
    }
    let named = parameters.split(';').find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_it = name.trim().eq_ignore_ascii_case("boundary");
        is_it.then(|| value.trim().trim_matches('"').to_owned())
    });
    named.filter(|boundary| !boundary.is_empty())
}

/// The answers, in their order.
pub(super) fn answers(boundary: &str, body: &[u8]) -> Result<Vec<Reply>, Trouble> {
    let text = std::str::from_utf8(body).map_err(|_| Reason::NotTheCrm)?;
    let between = format!("--{boundary}");
    let end = format!("{between}--");
    let mut parts: Vec<String> = Vec::new();
    for line in text.split_inclusive('\n') {
        let bare = line.trim_end();
        if bare == end {
            return parts.iter().map(|part| answer(part)).collect();
        }
        if bare == between {
            parts.push(String::new());
        } else if let Some(part) = parts.last_mut() {
            part.push_str(line);
        }
    }
    match parts.is_empty() {
        true => Err(Reason::NotTheCrm.into()),
        false => Err(Reason::Ambiguous.into()),
    }
}

/// One of them: headers of the part, and then an answer as it would have come alone.
fn answer(part: &str) -> Result<Reply, Trouble> {
    read(part).ok_or_else(|| Reason::NotTheCrm.into())
}

fn read(part: &str) -> Option<Reply> {
    let (_, alone) = head(part)?;
    let (first, body) = head(alone)?;
    let mut lines = first.lines();
    let status = lines.next()?.strip_prefix("HTTP/1.")?;
    let status: u16 = status.split_whitespace().nth(1)?.parse().ok()?;
    let headers: HeaderMap = lines.filter_map(header).collect();
    // What one says that cannot be read is no word about the others.
    let json = serde_json::from_str(body).unwrap_or_default();
    let busy = busy(status, &headers);
    Some(Reply { status, json, busy })
}

/// What stands before the first empty line, and what behind it.
fn head(text: &str) -> Option<(&str, &str)> {
    let ends = ["\r\n\r\n", "\n\n"].map(|end| Some((text.find(end)?, end.len())));
    let (at, length) = ends.into_iter().flatten().min()?;
    Some((text[..at].trim_start(), &text[at + length..]))
}

fn header(line: &str) -> Option<(HeaderName, HeaderValue)> {
    let (name, value) = line.split_once(':')?;
    let name = HeaderName::from_bytes(name.trim().as_bytes()).ok()?;
    Some((name, HeaderValue::from_str(value.trim()).ok()?))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use proptest::prelude::*;
    use serde_json::Value as Json;

    use super::*;

    const TWO: &str = "--b\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\n\
        HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n\r\n{\"leadid\":\"a\"}\r\n\
        --b\r\nContent-Type: application/http\r\n\r\nHTTP/1.1 429 Too Many\r\nRetry-After: 7\r\n\r\n\r\n--b--\r\n";

    fn told(body: &str) -> Result<Vec<(u16, Json)>, Reason> {
        let answers = answers("b", body.as_bytes());
        let answers = answers.map_err(|trouble| trouble.reason)?;
        Ok(answers
            .into_iter()
            .map(|one| (one.status, one.json))
            .collect())
    }

    #[test]
    fn each_answer_is_read_as_if_it_had_come_alone() {
        let two = answers("b", TWO.as_bytes()).unwrap();
        assert_eq!((two[0].status, &two[0].json["leadid"]), (200, &"a".into()));
        assert_eq!(two[0].busy, None);
        let busy = two[1].busy.clone().unwrap();
        assert_eq!(busy.reason, Reason::Throttled);
        assert_eq!(busy.after, Some(Duration::from_secs(7)));
        let strange = told(&TWO.replace("{\"leadid\":\"a\"}", "<p>no</p>"));
        assert_eq!(strange, Ok(vec![(200, Json::Null), (429, Json::Null)]));
        for length in ["0", "3", "99999", "-1"] {
            let kind = "Content-Type: application/json";
            let lies = TWO.replace(kind, &format!("{kind}\r\nContent-Length: {length}"));
            assert_eq!(told(&lies), told(TWO), "a length that is not so");
        }
        let bare = told(&TWO.replace("\r\n", "\n"));
        assert_eq!(bare, told(TWO), "lines that end as they should not");
    }

    #[test]
    fn what_is_cut_off_is_in_doubt_and_what_is_none_is_not_the_crms() {
        let begun = TWO.find("HTTP").unwrap();
        for at in begun..TWO.len() - 4 {
            assert_eq!(told(&TWO[..at]), Err(Reason::Ambiguous), "{at}");
        }
        for other in [
            "",
            "{}",
            "--c\r\n\r\n--c--",
            "--b\r\nx\r\n--b--",
            "--b\r\n\r\nHTTP/1.1 ok\r\n\r\n--b--",
        ] {
            assert_eq!(told(other), Err(Reason::NotTheCrm), "{other:?}");
        }
        assert_eq!(told("--b--"), Ok(Vec::new()));
    }

    #[test]
    fn a_boundary_is_told_by_the_header() {
        let of = |kind: &'static str| {
            let headers = [(CONTENT_TYPE, HeaderValue::from_static(kind))];
            boundary(&headers.into_iter().collect())
        };
        let named = Some("batchresponse_1".to_owned());
        assert_eq!(of("multipart/mixed; boundary=batchresponse_1"), named);
        assert_eq!(
            of("Multipart/Mixed;charset=utf-8; Boundary=\"batchresponse_1\""),
            named
        );
        for none in [
            "application/json",
            "multipart/mixed",
            "multipart/mixed; boundary=",
            "text/html; boundary=x",
        ] {
            assert_eq!(of(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn no_answer_is_more_than_it_says(text in "(--b(--)?|HTTP/1.1 200|[a:{}\" ]|\r?\n){0,40}") {
            if let Ok(all) = told(&text) {
                prop_assert!(all.len() <= text.matches("HTTP/1.1").count());
            }
        }
    }
}
