//! What is left of a piece without its contacts and the labels before them.

use super::contact::Item;
use super::fold::{distance, words};
use super::piece::Piece;

/// Words before a contact that only say what follows.
const LABELS: &str = " t tel telefon telefono telephone phone ph p fon m mob mobil mobile movil cell cellulare portable handy gsm kom komorka komorkowy c direct dir d durchwahl office o biuro buro bureau ufficio oficina zentrale centrala \
    f fax faks telefax e email mail e-mail eml poczta w web www website internet url http https strona adres address adresse adr adresa indirizzo direccion a i h und and oraz l s fixe fisso fijo std tf tfno tlf cel gsm funk mov port portatile uff ddi switchboard landline reception line ligne directe hq main centrala ustredna linka pevna stac stacjonarny sluzb sluzbowy bezposredni bezposrednia centralino centralita standard telecopie telefonino handynr sekretariat secretariat secretaria segreteria recepce recepcion festnetz rufnummer linkedin facebook instagram twitter x youtube xing in fb whatsapp skype nr ";

fn is_label(word: &String) -> bool {
    LABELS.contains(&format!(" {word} "))
}

/// What is left of a piece without its contacts, unless it is but their labels.
pub(crate) fn left_over(piece: &Piece, items: &[Item]) -> Vec<Piece> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (start, end) in items
        .iter()
        .map(|item| (item.from, item.to))
        .chain([(piece.glyphs.len(), piece.glyphs.len())])
    {
        if from < start {
            parts.push((from, start));
        }
        from = end.max(from);
    }
    parts
        .into_iter()
        .filter_map(|(a, b)| stripped(piece, a, b, !items.is_empty()))
        .collect()
}

/// The part from `a` to `b` without labels at its ends; none where nothing else is in it.
fn stripped(piece: &Piece, a: usize, b: usize, beside_contact: bool) -> Option<Piece> {
    let letters: Vec<char> = piece.glyphs[a..b]
        .iter()
        .map(|glyph| glyph.letter)
        .collect();
    let text: String = letters.iter().collect();
    let all = words(&text);
    // "E-Mal" where a thin letter was lost.
    let mail = |word: &String| beside_contact && word.len() > 2 && distance(word, "mail") == 1;
    let labels = all.iter().all(|word| is_label(word) || mail(word));
    // In a column of their own they stand beside no contact.
    let column = all.iter().any(|word| word.len() > 2);
    if labels && (beside_contact || column) {
        return None;
    }
    if letters.iter().filter(|c| c.is_alphanumeric()).count() < 2 {
        return None;
    }
    let mut start = a;
    let mut end = b;
    // "a: Nowa 5, 87-100 Toruń": what no contact follows is labelled only by a colon.
    if let Some(label) = text
        .split_whitespace()
        .next()
        .filter(|word| word.ends_with(':'))
        && words(label).iter().all(is_label)
    {
        let spaces = |text: &str| text.chars().take_while(|c| c.is_whitespace()).count();
        let lead = spaces(&text) + label.chars().count();
        start += lead + spaces(&text[byte(&text, lead)..]);
    }
    if beside_contact {
        // "87-100 Toruń, tel." before a number.
        while let Some(last) = text[..byte(&text, end - a)].split_whitespace().next_back() {
            let labels = words(last).iter().all(is_label);
            let count = last.chars().count();
            let trailing = text[..byte(&text, end - a)]
                .chars()
                .rev()
                .take_while(|c| c.is_whitespace())
                .count();
            if !labels || end < start + count + trailing {
                break;
            }
            end -= count + trailing;
        }
    }
    (end > start).then(|| piece.part(start, end))
}

fn byte(text: &str, letters: usize) -> usize {
    text.char_indices()
        .nth(letters)
        .map_or(text.len(), |(byte, _)| byte)
}

#[cfg(test)]
mod tests {
    use super::super::piece::tests::piece;
    use super::*;

    #[test]
    fn a_label_that_was_misread_is_no_text() {
        let line = piece("E-Mal anna@lis.pl", 0.1, 0.5, 0.03);
        let items = super::super::contact::items(&line);
        assert!(left_over(&line, &items).is_empty());
    }

    #[test]
    fn a_label_with_a_colon_is_no_part_of_the_address() {
        for (text, wanted) in [
            ("a: Nowa 5, 87-100 Toruń", "Nowa 5, 87-100 Toruń"),
            ("Adres:  Nowa 5", "Nowa 5"),
            ("A. Nowak", "A. Nowak"),
            ("Filialen: Ulm", "Filialen: Ulm"),
        ] {
            let left = left_over(&piece(text, 0.1, 0.5, 0.03), &[]);
            assert_eq!(left[0].text(), wanted);
        }
    }

    #[test]
    fn labels_in_a_column_of_their_own_are_no_text() {
        for text in ["E-Mail", "Télécopie", "Mov.:", "Sekretariat", "Internet"] {
            assert!(
                left_over(&piece(text, 0.1, 0.5, 0.03), &[]).is_empty(),
                "{text}"
            );
        }
        for text in ["Anna Lis", "Mobile Pflege"] {
            assert_eq!(
                left_over(&piece(text, 0.1, 0.5, 0.03), &[]).len(),
                1,
                "{text}"
            );
        }
    }
}
