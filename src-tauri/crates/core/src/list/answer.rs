//! What a registration form's answer comes to. Silence is none, and neither is what cannot be told (Art. 4(11), recital 32).

use crate::text::clean_line;

/// One person's answer to one question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A plain yes.
    Yes,
    /// A no, or nothing.
    No,
    /// Something else, which counts as a no.
    Unclear,
}

/// As forms in the three languages and their exports write a yes.
const YES: [&str; 25] = [
    "yes",
    "y",
    "true",
    "1",
    "x",
    "on",
    "ok",
    "checked",
    "selected",
    "agree",
    "agreed",
    "i agree",
    "accepted",
    "opted in",
    "opt-in",
    "subscribed",
    "✓",
    "✔",
    "☑",
    "tak",
    "t",
    "zgadzam się",
    "ja",
    "j",
    "zugestimmt",
];
const NO: [&str; 16] = [
    "",
    "no",
    "n",
    "false",
    "0",
    "-",
    "off",
    "unchecked",
    "declined",
    "opted out",
    "opt-out",
    "unsubscribed",
    "nie",
    "nein",
    "☐",
    "n/a",
];

impl Answer {
    /// What a cell says to the question `wording`. The wording itself is a yes: some forms export the ticked text.
    pub fn of(cell: &str, wording: &str) -> Self {
        let said = clean_line(cell).to_lowercase();
        if YES.contains(&said.as_str()) {
            return Self::Yes;
        }
        if NO.contains(&said.as_str()) {
            return Self::No;
        }
        if said == clean_line(wording).to_lowercase() {
            Self::Yes
        } else {
            Self::Unclear
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_is_a_yes_in_three_languages_and_nothing_else_is() {
        let wording = "I want the newsletter by e-mail.";
        for yes in [
            "Yes",
            " TAK ",
            "ja",
            "1",
            "TRUE",
            "i want the newsletter by  e-mail.",
        ] {
            assert_eq!(Answer::of(yes, wording), Answer::Yes, "{yes}");
        }
        for no in ["", "  ", "No", "nie", "NEIN", "0", "false", "Opted out"] {
            assert_eq!(Answer::of(no, wording), Answer::No, "{no}");
        }
        for unclear in [
            "maybe",
            "yes?",
            "not now",
            "I do not want the newsletter",
            "2",
        ] {
            assert_eq!(Answer::of(unclear, wording), Answer::Unclear, "{unclear}");
        }
    }
}
