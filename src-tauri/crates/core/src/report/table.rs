//! A table of texts, and its CSV (RFC 4180).

use serde::Serialize;

/// A table: a head and rows of as many cells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Table {
    /// Names of the columns.
    pub head: Vec<String>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
}

impl Table {
    /// An empty one.
    pub fn new(head: &[&str]) -> Self {
        Self {
            head: head.iter().map(|name| (*name).to_owned()).collect(),
            rows: Vec::new(),
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: impl IntoIterator<Item = String>) {
        self.rows.push(row.into_iter().collect());
    }

    /// The table as CSV with CRLF. A cell that a spreadsheet would take for a formula gets an apostrophe before it
    /// (OWASP, "CSV Injection").
    pub fn csv(&self) -> String {
        let lines = std::iter::once(&self.head).chain(&self.rows);
        lines
            .map(|row| {
                row.iter()
                    .map(|cell| quoted(cell))
                    .collect::<Vec<_>>()
                    .join(",")
                    + "\r\n"
            })
            .collect()
    }
}

fn quoted(cell: &str) -> String {
    let is_formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let cell = if is_formula {
        format!("'{cell}")
    } else {
        cell.to_owned()
    };
    if cell.contains(['"', ',', '\n', '\r', ';']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let mut table = Table::new(&["a", "b"]);
        table.push(["x, \"y\"".to_owned(), "=1+1".to_owned()]);
        assert_eq!(table.csv(), "a,b\r\n\"x, \"\"y\"\"\",'=1+1\r\n");
    }
}
