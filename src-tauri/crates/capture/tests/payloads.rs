//! Every payload of the corpus (tests/fixtures/payloads) is read as its line says, and nothing more is read.

use std::collections::BTreeSet;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value, json};
use zgoda_capture::payload::{self, Reading, Template};
use zgoda_core::{Candidate, Personal};

#[test]
fn the_whole_corpus_is_read_as_expected() {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/payloads/corpus.jsonl");
    let corpus = std::fs::read_to_string(path).unwrap();
    let mut wrong = Vec::new();
    let mut count = 0;
    for line in corpus.lines() {
        let case: Value = serde_json::from_str(line).unwrap();
        let bytes = match case["base64"].as_str() {
            Some(coded) => STANDARD.decode(coded).unwrap(),
            None => case["text"].as_str().unwrap().as_bytes().to_vec(),
        };
        let seen = shown(payload::read(&bytes, None));
        if seen != case["expect"] {
            wrong.push(format!(
                "{}\n  expected {}\n  read     {seen}",
                case["id"], case["expect"]
            ));
        }
        count += 1;
    }
    assert!(count >= 150, "{count} payloads");
    assert!(
        wrong.is_empty(),
        "{} of {count}\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

/// A reading in the corpus's own form.
fn shown(reading: Result<Reading, payload::PayloadError>) -> Value {
    match reading {
        Ok(Reading::Person { format, candidate }) => person(format, *candidate),
        Ok(Reading::Opaque { system, reference }) => {
            json!({ "opaque": system, "reference": reference.expose() })
        }
        Ok(Reading::Url {
            address,
            token: Some(token),
        }) => {
            json!({ "url": address.expose(), "token": token.expose() })
        }
        Ok(Reading::Url {
            address,
            token: None,
        }) => json!({ "url": address.expose() }),
        Ok(Reading::Text(text)) => json!({ "text": text.expose() }),
        Err(error) => json!({ "error": error.code() }),
    }
}

fn person(format: &str, candidate: Candidate) -> Value {
    let mut shown = Map::from_iter([("format".to_owned(), json!(format))]);
    let mut put = |key: &str, value: Value| {
        if !matches!(value.as_str(), Some("")) && value != json!([]) && value != json!({}) {
            shown.insert(key.to_owned(), value);
        }
    };
    let many = |list: &[Personal]| json!(list.iter().map(Personal::expose).collect::<Vec<_>>());
    put("name", json!(candidate.name.expose()));
    put("prefix", json!(candidate.prefix.expose()));
    put("title", json!(candidate.title.expose()));
    put("company", json!(candidate.company.expose()));
    put("email", many(&candidate.email));
    put("phone", many(&candidate.phone));
    put("website", json!(candidate.website.expose()));
    put("reference", json!(candidate.reference.expose()));
    let address = &candidate.address;
    let parts = [
        ("street", &address.street),
        ("postcode", &address.postcode),
        ("city", &address.city),
        ("region", &address.region),
        ("country", &address.country),
        ("text", &address.text),
    ];
    let filled = parts.into_iter().filter(|(_, part)| !part.is_empty());
    put(
        "address",
        filled
            .map(|(key, part)| (key.to_owned(), json!(part.expose())))
            .collect::<Map<_, _>>()
            .into(),
    );
    put("doubts", json!(candidate.doubts));
    let mut value = Value::Object(shown);
    if !candidate.extras.is_empty() {
        value["extras"] = json!(candidate.extras);
    }
    sorted(value)
}

/// Sets in one order, whatever order they were written in.
fn sorted(mut value: Value) -> Value {
    if let Some(extras) = value.get_mut("extras").and_then(Value::as_array_mut) {
        let names: BTreeSet<String> = extras
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect();
        *extras = names.into_iter().map(Value::String).collect();
    }
    value
}

#[test]
fn a_profiles_template_parts_a_line() {
    let template = Template::new(
        ";",
        &[
            "reference",
            "last_name",
            "first_name",
            "company",
            "email",
            "city",
            "skip",
        ],
    )
    .unwrap();
    let line = "4711;Król;Zofia;Młyn;zofia@mlyn.example;Toruń;VIP".as_bytes();
    let Ok(Reading::Person { format, candidate }) = payload::read(line, Some(&template)) else {
        panic!("a person");
    };
    assert_eq!(
        (format, candidate.name.expose()),
        ("delimited", "Zofia Król")
    );
    assert_eq!(candidate.address.city.expose(), "Toruń");
    let other = payload::read(b"4711;only two", Some(&template));
    assert!(matches!(other, Ok(Reading::Text(_))));
}
