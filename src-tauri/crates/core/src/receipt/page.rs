//! The page that verifies a receipt in the browser and starts a withdrawal.
//!
//! When: written once by `zgoda receipt page` and put where the profile says; it embeds head office's key, so that later
//! devices need no new page. How: one file, Polish, English and German; the receipt stands behind `#`, which no browser
//! sends to a server; the signature is checked with WebCrypto; the policy allows exactly this script and style, and no
//! connection anywhere. A withdrawal is a mail or a POST to the address in the profile.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::language::Language;
use crate::profile::Profile;
use crate::report::page::escaped;

const SCRIPT: &str = include_str!("page.js");
const STYLE: &str = include_str!("page.css");

/// What the script needs to know of the profile.
#[derive(Serialize)]
struct Config {
    /// Head office's key, base64url.
    office: Option<String>,
    withdraw: String,
    phone: Option<String>,
    labels: BTreeMap<String, BTreeMap<Language, String>>,
}

/// The page for the profile's receipts.
pub fn page(profile: &Profile) -> String {
    let script = script(profile);
    let controller = &profile.controller;
    let name = escaped(&controller.name);
    let withdraw = withdraw(profile);
    let form_action = if withdraw.starts_with("https://") {
        escaped(&withdraw)
    } else {
        "'none'".to_owned()
    };
    format!(
        r#"<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'sha256-{script_hash}'; style-src 'sha256-{style_hash}'; form-action {form_action}; base-uri 'none'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="robots" content="noindex">
<title>{name}</title>
<style>{STYLE}</style>
<main>
<nav aria-label="Język · Language · Sprache"><button value="pl" lang="pl">Polski</button><button value="en" lang="en">English</button><button value="de" lang="de">Deutsch</button></nav>
<p>{name}, {address}</p>
<h1 data-text="title"></h1>
<p id="verdict" class="verdict" role="status" data-text="checking"></p>
<div id="receipt" hidden>
<h2 data-text="code"></h2>
<p id="code" class="code"></p>
<h2 data-text="when"></h2>
<p id="when"></p>
<h2 data-text="yes"></h2>
<ul id="yes"></ul>
<h2 data-text="no"></h2>
<ul id="no"></ul>
<h2 data-text="withdraw"></h2>
<p data-text="why"></p>
<fieldset><legend data-text="which"></legend><div id="choices"></div></fieldset>
<a id="mail" class="go" data-text="send" hidden></a>
<form id="form" method="post" hidden><input type="hidden" id="f-code" name="code"><input type="hidden" id="f-withdraw" name="withdraw"><input type="hidden" id="f-receipt" name="receipt"><button class="go" data-text="send"></button></form>
<p id="phone" hidden><span data-text="phone"></span><span id="number"></span></p>
</div>
</main>
<script>{script}</script>
</html>
"#,
        script_hash = hash(&script),
        style_hash = hash(STYLE),
        address = escaped(&controller.address),
    )
}

/// Where a withdrawal goes: as the profile says, else by mail to the controller.
fn withdraw(profile: &Profile) -> String {
    let mail = || format!("mailto:{}", profile.controller.email);
    profile.receipt.withdraw.clone().unwrap_or_else(mail)
}

fn script(profile: &Profile) -> String {
    let office = profile.receipt.head_office_key.as_ref();
    let labels = profile.purposes.iter().map(|purpose| {
        let labels = Language::ALL.map(|language| (language, purpose.label(language)));
        (purpose.id.clone(), labels.into_iter().collect())
    });
    let config = Config {
        office: office.map(|office| URL_SAFE_NO_PAD.encode(office.key.to_bytes())),
        withdraw: withdraw(profile),
        phone: profile.controller.phone.clone(),
        labels: labels.collect(),
    };
    let config = serde_json::to_string(&config).expect("the settings have only plain members");
    // Nothing in a text of the profile may end the script.
    let config = config.replace('<', "\\u003c");
    SCRIPT.replace("/*CONFIG*/null", &config)
}

fn hash(text: &str) -> String {
    STANDARD.encode(Sha256::digest(text.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const DEMO: &str = include_str!("../../../../../profiles/demo.toml");

    fn demo(from: &str, to: &str) -> String {
        let (profile, _) = Profile::read(&DEMO.replacen(from, to, 1)).unwrap();
        page(&profile)
    }

    #[test]
    fn the_page_asks_nothing_from_elsewhere() {
        let html = demo("", "");
        let policy = html
            .split("content=\"")
            .nth(1)
            .unwrap()
            .split('"')
            .next()
            .unwrap();
        assert!(policy.starts_with("default-src 'none'"), "{policy}");
        let script = html
            .split("<script>")
            .nth(1)
            .unwrap()
            .split("</script>")
            .next()
            .unwrap();
        assert!(policy.contains(&hash(script)), "{policy}");
        for asking in [
            "src=",
            "href=\"http",
            ": url(",
            "import ",
            "fetch(",
            "//cdn",
        ] {
            assert!(!html.contains(asking), "{asking}");
        }
        assert!(html.contains("mailto:rodo@dobremaszyny.example"));
    }

    #[test]
    fn a_post_goes_to_the_profiles_address_alone_and_no_text_ends_the_script() {
        let to = "withdraw = \"https://dobremaszyny.example/odwolanie\"";
        let html = demo("withdraw = \"mailto:rodo@dobremaszyny.example\"", to);
        assert!(html.contains("form-action https://dobremaszyny.example/odwolanie;"));
        let html = demo(
            "label = { pl = \"Oferta\"",
            "label = { pl = \"</script><b>\"",
        );
        assert!(!html.contains("</script><b>"));
    }
}
