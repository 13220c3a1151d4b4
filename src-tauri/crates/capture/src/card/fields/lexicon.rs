//! Words that give a line away, in the languages of the cards: Polish, English, German, Czech, French, Spanish, Italian.
//!
//! How: lists in `words/`, folded (see [`fold`](super::fold)); `abc*` matches the start of a word, `*abc` its end, `abc`
//! the whole. They are hints among many: what a line is follows from its place, size and neighbours as well.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Heads of job titles: "manager", "kierownik", "-leiterin".
pub(crate) static ROLE: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("words/role.txt")));
/// What job titles are about: "sales", "zakupów", "Vertrieb".
pub(crate) static WORK: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("words/work.txt")));
/// Words of firms beyond the legal form: "logistyka", "-bau".
pub(crate) static TRADE: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("words/trade.txt")));
/// Words of slogans: "since", "wir", "notre".
pub(crate) static SLOGAN: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("words/slogan.txt")));
/// Parts of streets and houses: "ul", "-straße", "rue".
pub(crate) static STREET: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("words/street.txt")));
/// Common given names.
pub(crate) static GIVEN: LazyLock<Words> =
    LazyLock::new(|| Words::new(include_str!("words/given.txt")));

/// Small words within family names.
pub(crate) static PARTICLE: LazyLock<Words> = LazyLock::new(|| {
    Words::new("von van zu zum der den de del della di da du dos das la le lo ter ten mac saint st")
});
/// What says, folded, whose a firm is: the line names another firm.
pub(crate) const MEMBER: &[&str] = &[
    "part of ",
    "member of ",
    "a member of",
    "division of ",
    "company of ",
    "unternehmen der ",
    "mitglied der ",
    "firma der ",
    "spolka grupy",
    "czlonek grupy",
    "nalezy do ",
    "w grupie ",
    "firma z grupy",
    "clen skupiny",
    "soucast skupiny",
    "societe du groupe",
    "filiale de ",
    "membre du ",
    "membre de ",
    "empresa del grupo",
    "grupo de empresas",
    "societa del gruppo",
    "azienda del gruppo",
    "gruppo di ",
];

/// A list of words and of their beginnings and ends.
pub(crate) struct Words {
    whole: HashSet<&'static str>,
    starts: Vec<&'static str>,
    ends: Vec<&'static str>,
}

impl Words {
    fn new(text: &'static str) -> Self {
        let mut list = Self {
            whole: HashSet::new(),
            starts: Vec::new(),
            ends: Vec::new(),
        };
        for word in text
            .lines()
            .filter(|line| !line.starts_with('#'))
            .flat_map(str::split_whitespace)
        {
            if let Some(start) = word.strip_suffix('*') {
                list.starts.push(start.trim_start_matches('*'));
            } else if let Some(end) = word.strip_prefix('*') {
                list.ends.push(end);
            } else {
                list.whole.insert(word);
            }
        }
        list
    }

    /// True when the folded `word` is in the list.
    pub(crate) fn has(&self, word: &str) -> bool {
        self.whole.contains(word)
            || self.starts.iter().any(|start| word.starts_with(start))
            || self
                .ends
                .iter()
                .any(|end| word.len() > end.len() && word.ends_with(end))
    }

    /// How many of the folded `words` are in the list.
    pub(crate) fn count(&self, words: &[String]) -> usize {
        words.iter().filter(|word| self.has(word)).count()
    }
}

/// The country that a folded line names and nothing else, by ISO 3166.
pub(crate) fn country(folded: &str) -> Option<&'static str> {
    let name = folded.trim_matches(|c: char| !c.is_alphanumeric() && c != '.');
    COUNTRIES
        .iter()
        .find(|(known, _)| *known == name)
        .map(|(_, code)| *code)
}

/// The country whose words, abbreviations and legal forms a card holds most of, folded and without dots.
pub(crate) fn origin(words: &[String]) -> Option<&'static str> {
    let votes = |list: &str| {
        words
            .iter()
            .filter(|word| list.split(' ').any(|known| known == word.as_str()))
            .count()
    };
    ORIGINS
        .iter()
        .map(|(country, list)| (votes(list), *country))
        .filter(|(votes, _)| *votes > 0)
        .max_by_key(|(votes, _)| *votes)
        .map(|(_, country)| country)
}

/// Words that belong to one country's cards, none of one letter: those are labels and initials elsewhere. Of Germany, Austria and Switzerland the largest stands for all.
const ORIGINS: &[(&str, &str)] = &[
    (
        "PL",
        "spzoo spj spk ul al os kom tel.kom nip krs regon prezes dyrektor kierownik wlasciciel polska oraz sp zoo",
    ),
    (
        "DE",
        "gmbh ag kg ohg ek ug mbh ev str strasse mobil handy fon telefon durchwahl geschaftsfuhrer geschaftsfuhrerin leiter leiterin und",
    ),
    (
        "GB",
        "ltd limited plc llp street road lane avenue mobile vat uk london",
    ),
    ("US", "inc llc corp cell suite blvd ave usa floor"),
    (
        "CZ",
        "sro as vos ic ico dic mob jednatel reditel namesti trida ulice praha brno",
    ),
    (
        "FR",
        "sarl sas sasu eurl rue avenue boulevard place chemin quai allee port siret du des et le les rcs tva cedex directeur directrice responsable",
    ),
    (
        "ES",
        "sl slu calle plaza paseo avda gran via movil mov tlf telefono cif nif pol ind director directora jefe jefa y del los las el",
    ),
    (
        "IT",
        "srl spa sas snc via viale corso piazza piazzale largo cell piva responsabile direttore direttrice titolare di della",
    ),
];

/// Countries, as cards name them.
const COUNTRIES: &[(&str, &str)] = &[
    ("polska", "PL"),
    ("poland", "PL"),
    ("polen", "PL"),
    ("pologne", "PL"),
    ("polsko", "PL"),
    ("deutschland", "DE"),
    ("germany", "DE"),
    ("niemcy", "DE"),
    ("allemagne", "DE"),
    ("alemania", "DE"),
    ("germania", "DE"),
    ("osterreich", "AT"),
    ("oesterreich", "AT"),
    ("austria", "AT"),
    ("autriche", "AT"),
    ("schweiz", "CH"),
    ("suisse", "CH"),
    ("svizzera", "CH"),
    ("switzerland", "CH"),
    ("szwajcaria", "CH"),
    ("united kingdom", "GB"),
    ("great britain", "GB"),
    ("england", "GB"),
    ("scotland", "GB"),
    ("wales", "GB"),
    ("northern ireland", "GB"),
    ("uk", "GB"),
    ("u.k.", "GB"),
    ("gb", "GB"),
    ("wielka brytania", "GB"),
    ("usa", "US"),
    ("u.s.a.", "US"),
    ("united states", "US"),
    ("united states of america", "US"),
    ("us", "US"),
    ("czech republic", "CZ"),
    ("czechia", "CZ"),
    ("ceska republika", "CZ"),
    ("cesko", "CZ"),
    ("czechy", "CZ"),
    ("tschechien", "CZ"),
    ("tschechische republik", "CZ"),
    ("republique tcheque", "CZ"),
    ("france", "FR"),
    ("frankreich", "FR"),
    ("francja", "FR"),
    ("francia", "FR"),
    ("francie", "FR"),
    ("espana", "ES"),
    ("spain", "ES"),
    ("hiszpania", "ES"),
    ("spanien", "ES"),
    ("espagne", "ES"),
    ("italia", "IT"),
    ("italy", "IT"),
    ("wlochy", "IT"),
    ("italien", "IT"),
    ("italie", "IT"),
    ("ireland", "IE"),
    ("irlandia", "IE"),
    ("irland", "IE"),
    ("eire", "IE"),
    ("nederland", "NL"),
    ("netherlands", "NL"),
    ("the netherlands", "NL"),
    ("niederlande", "NL"),
    ("holandia", "NL"),
    ("slovensko", "SK"),
    ("slovakia", "SK"),
    ("slovak republic", "SK"),
    ("slovenska republika", "SK"),
    ("slowakei", "SK"),
    ("slowacja", "SK"),
    ("belgique", "BE"),
    ("belgie", "BE"),
    ("belgium", "BE"),
    ("belgien", "BE"),
    ("luxembourg", "LU"),
    ("luxemburg", "LU"),
    ("liechtenstein", "LI"),
    ("portugal", "PT"),
    ("danmark", "DK"),
    ("denmark", "DK"),
    ("sverige", "SE"),
    ("sweden", "SE"),
    ("norge", "NO"),
    ("norway", "NO"),
    ("magyarorszag", "HU"),
    ("hungary", "HU"),
    ("lietuva", "LT"),
    ("lithuania", "LT"),
    ("litwa", "LT"),
];
