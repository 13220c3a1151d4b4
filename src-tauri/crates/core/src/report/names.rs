//! What things are called in a report.

use super::pick;
use crate::field::{Field, Rating};
use crate::language::Language;
use crate::ledger::Kind;
use crate::profile::Channel;

/// What a field is called in a report.
pub const fn field_name(field: Field, language: Language) -> &'static str {
    let [pl, en, de] = match field {
        Field::Name => ["Imię i nazwisko", "Name", "Name"],
        Field::Prefix => ["Tytuł", "Title", "Titel"],
        Field::Title => ["Stanowisko", "Position", "Position"],
        Field::Company => ["Firma", "Company", "Firma"],
        Field::Email => ["E-mail", "E-mail", "E-Mail"],
        Field::Phone => ["Telefon", "Telephone", "Telefon"],
        Field::Website => ["Strona WWW", "Web site", "Website"],
        Field::Address => ["Adres", "Address", "Anschrift"],
        Field::Reference => ["Numer identyfikatora", "Badge reference", "Badge-Nummer"],
        Field::Note => ["Notatka", "Note", "Notiz"],
        Field::Tags => ["Etykiety", "Tags", "Schlagworte"],
        Field::Rating => ["Ocena", "Rating", "Einstufung"],
        Field::Answers => ["Odpowiedzi", "Answers", "Antworten"],
        Field::Signature => ["Podpis", "Signature", "Unterschrift"],
    };
    pick(language, [pl, en, de])
}

/// What a rating is called.
pub const fn rating_name(rating: Rating, language: Language) -> &'static str {
    let words = match rating {
        Rating::Cold => ["zimna", "cold", "kalt"],
        Rating::Warm => ["ciepła", "warm", "warm"],
        Rating::Hot => ["gorąca", "hot", "heiß"],
    };
    pick(language, words)
}

/// What a channel of marketing is called.
pub const fn channel_name(channel: Channel, language: Language) -> &'static str {
    let words = match channel {
        Channel::Email => ["e-mail", "e-mail", "E-Mail"],
        Channel::Phone => ["telefon", "telephone", "Telefon"],
        Channel::Sms => ["SMS", "SMS", "SMS"],
    };
    pick(language, words)
}

/// What happened, as it is told to the person whom it is about.
pub const fn kind_name(kind: Kind, language: Language) -> &'static str {
    let words = match kind {
        Kind::Capture => [
            "Zapisano dane i decyzje",
            "Data and decisions stored",
            "Daten und Entscheidungen erfasst",
        ],
        Kind::Decline => [
            "Odmowa wszystkiego",
            "Everything declined",
            "Alles abgelehnt",
        ],
        Kind::Grant => ["Udzielono zgody", "Consent given", "Einwilligung erteilt"],
        Kind::Deny => [
            "Odmówiono zgody",
            "Consent refused",
            "Einwilligung verweigert",
        ],
        Kind::Withdraw => [
            "Odwołano zgodę",
            "Consent withdrawn",
            "Einwilligung widerrufen",
        ],
        Kind::Object => ["Wniesiono sprzeciw", "Objected", "Widerspruch eingelegt"],
        Kind::Change => ["Zmieniono dane", "Data changed", "Daten geändert"],
        Kind::Erase => ["Usunięto dane", "Data erased", "Daten gelöscht"],
        Kind::Purge => [
            "Usunięto z urządzenia",
            "Erased from the device",
            "Vom Gerät gelöscht",
        ],
        Kind::Confirm => [
            "Przekazano do systemu CRM",
            "Handed over to the CRM",
            "An das CRM übergeben",
        ],
        Kind::Clock => [
            "Zegar wyglądał na źle ustawiony",
            "The clock looked wrong",
            "Die Uhr schien falsch zu gehen",
        ],
        Kind::Close => [
            "Zamknięto wydarzenie",
            "Event closed",
            "Veranstaltung abgeschlossen",
        ],
        Kind::Reopen => [
            "Otwarto wydarzenie ponownie",
            "Event opened again",
            "Veranstaltung wieder geöffnet",
        ],
        Kind::MoveOut => [
            "Zapieczętowano dla innego urządzenia",
            "Sealed for another device",
            "Für ein anderes Gerät versiegelt",
        ],
        Kind::MoveIn => [
            "Przejęto z innego urządzenia",
            "Taken over from another device",
            "Von einem anderen Gerät übernommen",
        ],
        Kind::Import => ["Zaimportowano listę", "List imported", "Liste importiert"],
        Kind::LookUp => [
            "Zapytano organizatora",
            "The organiser was asked",
            "Beim Veranstalter nachgefragt",
        ],
        Kind::Profile => [
            "Przyjęto profil centrali",
            "Head office’s profile taken",
            "Profil der Zentrale übernommen",
        ],
    };
    pick(language, words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn polish_and_german_are_not_english() {
        for field in [Field::Answers, Field::Address, Field::Rating] {
            assert_ne!(
                field_name(field, Language::Pl),
                field_name(field, Language::En)
            );
        }
        for kind in [Kind::Capture, Kind::Purge, Kind::Confirm, Kind::Change] {
            let [pl, en, de] = Language::ALL.map(|language| kind_name(kind, language));
            assert!(pl != en && en != de && de != pl, "{kind:?}");
        }
    }
}
