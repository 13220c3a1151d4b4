//! Text that a hand scanner typed as if on a US keyboard, read by a computer with another layout.
//!
//! How: the scanner sends key positions; the layout made other characters of them; here each character goes back to its
//! key and on to what a US keyboard means by it. Accents are dead keys on the German layout and may have swallowed the
//! next letter: such a letter is taken apart again. When: for keyboard-wedge scanners that cannot be set to the layout
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
    let sensible = |text: &str| {
        let head: String = text.chars().take(11).flat_map(char::to_uppercase).collect();
        ["BEGIN:VCARD", "MECARD:", "BIZCARD:", "HTTP://", "HTTPS://"]
            .iter()
            .any(|mark| head.starts_with(mark))
    };
    if sensible(text) {
        return None;
    }
    Layout::ALL
        .into_iter()
        .find(|layout| sensible(&repair(text, *layout)))
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
    fn swallowed_letters_come_back() {
        assert_eq!(repair("TZPÉ", Layout::German), "TYP=E");
        assert_eq!(repair("à", Layout::German), "+a");
        assert_eq!(repair("ą", Layout::PolishProgrammers), "~a");
    }
}
