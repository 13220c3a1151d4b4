//! The country of a card, by the endings of its domains.

use super::contact::Item;

/// The country that the first domain with a country's ending is in.
pub(crate) fn country_of_domains(items: &[(usize, Item)]) -> Option<&'static str> {
    const ENDINGS: &[(&str, &str)] = &[
        ("pl", "PL"),
        ("de", "DE"),
        ("at", "AT"),
        ("ch", "CH"),
        ("uk", "GB"),
        ("ie", "IE"),
        ("us", "US"),
        ("cz", "CZ"),
        ("sk", "SK"),
        ("fr", "FR"),
        ("es", "ES"),
        ("it", "IT"),
        ("nl", "NL"),
        ("be", "BE"),
        ("dk", "DK"),
        ("lu", "LU"),
    ];
    items.iter().find_map(|(_, item)| {
        let (_, ending) = item.host()?.rsplit_once('.')?;
        ENDINGS
            .iter()
            .find(|(known, _)| *known == ending)
            .map(|(_, country)| *country)
    })
}
