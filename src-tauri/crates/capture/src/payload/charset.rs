//! Bytes to text.
//!
//! How: a stated character set is believed; else UTF-8 where the bytes are valid UTF-8; else the one of Shift-JIS,
//! windows-1250 and ISO-8859-2 in which the text looks like words. When: for whole payloads, and for single values of
//! a vCard 2.1, which may state a character set of its own. The two Polish sets differ in six letters; the bytes of the
//! one are signs and not letters in the other, which is how they are told apart.

use encoding_rs::{Encoding, ISO_8859_2, SHIFT_JIS, WINDOWS_1250};

use super::PayloadError;

/// Decodes `bytes`; `stated` is the name of a character set as a vCard writes it.
pub fn decode(bytes: &[u8], stated: Option<&str>) -> Result<String, PayloadError> {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return whole(encoding, &bytes[length..]).ok_or(PayloadError::Charset);
    }
    if let Some(text) = stated
        .and_then(by_name)
        .and_then(|encoding| whole(encoding, bytes))
    {
        return Ok(text);
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Ok(text.to_owned());
    }
    guess(bytes).ok_or(PayloadError::Charset)
}

fn by_name(name: &str) -> Option<&'static Encoding> {
    let name = name.trim().trim_matches('"');
    Encoding::for_label(name.as_bytes()).or_else(|| {
        // Names that old phones use and the WHATWG's list of labels does not have.
        match name.to_ascii_lowercase().as_str() {
            "shift-jis" | "shiftjis" | "sjis" => Some(SHIFT_JIS),
            "cp1250" | "cp-1250" | "win-1250" => Some(WINDOWS_1250),
            "latin2" | "iso8859-2" | "iso-8859_2" => Some(ISO_8859_2),
            _ => None,
        }
    })
}

fn whole(encoding: &'static Encoding, bytes: &[u8]) -> Option<String> {
    encoding
        .decode_without_bom_handling_and_without_replacement(bytes)
        .map(|text| text.into_owned())
}

fn guess(bytes: &[u8]) -> Option<String> {
    if let Some(text) = japanese(bytes) {
        return Some(text);
    }
    let scored = [WINDOWS_1250, ISO_8859_2]
        .into_iter()
        .filter_map(|encoding| {
            let text = whole(encoding, bytes)?;
            let score = plausibility(&text)?;
            Some((score, text))
        });
    // The first wins a tie: windows-1250 is what Polish software without UTF-8 writes.
    scored
        .reduce(|best, next| if next.0 > best.0 { next } else { best })
        .map(|(_, text)| text)
}

/// Shift-JIS writes two bytes a character, the first of them high: such pairs stand together in Japanese, while high
/// bytes in a Polish word stand alone among Latin letters.
fn japanese(bytes: &[u8]) -> Option<String> {
    let text = whole(SHIFT_JIS, bytes)?;
    let wide = text
        .chars()
        .filter(|c| matches!(c, '\u{3040}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}'))
        .count();
    let narrow = text
        .chars()
        .filter(|c| matches!(c, '\u{FF61}'..='\u{FF9F}'))
        .count();
    let other = text
        .chars()
        .filter(|c| !c.is_ascii() && !matches!(c, '\u{3000}'..='\u{30FF}' | '\u{4E00}'..='\u{9FFF}' | '\u{FF00}'..='\u{FF9F}'))
        .count();
    (wide >= 2 && wide > narrow && other * 4 <= wide).then_some(text)
}

/// Letters of the languages around count for a text, signs within it against; control characters rule it out.
fn plausibility(text: &str) -> Option<i32> {
    let mut score = 0;
    for c in text.chars().filter(|c| !c.is_ascii()) {
        score +=
            match c {
                'ą' | 'ć' | 'ę' | 'ł' | 'ń' | 'ó' | 'ś' | 'ź' | 'ż' => 3,
                'Ą' | 'Ć' | 'Ę' | 'Ł' | 'Ń' | 'Ó' | 'Ś' | 'Ź' | 'Ż' => 3,
                'ä' | 'ö' | 'ü' | 'ß' | 'Ä' | 'Ö' | 'Ü' | 'č' | 'š' | 'ž' | 'á' | 'é' | 'í'
                | 'ý' => 2,
                '\u{80}'..='\u{9F}' => return None,
                c if c.is_alphabetic() => 1,
                '\u{A0}' | '–' | '—' | '„' | '”' | '“' | '’' | '‘' | '…' | '·' | '°' | '€'
                | '§' => 0,
                _ => -3,
            };
    }
    Some(score)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PANGRAM: &str = "Zażółć gęślą jaźń, PCHNĄĆ W TĘ ŁÓDŹ JEŻA LUB OŚM SKRZYŃ FIG";

    #[test]
    fn attack_08_polish_letters_survive_every_set_without_a_name() {
        for encoding in [WINDOWS_1250, ISO_8859_2, encoding_rs::UTF_8] {
            let (bytes, _, lost) = encoding.encode(PANGRAM);
            assert!(!lost);
            assert_eq!(
                decode(&bytes, None).unwrap(),
                PANGRAM,
                "{}",
                encoding.name()
            );
        }
    }

    #[test]
    fn single_words_are_told() {
        for word in [
            "Łódź",
            "Żegota",
            "Wiśniewska",
            "Gąska",
            "Błażej",
            "Müller",
            "Świteź",
        ] {
            for encoding in [WINDOWS_1250, ISO_8859_2] {
                let (bytes, _, _) = encoding.encode(word);
                assert_eq!(decode(&bytes, None).unwrap(), word, "{}", encoding.name());
            }
        }
    }

    #[test]
    fn japanese_is_told() {
        let (bytes, _, _) = SHIFT_JIS.encode("山田太郎 / 東京都");
        assert_eq!(decode(&bytes, None).unwrap(), "山田太郎 / 東京都");
    }

    #[test]
    fn a_stated_set_is_believed_and_an_unknown_one_is_not() {
        let (bytes, _, _) = ISO_8859_2.encode("Šilhavý");
        assert_eq!(decode(&bytes, Some("ISO-8859-2")).unwrap(), "Šilhavý");
        assert_eq!(decode("Łódź".as_bytes(), Some("KLINGON")).unwrap(), "Łódź");
        assert_eq!(
            decode("Łódź".as_bytes(), Some("US-ASCII-X")).unwrap(),
            "Łódź"
        );
    }

    #[test]
    fn marks_of_order_are_used() {
        assert_eq!(decode(b"\xEF\xBB\xBFa", None).unwrap(), "a");
        assert_eq!(decode(b"\xFF\xFEA\x01", None).unwrap(), "Ł");
    }

    #[test]
    fn attack_08_bytes_that_are_no_text_are_refused() {
        assert_eq!(
            decode(b"\x81\x90\xFF\x98\x88", None),
            Err(PayloadError::Charset)
        );
    }
}
