//! What badges may carry that is meant to break the reader, or the reader of what was read. Numbers are the rows of
//! tests/fixtures/attacks.md.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on stops")]

use std::collections::BTreeSet;
use std::fmt::Write as _;

use zgoda_capture::payload::{self, MAX_BYTES, MAX_PROPERTIES, PayloadError, Reading};
use zgoda_capture::still::{self, StillError};
use zgoda_core::{Candidate, Doubt, Extra, Field, Personal};

fn person(payload: &[u8]) -> Candidate {
    match payload::read(payload, None).unwrap() {
        Reading::Person { candidate, .. } => *candidate,
        other => panic!("no person: {other:?}"),
    }
}

fn vcard(lines: &str) -> Candidate {
    person(format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{lines}\r\nEND:VCARD\r\n").as_bytes())
}

fn all(list: &[Personal]) -> Vec<&str> {
    list.iter().map(Personal::expose).collect()
}

#[test]
fn attack_01_a_payload_over_4_kb() {
    let card = |length: usize| {
        let head = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ewa Lis\r\nNOTE:";
        let tail = "\r\nEND:VCARD";
        let padding = "n".repeat(length - head.len() - tail.len());
        format!("{head}{padding}{tail}").into_bytes()
    };
    assert_eq!(person(&card(MAX_BYTES)).name.expose(), "Ewa Lis");
    for length in [MAX_BYTES + 1, 1 << 20] {
        let refused = payload::read(&card(length), None).unwrap_err();
        assert_eq!(refused, PayloadError::TooLong);
        assert_eq!(refused.code(), "payload_too_long");
    }
}

#[test]
fn attack_02_a_card_of_ten_thousand_properties() {
    // As many as the byte limit lets in, which is far beyond the limit of properties.
    let mut lines = "FN:Ewa Lis".to_owned();
    for number in 0..200 {
        write!(lines, "\r\nTEL:+4860{number:04}").unwrap();
    }
    let read = vcard(&lines);
    // The name is one of them.
    assert_eq!(read.phone.len(), MAX_PROPERTIES - 1);
    assert_eq!(read.phone[0].expose(), "+48600000");

    let many = "TEL:1\r\n".repeat(10_000);
    let card = format!("BEGIN:VCARD\r\nVERSION:3.0\r\n{many}END:VCARD");
    let refused = payload::read(card.as_bytes(), None).unwrap_err();
    assert_eq!(refused, PayloadError::TooLong);
}

#[test]
fn attack_03_cards_that_never_end() {
    let endless_folding = format!("FN:Ewa Lis\r\nNOTE:x{}", "\r\n y".repeat(900));
    assert_eq!(vcard(&endless_folding).name.expose(), "Ewa Lis");
    // One fold after the other with nothing in them.
    let empty_folds = format!("FN:Ewa{} Lis", "\r\n ".repeat(900));
    assert_eq!(vcard(&empty_folds).name.expose(), "Ewa Lis");

    let open_quotes = "BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Ewa Lis\r\n\
        NOTE;ENCODING=QUOTED-PRINTABLE:caf=C3=\r\n=\r\n=\r\n=";
    assert_eq!(person(open_quotes.as_bytes()).name.expose(), "Ewa Lis");

    let no_end = "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ewa Lis\r\nEMAIL:ewa@lis.example";
    assert_eq!(all(&person(no_end.as_bytes()).email), ["ewa@lis.example"]);
    let nothing = "BEGIN:VCARD\r\n\r\n \r\n \r\n";
    assert_eq!(
        payload::read(nothing.as_bytes(), None).unwrap_err(),
        PayloadError::NoContact
    );
}

#[test]
fn attack_04_control_characters() {
    for code in (0..0x20_u8).chain(0x7f..0xa0) {
        let control = char::from(code);
        if matches!(control, '\r' | '\n') {
            continue;
        }
        let read = vcard(&format!("FN:Ewa{control}Lis\r\nORG:L{control}{control}is"));
        for text in [&read.name, &read.company] {
            let clean = !text.expose().chars().any(char::is_control);
            assert!(clean, "U+{code:04X} is kept: {:?}", text.expose());
            assert!(text.expose().starts_with(['E', 'L']) && text.expose().ends_with("is"));
        }
    }
}

#[test]
fn attack_05_letters_that_hide_or_reorder() {
    for hidden in [
        "\u{202E}", "\u{202A}", "\u{2066}", "\u{2069}", "\u{200B}", "\u{200D}", "\u{FEFF}",
        "\u{00AD}", "\u{061C}",
    ] {
        let read = vcard(&format!(
            "FN:Ewa{hidden} Lis\r\nEMAIL:ewa@l{hidden}is.example"
        ));
        assert_eq!(read.name.expose(), "Ewa Lis", "{hidden:?}");
        assert_eq!(all(&read.email), ["ewa@lis.example"], "{hidden:?}");
        for field in [Field::Name, Field::Email] {
            let doubts = &read.doubts[&field];
            assert!(
                doubts.contains(&Doubt::HiddenCharacters),
                "{field} {hidden:?}"
            );
        }
    }
    let plain = vcard("FN:Żaneta Łoś\r\nEMAIL:zaneta@los.example");
    assert!(plain.doubts.is_empty(), "{:?}", plain.doubts);
}

#[test]
fn attack_06_a_domain_with_look_alike_letters() {
    // The a is Cyrillic.
    let read = vcard("FN:Jan Kos\r\nEMAIL:jan@b\u{430}nk.example");
    assert_eq!(all(&read.email), ["jan@xn--bnk-6cd.example"]);
    assert!(read.doubts[&Field::Email].contains(&Doubt::LookAlikeDomain));
    let honest = vcard("FN:Jan Kos\r\nEMAIL:jan@żółw.example");
    assert!(
        !honest.doubts.contains_key(&Field::Email),
        "{:?}",
        honest.doubts
    );
}

#[test]
fn attack_08_bytes_in_old_character_sets() {
    let with = |parameter: &str, name: &[u8]| {
        let head = format!("BEGIN:VCARD\r\nVERSION:2.1\r\nFN{parameter}:");
        let tail = b"\r\nEMAIL:l@zak.example\r\nEND:VCARD\r\n";
        [head.as_bytes(), name, tail].concat()
    };
    for (parameter, name, expected) in [
        ("", &b"\xa3ucja \xaf\xf3\xb3w"[..], "Łucja Żółw"),
        (
            ";CHARSET=windows-1250",
            b"\x8cwiat \xa3\xf3d\x9f",
            "Świat Łódź",
        ),
        (
            ";CHARSET=ISO-8859-2",
            b"\xa6wiat \xa3\xf3d\xbc",
            "Świat Łódź",
        ),
        (";CHARSET=Shift_JIS", b"\x8eR\x93c", "山田"),
        (
            ";CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE",
            b"=C5=81ucja =C5=BBak",
            "Łucja Żak",
        ),
    ] {
        assert_eq!(person(&with(parameter, name)).name.expose(), expected);
    }
    assert_eq!(
        payload::read(b"\x00\x01\xff\xfe\x80\x81\x00\x02\x9d\x90", None).unwrap_err(),
        PayloadError::Charset
    );
}

#[test]
fn attack_09_line_breaks_in_an_address_or_a_number() {
    // As a vCard escapes them, and as quoted-printable hides them.
    let read = vcard(
        "FN:Ewa Lis\r\nEMAIL:ewa@lis.example\\nBcc: all@x.example\r\nTEL:+48 500 000 001\\nPIN 1",
    );
    let hidden = person(
        b"BEGIN:VCARD\r\nVERSION:2.1\r\nFN:Ewa Lis\r\n\
          EMAIL;ENCODING=QUOTED-PRINTABLE:ewa@lis.example=0D=0ABcc:all@x.example\r\n\
          TEL;ENCODING=QUOTED-PRINTABLE:+48 500 000 001=0D=0A+1 900\r\nEND:VCARD\r\n",
    );
    for read in [read, hidden] {
        assert_eq!(read.name.expose(), "Ewa Lis");
        assert!(
            read.email.is_empty() && read.phone.is_empty(),
            "a broken value is kept"
        );
        for field in [Field::Email, Field::Phone] {
            assert!(read.doubts[&field].contains(&Doubt::NotUsable), "{field}");
        }
    }
}

#[test]
fn attack_11_addresses_that_run_something() {
    for address in [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,<script>1</script>",
        "vbscript:x",
        "URL:javascript:alert(1)",
    ] {
        let refused = payload::read(address.as_bytes(), None).unwrap_err();
        assert_eq!(refused, PayloadError::Scheme, "{address}");
        let read = vcard(&format!("FN:Ewa Lis\r\nURL:{address}"));
        assert!(read.website.is_empty(), "{address}");
    }
}

#[test]
fn attack_12_a_badge_that_points_at_the_device() {
    let refused = payload::read(b"file:///etc/passwd", None).unwrap_err();
    assert_eq!(refused, PayloadError::Scheme);
    // Something listens, and nobody comes: an address is read, shown, and left alone.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let here = listener.local_addr().unwrap();
    for host in [
        format!("http://{here}/badge/8f3k2m9q"),
        format!("http://localhost:{}/", here.port()),
        "http://169.254.169.254/latest/meta-data/".to_owned(),
        "http://10.0.0.1/".to_owned(),
    ] {
        let read = payload::read(host.as_bytes(), None).unwrap();
        assert!(matches!(read, Reading::Url { .. }), "{host}");
        vcard(&format!(
            "FN:Ewa Lis\r\nURL:{host}\r\nPHOTO;VALUE=uri:{host}"
        ));
    }
    std::thread::sleep(std::time::Duration::from_millis(200));
    let nobody = listener.accept().unwrap_err();
    assert_eq!(nobody.kind(), std::io::ErrorKind::WouldBlock);
}

#[test]
fn attack_13_pictures_and_sounds_in_a_card() {
    let read = vcard(
        "FN:Ewa Lis\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQSkZJRg\r\n\
         LOGO;VALUE=uri:https://lis.example/logo.png\r\nSOUND:data:audio/ogg;base64,T2dn",
    );
    assert_eq!(read.extras, BTreeSet::from([Extra::Media]));
    assert_eq!(read.name.expose(), "Ewa Lis");
    assert!(read.website.is_empty() && read.note.is_empty());
    assert_eq!(read.into_fields().len(), 1, "the name alone");
}

#[test]
fn attack_17_data_that_nobody_asked_for_have_a_name_and_no_value() {
    let read = vcard(
        "FN:Ewa Lis\r\nBDAY:1990-05-17\r\nNOTE:likes horses\r\nGENDER:F\r\n\
         ADR;TYPE=home:;;Polna 7;Toruń;;87-100;Polska\r\nNICKNAME:Ewcia\r\nX-SPOUSE:Adam",
    );
    let named = [
        Extra::Birthday,
        Extra::BadgeNote,
        Extra::Gender,
        Extra::Home,
        Extra::Nickname,
        Extra::Relations,
    ];
    assert_eq!(read.extras, BTreeSet::from(named));
    let kept: Vec<Field> = read.into_fields().keys().copied().collect();
    assert_eq!(kept, [Field::Name]);
}

#[test]
fn attack_18_a_badge_that_claims_consent() {
    for card in [
        "BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ewa Lis\r\nX-CONSENT:newsletter=yes\r\nEND:VCARD",
        "{\"name\":\"Ewa Lis\",\"email\":\"ewa@lis.example\",\"gdpr_consent\":true}",
    ] {
        let read = person(card.as_bytes());
        assert!(read.extras.contains(&Extra::ClaimedConsent), "{card}");
        assert_eq!(read.name.expose(), "Ewa Lis");
    }
}

#[test]
fn attack_21_bytes_that_are_no_photo() {
    assert_eq!(still::luma(b"").unwrap_err(), StillError::Empty);
    let mut noise = 7_u32;
    for length in [1, 2, 64, 4_096] {
        let bytes: Vec<u8> = (0..length)
            .map(|_| {
                noise = noise.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                (noise >> 24) as u8
            })
            .collect();
        assert!(still::luma(&bytes).is_err() && still::decode(&bytes).is_err());
        // Even behind the first bytes of a real one.
        let dressed = [&b"\xFF\xD8\xFF\xE0"[..], &bytes].concat();
        assert!(still::luma(&dressed).is_err() && still::decode(&dressed).is_err());
    }
}

#[test]
fn attack_23_a_picture_that_is_also_something_else() {
    // A GIF's name in front, a PDF's, a page's: what is first decides, and nothing searches on.
    let badge = include_bytes!("../../../../tests/fixtures/badges/demo.jpg");
    assert!(still::luma(badge).is_ok());
    for front in [
        &b"GIF89a"[..],
        b"%PDF-1.7\n",
        b"<svg>",
        b"II*\0",
        b"PK\x03\x04",
    ] {
        let polyglot = [front, badge].concat();
        assert_eq!(still::luma(&polyglot).unwrap_err(), StillError::Format);
        assert_eq!(still::decode(&polyglot).unwrap_err(), StillError::Format);
    }
}
