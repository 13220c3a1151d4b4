//! Text that a hand scanner typed as if on a US keyboard, read by a computer with another layout, with what the scanner
//! puts around it.
//!
//! How: the scanner sends key positions; the layout made other characters of them; here each character goes back to its
//! key and on to what a US keyboard means by it. Accents are dead keys on the German layout and may have swallowed the
//! next letter: such a letter is taken apart again. Where the screen knows the keys' places too, nothing has to be taken
//! back: the places say what was meant. When: for keyboard-wedge scanners that cannot be set to the layout
//! at hand. A US keyboard types ASCII alone, so no true Polish letter can be lost by it.

use unicode_normalization::UnicodeNormalization;

/// The computer's keyboard layout.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Layout {
    /// "Polski programisty": the US layout with Polish letters on AltGr. Nothing to repair but its dead tilde.
    PolishProgrammers,
    /// "Polski (214)", the typists' QWERTZ.
    Polish214,
    /// German QWERTZ.
    German,
}

impl Layout {
    /// Every layout.
    pub const ALL: [Self; 3] = [Self::PolishProgrammers, Self::Polish214, Self::German];

    /// Pairs of what the layout shows and what a US keyboard has on the same key.
    fn pairs(self) -> (&'static str, &'static str) {
        match self {
            Self::PolishProgrammers => ("", ""),
            Self::Polish214 => (
                "yzYZ+'żśółą-\u{2DB}\u{2D9}?*ńćźŁę_;:\"¤&/()=",
                "zyZY-=[]\\;'/`~_+{}|:\"?<>@$^&*()",
            ),
            Self::German => (
                "yzYZßü+#öä-^Ü*'ÖÄ_;:\"§&/()=?´`°",
                "zyZY-[]\\;'/`{}|:\"?<>@#^&*()_=+~",
            ),
        }
    }
}

/// How a hand scanner is set up.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scanner {
    /// What it types before the code.
    pub prefix: String,
    /// What it types after the code, line end or tab apart.
    pub suffix: String,
    /// What the layout at hand makes of its keys.
    pub keys: Keys,
}

/// What the layout at hand makes of a scanner's keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Keys {
    /// Unknown: what makes sense is right.
    #[default]
    Guess,
    /// The scanner is set to the computer's layout, or both to a US one: what is shown is right.
    AsShown,
    /// The scanner types on a US keyboard, the computer has this layout.
    Repair(Layout),
}

/// What the code says: the text that was typed (`shown`), repaired, without prefix, suffix, line ends and the mark of the
/// symbology (`]Q1`, ISO/IEC 15424). `keyed` is what a US keyboard has on the keys that were pressed, where the screen
/// knows all of them.
pub fn meant(shown: &str, keyed: Option<&str>, scanner: &Scanner) -> String {
    let keyed = keyed.filter(|keyed| !keyed.is_empty());
    let text = match scanner.keys {
        Keys::AsShown => shown.to_owned(),
        Keys::Repair(layout) => keyed.map_or_else(|| repair(shown, layout), str::to_owned),
        Keys::Guess => {
            let inner = |text: &str| bare(text, scanner).to_owned();
            let by_place = || keyed.filter(|keyed| is_sensible(&inner(keyed)));
            if is_sensible(&inner(shown)) {
                shown.to_owned()
            } else if let Some(keyed) = by_place() {
                keyed.to_owned()
            } else {
                let repaired = Layout::ALL.into_iter().map(|layout| repair(shown, layout));
                let mut sensible = repaired.filter(|text| is_sensible(&inner(text)));
                sensible.next().unwrap_or_else(|| shown.to_owned())
            }
        }
    };
    bare(&text, scanner).to_owned()
}

fn bare<'a>(text: &'a str, scanner: &Scanner) -> &'a str {
    let ends = ['\r', '\n', '\t'];
    let text = text.trim_matches(ends);
    let text = text.strip_prefix(scanner.prefix.as_str()).unwrap_or(text);
    let text = text.strip_suffix(scanner.suffix.as_str()).unwrap_or(text);
    let text = match text.as_bytes() {
        [b']', letter, digit, ..] if letter.is_ascii_alphabetic() && digit.is_ascii_digit() => {
            &text[3..]
        }
        _ => text,
    };
    text.trim_matches(ends)
}

/// Gives back what the scanner meant.
pub fn repair(text: &str, layout: Layout) -> String {
    let (shown, meant) = layout.pairs();
    let key = |c: char| {
        let at = shown.chars().position(|one| one == c);
        at.and_then(|at| meant.chars().nth(at)).unwrap_or(c)
    };
    let mut out = String::with_capacity(text.len());
    for c in text.nfc() {
        match dead_key(c, layout) {
            Some((accent, letter)) => out.extend([key_of_accent(accent, layout), key(letter)]),
            None => out.push(key(c)),
        }
    }
    out
}

/// The layout under which the text makes sense: it then begins as a vCard, a MECARD or an address does.
pub fn guess(text: &str) -> Option<Layout> {
    if is_sensible(text) {
        return None;
    }
    Layout::ALL
        .into_iter()
        .find(|layout| is_sensible(&repair(text, *layout)))
}

fn is_sensible(text: &str) -> bool {
    let head: String = text.chars().take(11).flat_map(char::to_uppercase).collect();
    ["BEGIN:VCARD", "MECARD:", "BIZCARD:", "HTTP://", "HTTPS://"]
        .iter()
        .any(|mark| head.starts_with(mark))
        || (head.starts_with("{\"") || head.starts_with("[\"")) && text.contains("\":")
}

/// A letter that a dead key made: the accent's combining mark, and the letter.
fn dead_key(c: char, layout: Layout) -> Option<(char, char)> {
    if c.is_ascii() {
        return None;
    }
    if layout == Layout::PolishProgrammers {
        let plain = "ĄĆĘŁŃÓŚŻŹąćęłńóśżź"
            .chars()
            .position(|letter| letter == c)?;
        return Some(('~', "ACELNOSZXacelnoszx".chars().nth(plain)?));
    }
    let mut parts = std::iter::once(c).nfd();
    let (letter, accent) = (parts.next()?, parts.next()?);
    let german = layout == Layout::German && matches!(accent, '\u{301}' | '\u{300}' | '\u{302}');
    german.then_some((accent, letter))
}

fn key_of_accent(accent: char, layout: Layout) -> char {
    match (layout, accent) {
        (Layout::German, '\u{301}') => '=',
        (Layout::German, '\u{300}') => '+',
        (Layout::German, _) => '`',
        (_, other) => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What each layout shows for the keys of a US keyboard, row by row, unshifted then shifted (Microsoft's KBDGR and
    /// KBDPL).
    const US: &str = "`1234567890-=qwertyuiop[]\\asdfghjkl;'zxcvbnm,./~!@#$%^&*()_+QWERTYUIOP{}|ASDFGHJKL:\"ZXCVBNM<>?";
    const GERMAN: &str = "^1234567890ß´qwertzuiopü+#asdfghjklöäyxcvbnm,.-°!\"§$%&/()=?`QWERTZUIOPÜ*'ASDFGHJKLÖÄYXCVBNM;:_";
    const POLISH: &str = "\u{2DB}1234567890+'qwertzuiopżśóasdfghjkłąyxcvbnm,.-\u{2D9}!\"#¤%&/()=?*QWERTZUIOPńćźASDFGHJKŁęYXCVBNM;:_";

    #[test]
    fn every_key_goes_back() {
        // Polish 214 shows the letter l on its own key and ł on the next one.
        let polish: String = POLISH.replace("jkłą", "jklłą").replace("JKŁę", "JKLŁę");
        assert_eq!(repair(GERMAN, Layout::German), US);
        assert_eq!(repair(&polish, Layout::Polish214), US);
        assert_eq!(repair(US, Layout::PolishProgrammers), US);
    }

    #[test]
    fn a_vcard_typed_on_either_is_itself_again() {
        let card = "BEGIN:VCARD\nVERSION:3.0\nN:Nowak;Ewa\nEMAIL;TYPE=WORK:ewa_n@lis-zajac.example\nURL:https://x.example/?a=b&c=d\nEND:VCARD";
        for (layout, shown) in [
            (Layout::German, GERMAN.to_owned()),
            (
                Layout::Polish214,
                POLISH.replace("jkłą", "jklłą").replace("JKŁę", "JKLŁę"),
            ),
        ] {
            let typed: String = card
                .chars()
                .map(|c| {
                    US.chars()
                        .position(|key| key == c)
                        .and_then(|at| shown.chars().nth(at))
                        .unwrap_or(c)
                })
                .collect();
            assert_ne!(typed, card);
            assert_eq!(repair(&typed, layout), card);
            assert_eq!(guess(&typed), Some(layout));
        }
        assert_eq!(guess(card), None);
    }

    #[test]
    fn prefix_suffix_and_symbology_are_taken_off() {
        let scanner = Scanner {
            prefix: "~".to_owned(),
            suffix: "#".to_owned(),
            keys: Keys::AsShown,
        };
        assert_eq!(
            meant("~MECARD:N:Lis;;#\n", None, &scanner),
            "MECARD:N:Lis;;"
        );
        assert_eq!(meant("\t~]Q1a-77#\r\n", None, &scanner), "a-77");
        assert_eq!(meant("a-77\n", None, &scanner), "a-77");
        assert_eq!(meant("]ż", None, &Scanner::default()), "]ż");
    }

    #[test]
    fn a_scanner_nobody_set_up_is_understood_by_what_makes_sense() {
        let guess = Scanner::default();
        assert_eq!(meant("MECARDÖNÖLisöö\n", None, &guess), "MECARD:N:Lis;;");
        assert_eq!(meant("MECARDŁNŁLisłł", None, &guess), "MECARD:N:Lis;;");
        // The scanner is set to the computer's German layout: what is shown is right, the keys' places are not.
        assert_eq!(
            meant("MECARD:N:Zając;;", Some("MECARD>N>Yaj?c<<"), &guess),
            "MECARD:N:Zając;;"
        );
        // The places tell what a dead key has swallowed.
        assert_eq!(
            meant("MECARDÖURLÖx?aéöö", Some("MECARD:URL:x_a=e;;"), &guess),
            "MECARD:URL:x_a=e;;"
        );
        // Nothing tells: as shown.
        assert_eq!(meant("yx7k", Some("zx7k"), &guess), "yx7k");
    }

    #[test]
    fn a_named_layout_is_repaired_whatever_it_says() {
        let german = Scanner {
            keys: Keys::Repair(Layout::German),
            ..Scanner::default()
        };
        assert_eq!(meant("yx7k", None, &german), "zx7k");
        assert_eq!(meant("yx7k", Some("zx7k"), &german), "zx7k");
    }

    #[test]
    fn swallowed_letters_come_back() {
        assert_eq!(repair("TZPÉ", Layout::German), "TYP=E");
        assert_eq!(repair("à", Layout::German), "+a");
        assert_eq!(repair("ą", Layout::PolishProgrammers), "~a");
    }
}
