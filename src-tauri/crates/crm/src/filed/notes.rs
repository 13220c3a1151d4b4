//! The CRM's free text about a person: lines of ours, which go first, and lines of others.

/// The notes while they are changed.
pub(super) struct Notes {
    before: String,
    ours: Vec<String>,
    others: Vec<String>,
}

impl Notes {
    pub(super) fn new(text: &str) -> Self {
        Self {
            before: text.to_owned(),
            ours: Vec::new(),
            others: text.lines().map(str::to_owned).collect(),
        }
    }

    /// Takes the lines out of which `is_ours` holds.
    pub(super) fn take(&mut self, is_ours: impl Fn(&str) -> bool) -> Vec<String> {
        let (ours, others): (Vec<String>, Vec<String>) = std::mem::take(&mut self.others)
            .into_iter()
            .partition(|line| is_ours(line));
        self.others = others;
        ours
    }

    /// True where `line` stands there and was not taken out.
    pub(super) fn holds(&self, line: &str) -> bool {
        self.others.iter().any(|other| other == line)
    }

    pub(super) fn add(&mut self, line: String) {
        self.ours.push(line);
    }

    /// The notes anew, where they differ.
    pub(super) fn changed(self) -> Option<String> {
        let all: Vec<String> = self.ours.into_iter().chain(self.others).collect();
        let text = all.join("\n").trim().to_owned();
        (text != self.before.trim()).then_some(text)
    }
}
