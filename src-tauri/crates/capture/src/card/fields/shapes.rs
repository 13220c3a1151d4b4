//! The shapes of what [`contact`](super::contact) tells apart.

use std::sync::LazyLock;

use regex::Regex;

pub(crate) fn regex(pattern: &str) -> Regex {
    // The patterns are constants, and a test compiles every one.
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
}

pub(crate) static EMAIL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)[\p{L}\d](?:[\p{L}\d_%+'’-]|\s?[.,_-]\s?[\p{L}\d])*\s?[@©®]\s?[\p{L}\d-]+(?:(?:\s?\.\s?|,)[\p{L}\d-]+)*(?:\s?\.\s?|,)[\p{L}\d]{2,}",
    )
});

/// The first line of an e-mail that goes on in the next, a label before it: "e: anna.lis", "anna.lis@".
pub(crate) static MAIL_BEGINS: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^(?:(?i:e|m|e-?mail|mail)(?:[.:]\s*|\s+))?[a-z0-9][a-z0-9._+-]*[a-z][a-z0-9._+-]*\s?@?$",
    )
});

/// Its second line: "@lis.pl", "lis.pl".
pub(crate) static MAIL_ENDS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"(?i)^@?\s?[a-z0-9][a-z0-9-]*(?:\s?\.\s?[a-z0-9-]+)*\.[a-z]{2,}$"));

pub(crate) static WEBSITE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)
        (?:h[t1l]{2}ps?\s?:\s?/\s?/\s?)?
        (?:[wv]{2,5}\s?[.,]\s?)?
        [\p{L}\d][\p{L}\d_-]*(?:\s?\.\s?[\p{L}\d_-]+)*\s?[.]\s?[\p{L}\d]{2,}
        (?:/[^\s|]*)?",
    )
});

pub(crate) static PHONE: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\(?\+?\s?\(?\d(?:[\s()/.\-–—]{0,3}\d){6,29}"));

/// What a switchboard wants behind the number: "ext. 12", "wew. 12", "DW 12".
pub(crate) static EXTENSION: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^[\s,;(]*(?:ext(?:ension)?|x|wewn?|w|dw|durchwahl|app|nst|kl|klapka|linka|int|interno|poste)[.:]{0,2}\s?\d{1,5}(?:$|\s*[^\d\s./-])",
    )
});

pub(crate) static IBAN: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b[A-Z]{2}\d{2}(?:\s?[\dA-Z]{4}){3,7}(?:\s?[\dA-Z]{1,4})?\b"));

pub(crate) static REGISTER: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)\b(?:
        nip | krs | regon | bdo | vat(?:[\s-]?(?:id|nr|no|eu|reg))? | ust(?:\.|-)?\s?-?id(?:-?nr|entnr)? | uid | hr[ab] | steuer(?:nummer|-?nr) | st\.?-?nr |
        i[cč]o? | di[cč] | siret | siren | rcs | tva | cif | nif | p\.?\s?iva | partita\siva | c\.?\s?f\.? | cod(?:ice|\.)?\s?fisc(?:ale|\.)? | rea |
        iban | bic | swift | konto | kto | nr\s(?:konta|rachunku) | rachunek | account\sno | company\s(?:no|number|reg) | registered(?:\sin\s\p{L}+(?:\s(?:and|&)\s\p{L}+)?)? | licen[cs]e | dre | reg(?:istration)?\.?\s?(?:no|nr) | co\.?\sreg | fn | che | amtsgericht | handelsregister | sad\srejonowy | eori | duns | ape | naf | capital
        )\b[\s.:№\#-]*(?:[a-z.]{1,6}[\s.:-]{1,2})?[A-Z]{0,3}[-\s]?\d(?:[./\s-]{0,3}[A-Z]?\d|[A-Z]){3,}",
    )
});

pub(crate) static SOCIAL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?ix)
        (?:https?://)?(?:www\.)?(?:[a-z]{2}\.)?(?:linkedin|facebook|fb|instagram|twitter|xing|youtube|tiktok|github|vimeo|pinterest|behance|threads|mastodon)\s?[./:]\s?\S*(?:\s?/\s?\S+)*
        | \b(?:linkedin|facebook|instagram|twitter|xing|youtube|tiktok|skype|telegram|signal|wechat|github|threema)\b\s*[:/]?\s*\S*
        | (?:^|\s)(?:in|fb|ig|x)\s?/\s?(?:in/)?[a-z][\w.-]{2,}
        | (?:^|\s)/(?:in/)?[a-z][\w.-]{2,}
        | ^/\s[a-z][\w.-]{2,}
        | \s/\s(?-i:[a-z])[a-z]*[._\d][\w.-]+
        | \bx\.com/\S+
        | (?:^|[\s:])@[a-z][\w.]{2,}",
    )
});

pub(crate) static YEARS: LazyLock<Regex> =
    LazyLock::new(|| regex(r"^(?:19|20)\d\d\s?[-–—]\s?(?:19|20)\d\d$"));

/// "18 - 90-562", "96 20-601", "157/27 – 99423": a house number, and a postal code behind a dash, which is not needed in Poland.
pub(crate) static HOUSE_AND_CODE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"^[1-9]\d{0,3}(?:/\d{1,4})?(?:(?:\s|\s?[-–—]\s?)\d{2}-\d{3}|\s[-–—]\s(?:\d{4,5}|\d{3}\s\d{2})(?:\s\d)?)$",
    )
});

/// "9.00 – 17.00", "8:30-16": when somebody is there.
pub(crate) static HOURS: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"^(?:[01]?\d|2[0-4])\s?[.:]\s?[0-5]\d\s?[-–—]\s?(?:[01]?\d|2[0-4])\s?[.:]\s?[0-5]\d")
});

/// The long form of American postal codes.
pub(crate) static ZIP: LazyLock<Regex> = LazyLock::new(|| regex(r"[A-Z]{2}\s+\d{5}-\d{4}$"));

/// Whether a domain's ending, in small letters, is believed without "www".
pub(crate) fn is_known_ending(ending: &str) -> bool {
    ENDINGS.split_whitespace().any(|known| known == ending)
}

const ENDINGS: &str = " com net org eu info biz io ai app dev tech online shop store group global agency design studio consulting digital energy solutions systems cloud media pro me tv co berlin hamburg koeln wien swiss paris london \
    bayern tirol saarland nrw ruhr bzh alsace cat gal eus barcelona madrid law legal expert expertise engineering events finance immo immobilien gmbh haus bio coffee team works world xyz site space website software services company gal health care clinic dental doctor photo photography \
    pl de at ch li cz sk fr es it pt gb uk ie us ca be nl lu dk se no fi is hu ro bg gr hr si rs ba me mk al lt lv ee ua tr by md mt cy eu example test ";
