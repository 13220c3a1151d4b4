//! Academic titles about a name, and legal forms behind a firm's.

use std::sync::LazyLock;

use regex::Regex;

use super::fold::fold;

/// Before the name, folded, without dots; honorifics too.
const BEFORE: &str = " dr dra drs drsc prof profesor professor univ hab inz mgr lek med dent vet wet mec adw rpr ks gen plk mjr kpt lic dipl dipl-ing dipling dipl-kfm dipl-kffr dipl-inform dipl-betriebsw dipl-wirt-ing dipl-oec dipl-vw dipl-geol \
    dipl-chem dipl-phys dipl-biol dipl-math dipl-psych dipl-des dipl-soz ing dr-ing drin mag mmag maga di bc bca mga mgr judr mudr rndr phdr paeddr thdr mvdr mddr pharmdr icdr doc dott dottssa drssa avv arch rag geom profssa profdr dottore dottoressa on sig sigra \
    pd priv-doz habil hc ra rain mr mrs ms miss mx sir dame rev hon herr frau pan pani mme mlle maitre me pr sr sra srta dna don dona d m stb pt komm-rat kommr kr ao hr fr eng lt col capt akad ddr dres phil jur iur rer nat oec pol tech mont techn theol";
/// Behind the name.
const BEHIND: &str = " phd csc drsc dsc mba emba llm llb ma msc bsc ba beng meng med dba acca cfa fca aca riba mrics frics mciob esq dis frsa cpa pmp mph mcipd ceng miet mimeche obe mbe cbe fh ba bba mcim cima acma pe md dds jd edd psyd rn msw aicp leed faia aia mrtpi mpa lld mcsi cipp cissp \
    jr sr ii iii ma ing bcom mcom mres mphil arb dipl mas cas faceb drhc pgdip hons fcca univ tu htl";

/// A name and what surrounded it.
pub(crate) struct Parted {
    pub(crate) before: String,
    pub(crate) name: String,
    pub(crate) behind: String,
}

impl Parted {
    /// True where a title was found.
    pub(crate) fn any(&self) -> bool {
        !self.before.is_empty() || !self.behind.is_empty()
    }
}

/// Parts `text` into titles, name, and degrees behind it. At least one word is left for the name.
pub(crate) fn without(text: &str) -> Parted {
    // "Prof.Dr.Anna" where spaces were lost.
    let text = LOST_SPACE.replace_all(text, ". $1");
    let text = HARD_COMMA.replace_all(&text, ", $1");
    let text = SPACED_DEGREE.replace(&text, "$1.$2.");
    let text = AUTHORITY.replace(&text, "$1");
    let words: Vec<&str> = text.split_whitespace().collect();
    let mut start = 0;
    while start + 1 < words.len() && is_before(words[start], &words[start + 1..]) {
        start += 1;
    }
    let mut end = words.len();
    while end > start + 1 && is_behind(words[end - 1], words[end - 2]) {
        end -= 1;
    }
    let tidy = |words: &[&str]| words.join(" ").trim_matches([',', ' ']).to_owned();
    Parted {
        before: tidy(&words[..start]),
        name: tidy(&words[start..end]),
        behind: tidy(&words[end..]),
    }
}

static LOST_SPACE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\.(\p{Lu}\p{Ll})").unwrap_or_else(|error| unreachable!("{error}"))
});

/// "Webb,PhD" where a space was lost.
static HARD_COMMA: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r",(\p{L})").unwrap_or_else(|error| unreachable!("{error}")));

/// "ppa.", "i. V.": by what authority the owner signs, which is no part of the name; two words follow it. Capitals before a
/// name are its initials.
static AUTHORITY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"^(?:i\.\s?A\.|[il1]\.\s?V\.|(?i:ppa)\.?|p\.\s?p\.(?:\s?a\.?)?)\s+(\S+\s+\S)")
        .unwrap_or_else(|error| unreachable!("{error}"))
});

/// "M. Sc." at the end: one degree, though LOST_SPACE parts "M.Sc." as well.
static SPACED_DEGREE: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(M|B|LL|Ph)\.\s(Sc|Eng|Ed|M|B|D)\.?$")
        .unwrap_or_else(|error| unreachable!("{error}"))
});

/// A one-letter word is a title ("D. Juan", "M. Martin") only where two words follow it.
fn is_before(word: &str, rest: &[&str]) -> bool {
    let key = bare_title(word);
    let dotted = word.contains('.');
    let certain = key.len() > 2
        || dotted
        || matches!(
            key.as_str(),
            "dr" | "mr" | "ms" | "di" | "ra" | "me" | "pd" | "pr"
        );
    let short = key.len() == 1 && (!dotted || rest.len() < 2);
    let listed = BEFORE.split_whitespace().any(|known| known == key);
    let compound = key.starts_with("dipl")
        || key
            .split('-')
            .all(|part| BEFORE.split_whitespace().any(|known| known == part));
    (listed || compound && !key.is_empty()) && certain && !short || word == "(FH)" || word == "h.c."
}

fn is_behind(word: &str, previous: &str) -> bool {
    let key: String = fold(word)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let listed = BEHIND.split_whitespace().any(|known| known == key);
    let shaped = word.contains('.')
        || word
            .chars()
            .filter(|c| c.is_alphabetic())
            .all(char::is_uppercase)
        // "CEng", "MIMechE".
        || word.chars().filter(|c| c.is_uppercase()).count() > 1
        || word.starts_with('(')
        || previous.ends_with(',')
        || key == "phd"
        || key == "msc"
        || key == "bsc";
    // "Ma", "Ba" are surnames as well: capitals need a comma or dots about them, unless there is no other reading.
    let ambiguous = key.len() == 2 && !word.contains('.') && !previous.ends_with(',');
    listed && shaped && !ambiguous
}

fn bare_title(word: &str) -> String {
    fold(word)
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect()
}

static LEGAL: LazyLock<Regex> = LazyLock::new(|| {
    let pattern = r"(?x)(?:^|[\s,(])(?:
        sp(?:olka)?[.,]?\s?[z2]\s?[o0](?:gr)?[.,]?\s?(?:[o0]|odp)[.,]?(?:\s?sp(?:olka)?[.,]?\s?k(?:omandytowa)?\b[.,]?)? | sp[.,]?\s?[jkp]\b[.,]? | spolka\s(?:jawna|akcyjna|komandytowa|cywilna|partnerska)
        | p\.?\s?s\.?\s?a\b\.? | s\.\s?[acke]\.(?:\s?[su]\.)? | s\.?\s?c\.? | s\.?a\.?r\.?l\.? | s\.?a\.?s\.?(?:u\.?)? | s\.?a\.?
        | g?gmbh(?:\s?&\s?co\.?\s?(?:kg(?:aa)?|ohg))? | ges\.?\s?m\.?\s?b\.?\s?h\.? | mbh | ag(?:\s?&\s?co\.?\s?kg)? | kg(?:aa)? | ohg | og | e\.?\s?k\.? | e\.?\s?u\.? | ug(?:\s?\(haftungsbeschrankt\))? | se | e\.?\s?v\.? | gbr | eg | part\s?gmbb | partg(?:\s?mbb)?
        | l[til]d\.? | limited | llc | l\.l\.c\.? | llp | inc\.? | incorporated | corp\.? | corporation | p[li]c | p\.l\.c\.? | pty | co\.?
        | s\.\s?r\.\s?[o0]\.? | sro | spol\.?\s?s\s?r\.?\s?[o0]\.? | a\.\s?s\.? | v\.\s?[o0]\.\s?s\.? | k\.\s?s\.? | z\.\s?s\.? | o\.p\.s\.? | druzstvo
        | s\.\s?r\.\s?[i1]\.? | sarl | eurl | sas | sasu | snc | sci | scop | selarl | s\.?\s?l\.?(?:\s?u\.?|\s?p\.?|\s?l\.?)? | s\.\s?coop\.? | s\.?\s?r\.?\s?l\.?(?:\s?s\.?)? | s\.?\s?p\.?\s?a\.? | s\.?\s?n\.?\s?c\.? | s\.?\s?s\.? | sa | srl | spa | slu
        | b\.?v\.? | n\.?v\.? | oy | ab | a/s | aps | sagl | dac
        )\)?$";
    Regex::new(pattern).unwrap_or_else(|error| unreachable!("{error}"))
});

/// `company` without its legal form.
pub(crate) fn core(company: &str) -> &str {
    &company[..legal_form(company).unwrap_or(company.len())]
}

/// The byte where the legal form at the end of `text` begins, if it has one.
pub(crate) fn legal_form(text: &str) -> Option<usize> {
    let text = text.trim_end();
    // Folding may lengthen a letter (ß), so each folded byte remembers where it came from.
    let mut folded = String::with_capacity(text.len());
    let mut origin = Vec::with_capacity(text.len());
    for (byte, letter) in text.char_indices() {
        folded.push_str(&fold(letter.encode_utf8(&mut [0; 4])));
        origin.resize(folded.len(), byte);
    }
    let span = LEGAL.find(&folded)?;
    let start = *origin.get(span.start())?;
    // Short forms must stand out: "Lis SA", not "Ana sa".
    let written = &text[start..];
    let letters: Vec<char> = written.chars().filter(|c| c.is_alphabetic()).collect();
    let english = ["plc", "pic", "ltd", "inc", "llc", "llp", "sro"]
        .contains(&written.trim().trim_start_matches(['(', ',']));
    let plain = !written.contains('.') && letters.len() <= 3 && !english;
    if plain && !letters.first().is_some_and(|c| c.is_uppercase()) {
        return None;
    }
    Some(start)
}

static LIMITED: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^\W*sp\W*[z2]\W*[o0]\W*[o0]\W*")
        .unwrap_or_else(|error| unreachable!("{error}"))
});

/// "S.r.I." for "S.r.l.".
static ITALIAN: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)^s\.\s?r\.\s?[i1]\.?$").unwrap_or_else(|error| unreachable!("{error}"))
});

/// What readers make of thin letters in short forms.
const ENGLISH: &[(&str, &str)] = &[
    ("pic", "plc"),
    ("PIC", "PLC"),
    ("Lid", "Ltd"),
    ("Lld", "Ltd"),
    ("LID", "LTD"),
];

/// "Sp. 2 0.0." is the legal form that it looks like, and zeros are letters in any other.
pub(crate) fn legal_mended(text: &str) -> String {
    let Some(at) = legal_form(text) else {
        return text.to_owned();
    };
    let (core, form) = text.split_at(at);
    let form = form.trim_start();
    if let Some(limited) = LIMITED.find(form) {
        let shouted = !form.chars().any(char::is_lowercase);
        let written = if shouted { "SP. Z O.O." } else { "Sp. z o.o." };
        let rest = form[limited.end()..].trim();
        return format!("{} {written} {rest}", core.trim_end())
            .trim()
            .to_owned();
    }
    if let Some((_, meant)) = ENGLISH
        .iter()
        .find(|(read, _)| *read == form.trim_end_matches('.'))
    {
        return format!("{} {meant}", core.trim_end());
    }
    if ITALIAN.is_match(form) {
        let l = if form.contains('r') { "l" } else { "L" };
        return format!("{} {}", core.trim_end(), form.replace(['I', 'i', '1'], l));
    }
    let only_zeros = form.chars().filter(char::is_ascii_digit).all(|c| c == '0');
    let form = if only_zeros {
        form.replace('0', "o")
    } else {
        form.to_owned()
    };
    format!("{core} {form}").trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_set_apart() {
        for (text, before, name, behind) in [
            ("dr inż. Anna Lis", "dr inż.", "Anna Lis", ""),
            (
                "Prof. Dr.-Ing. Max Müller",
                "Prof. Dr.-Ing.",
                "Max Müller",
                "",
            ),
            ("Ing. Jan Novák, Ph.D.", "Ing.", "Jan Novák", "Ph.D."),
            (
                "Dipl.-Ing. (FH) Eva Roth",
                "Dipl.-Ing. (FH)",
                "Eva Roth",
                "",
            ),
            ("Dott.ssa Giulia Neri", "Dott.ssa", "Giulia Neri", ""),
            ("Anna Lis", "", "Anna Lis", ""),
            ("mgr inż. JAN LIS", "mgr inż.", "JAN LIS", ""),
            ("Prof.Dr.Anna Lis", "Prof. Dr.", "Anna Lis", ""),
            ("John Doe MBA", "", "John Doe", "MBA"),
            ("Mag. Eva Roth, MSc", "Mag.", "Eva Roth", "MSc"),
            ("Pr Léon Fischer", "Pr", "Léon Fischer", ""),
            ("JOAN WEBB,PhD", "", "JOAN WEBB", "PhD"),
            ("Emilia Roth, M. Sc.", "", "Emilia Roth", "M.Sc."),
            ("Emilia Roth, LL. M.", "", "Emilia Roth", "LL.M."),
            ("i. V. Emilia Roth", "", "Emilia Roth", ""),
            ("ppa. Dr. Emilia Roth", "Dr.", "Emilia Roth", ""),
            ("l.V. EMILIA ROTH", "", "EMILIA ROTH", ""),
            ("I. V. Roth", "", "I. V. Roth", ""),
            ("l.V. Roth", "", "l.V. Roth", ""),
            ("l. A. Roth", "", "l. A. Roth", ""),
            ("P. P. Roth", "", "P. P. Roth", ""),
            ("Joan Webb, CEng MIMechE", "", "Joan Webb", "CEng MIMechE"),
            ("Joan Webb BSc (Hons)", "", "Joan Webb", "BSc (Hons)"),
        ] {
            let parted = without(text);
            assert_eq!(
                [parted.before.as_str(), &parted.name, &parted.behind],
                [before, name, behind]
            );
        }
    }

    #[test]
    fn legal_forms_end_firms() {
        for text in [
            "Lis Sp. z o.o.",
            "Lis Sp. z o.0.",
            "Lis Sp. z o.o. Sp.k.",
            "Lis S.A.",
            "Lis SA",
            "Lis GmbH & Co. KG",
            "Lis AG",
            "Lis Ltd",
            "Lis plc",
            "Lis s.r.o.",
            "Lis spol. s r.o.",
            "Lis a.s.",
            "Lis SAS",
            "Lis S.L.",
            "Lis S.r.l.",
            "Lis S.p.A.",
            "Lis e.K.",
            "Lis UG (haftungsbeschränkt)",
            "Lis Inc.",
            "Lis Sp. J.",
        ] {
            assert_eq!(legal_form(text), Some(3), "{text}");
        }
        for text in ["Anna Lis", "Radca Prawny", "Ana sa", "Prezes"] {
            assert_eq!(legal_form(text), None, "{text}");
        }
        for (text, wanted) in [
            ("Lis Sp. z o.0.", "Lis Sp. z o.o."),
            ("Lis Sp. 2 0.0.", "Lis Sp. z o.o."),
            ("LIS SP. Z 0.O. Sp.k.", "LIS Sp. z o.o. Sp.k."),
            ("Lis s.r.0.", "Lis s.r.o."),
            ("Lis GmbH", "Lis GmbH"),
            ("Lis pic", "Lis plc"),
            ("Lis Lid.", "Lis Ltd"),
            ("Lis S.r.I.", "Lis S.r.l."),
        ] {
            assert_eq!(legal_mended(text), wanted);
        }
    }
}
