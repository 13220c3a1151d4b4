//! Cleaning of text that strangers' badges bring: what deceives the eye is taken out before anyone looks.

use unicode_normalization::UnicodeNormalization;

/// One line: controls and line breaks become spaces, deceiving characters vanish, white space is folded, NFC.
pub fn clean_line(text: &str) -> String {
    let spaced: String = text
        .nfc()
        .filter(|c| !is_deceiving(*c))
        .map(|c| {
            if c.is_control() || c.is_whitespace() {
                ' '
            } else {
                c
            }
        })
        .collect();
    spaced
        .split(' ')
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// Several lines: as [`clean_line`] for each, empty lines at both ends removed.
pub fn clean_lines(text: &str) -> String {
    let lines: Vec<String> = text
        .replace("\r\n", "\n")
        .split(['\n', '\r'])
        .map(clean_line)
        .collect();
    lines.join("\n").trim_matches('\n').to_owned()
}

/// True where `text` holds characters that hide or reorder what is read: zero-width ones and bidirectional overrides.
pub fn has_deceiving(text: &str) -> bool {
    text.chars().any(is_deceiving)
}

/// Zero-width characters, bidirectional controls (Unicode TR 36) and invisible fillers. Zero-width joiners inside an
/// Indic or emoji sequence are lost too: no contact field needs one to be understood.
fn is_deceiving(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{115F}' | '\u{1160}' | '\u{17B4}' | '\u{17B5}'
        | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}'
        | '\u{3164}' | '\u{FEFF}' | '\u{FFA0}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn line_is_folded_and_composed() {
        assert_eq!(
            clean_line("  Lo\u{301}dz\u{301}\r\n\tPolska "),
            "Lódź Polska"
        );
    }

    #[test]
    fn attack_05_overrides_and_zero_widths_vanish() {
        assert_eq!(clean_line("an\u{200B}na\u{202E}@x"), "anna@x");
        assert!(has_deceiving("a\u{202E}b"));
        assert!(!has_deceiving("Łódź"));
    }

    #[test]
    fn lines_survive_where_they_may() {
        assert_eq!(
            clean_lines("\r\nul. Mostowa 4\r\n87-100  Toruń\n"),
            "ul. Mostowa 4\n87-100 Toruń"
        );
    }
}
