//! A file's text as rows of cells (RFC 4180, with the delimiters that spreadsheets write).
//!
//! Every cell is wiped when the table is dropped. A row keeps the number of its line, so that a person can look there.

use std::fmt;

use zeroize::Zeroizing;

use super::ListError;

/// Most people that are taken at once.
pub const MAX_ROWS: usize = 2_000;
/// Rows before and between the people: summaries, panelists, other sections.
const MAX_OTHER: usize = 2_000;
/// No export has more columns.
const MAX_CELLS: usize = 300;
/// What may stand between fields, in the order in which a tie is decided.
const DELIMITERS: [char; 4] = [',', ';', '\t', '|'];
/// Rows by which the delimiter is told.
const SAMPLE: usize = 60;

/// One row.
#[derive(Clone)]
pub struct Row {
    /// The number of its first line, from 1.
    pub line: usize,
    cells: Vec<Zeroizing<String>>,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Row({}, {} cells)", self.line, self.cells.len())
    }
}

impl Row {
    /// What stands in a column; nothing where the row is shorter.
    pub fn cell(&self, column: usize) -> &str {
        self.cells.get(column).map_or("", |cell| cell.trim())
    }

    /// Its number of cells.
    pub fn width(&self) -> usize {
        self.cells.len()
    }

    /// True where something stands beyond the first `columns` cells: a delimiter too many has shifted what is before it.
    pub fn overflows(&self, columns: usize) -> bool {
        self.cells
            .iter()
            .skip(columns)
            .any(|cell| !cell.trim().is_empty())
    }

    /// The only cell with something in it, where it is the first.
    pub(super) fn lone(&self) -> Option<&str> {
        let (first, rest) = self.cells.split_first()?;
        let alone = rest.iter().all(|cell| cell.trim().is_empty());
        (alone && !first.trim().is_empty()).then(|| first.trim())
    }
}

/// All rows that are not empty.
#[derive(Clone, Debug, Default)]
pub struct Table {
    rows: Vec<Row>,
}

impl Table {
    /// Reads a text; what parts its fields is told by its first rows.
    ///
    /// # Errors
    /// [`ListError::Empty`], [`ListError::Quote`], [`ListError::Wide`], [`ListError::TooMany`].
    pub fn read(text: &str) -> Result<Self, ListError> {
        let text = text.trim_start_matches('\u{FEFF}');
        let (stated, text, skipped) = stated(text);
        let delimiter = stated.unwrap_or_else(|| told(text));
        let mut rows = rows(text, delimiter, MAX_ROWS + MAX_OTHER)?;
        for row in &mut rows {
            row.line += skipped;
        }
        if rows.is_empty() {
            return Err(ListError::Empty);
        }
        Ok(Self { rows })
    }

    /// The rows, the first one first.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }
}

/// The line `sep=;`, by which spreadsheets are told the delimiter.
fn stated(text: &str) -> (Option<char>, &str, usize) {
    let line = text.lines().next().unwrap_or_default();
    let mark = line.trim().strip_prefix("sep=").map(|rest| rest.chars());
    let delimiter = mark.and_then(|mut rest| rest.next().filter(|_| rest.next().is_none()));
    match delimiter {
        Some(delimiter) => {
            let rest = text.split_once('\n').map_or("", |(_, rest)| rest);
            (Some(delimiter), rest, 1)
        }
        None => (None, text, 0),
    }
}

/// The delimiter by which most rows fall into equally many cells.
fn told(text: &str) -> char {
    let score = |delimiter: &char| {
        let mut widths = std::collections::BTreeMap::<usize, usize>::new();
        for row in split(text, *delimiter).take(SAMPLE).flatten() {
            *widths.entry(row.width()).or_default() += 1;
        }
        let scores = widths.into_iter().map(|(width, rows)| (width - 1) * rows);
        scores.max().unwrap_or_default()
    };
    // The first of several that are equally good.
    DELIMITERS
        .into_iter()
        .rev()
        .max_by_key(score)
        .unwrap_or(DELIMITERS[0])
}

fn rows(text: &str, delimiter: char, most: usize) -> Result<Vec<Row>, ListError> {
    let mut rows = Vec::new();
    for row in split(text, delimiter) {
        let row = row?;
        if row.cells.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if row.width() > MAX_CELLS {
            return Err(ListError::Wide { line: row.line });
        }
        if rows.len() == most {
            return Err(ListError::TooMany { line: row.line });
        }
        rows.push(row);
    }
    Ok(rows)
}

fn split(text: &str, delimiter: char) -> Split<'_> {
    Split {
        rest: text.chars().peekable(),
        delimiter,
        line: 1,
    }
}

struct Split<'a> {
    rest: std::iter::Peekable<std::str::Chars<'a>>,
    delimiter: char,
    line: usize,
}

impl Iterator for Split<'_> {
    type Item = Result<Row, ListError>;

    fn next(&mut self) -> Option<Self::Item> {
        self.rest.peek()?;
        let line = self.line;
        let mut cells = Vec::new();
        loop {
            let (cell, last) = match self.cell() {
                Ok(cell) => cell,
                Err(error) => {
                    // Whatever follows an open quotation mark is in it.
                    self.rest = "".chars().peekable();
                    return Some(Err(error));
                }
            };
            cells.push(cell);
            if last {
                return Some(Ok(Row { line, cells }));
            }
        }
    }
}

impl Split<'_> {
    /// A cell, and whether the row ends with it.
    fn cell(&mut self) -> Result<(Zeroizing<String>, bool), ListError> {
        let mut cell = Zeroizing::new(String::new());
        if self.rest.next_if_eq(&'"').is_some() {
            self.quoted(&mut cell)?;
        }
        while let Some(letter) = self.rest.next() {
            match letter {
                '\r' | '\n' => {
                    if letter == '\r' {
                        self.rest.next_if_eq(&'\n');
                    }
                    self.line += 1;
                    return Ok((cell, true));
                }
                letter if letter == self.delimiter => return Ok((cell, false)),
                letter => cell.push(letter),
            }
        }
        Ok((cell, true))
    }

    /// What stands between quotation marks; two of them are one.
    fn quoted(&mut self, cell: &mut String) -> Result<(), ListError> {
        let line = self.line;
        loop {
            match self.rest.next() {
                None => return Err(ListError::Quote { line }),
                Some('"') if self.rest.next_if_eq(&'"').is_none() => return Ok(()),
                Some(letter) => {
                    self.line += usize::from(letter == '\n');
                    cell.push(letter);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cells(text: &str) -> Vec<Vec<String>> {
        let table = Table::read(text).unwrap();
        let row = |row: &Row| row.cells.iter().map(|cell| cell.to_string()).collect();
        table.rows().iter().map(row).collect()
    }

    #[test]
    fn cells_are_parted_as_spreadsheets_write_them() {
        assert_eq!(
            cells("a,b\r\n\"c,\"\"d\"\"\",\"e\nf\"\n"),
            [["a", "b"], ["c,\"d\"", "e\nf"]]
        );
        assert_eq!(cells("a;b\n\"x, y\";\n"), [["a", "b"], ["x, y", ""]]);
        assert_eq!(cells("\u{FEFF}a\tb\rc\td"), [["a", "b"], ["c", "d"]]);
        assert_eq!(cells("sep=|\na|b,c\nd|e,f"), [["a", "b,c"], ["d", "e,f"]]);
    }

    #[test]
    fn commas_in_cells_do_not_hide_the_semicolon() {
        let text = "name;mail\nLis, Ewa;ewa@lis.example\nNowak, Jan;jan@nowak.example\n";
        assert_eq!(cells(text)[1], ["Lis, Ewa", "ewa@lis.example"]);
    }

    #[test]
    fn lines_are_numbered_over_empty_ones_and_breaks_in_cells() {
        let table = Table::read("a,b\n\n,\n\"x\ny\",z\nc,d\n").unwrap();
        let lines: Vec<usize> = table.rows().iter().map(|row| row.line).collect();
        assert_eq!(lines, [1, 4, 6]);
    }

    #[test]
    fn a_row_overflows_by_what_stands_there_and_not_by_empty_cells() {
        let table = Table::read("a,b\nc,d,, \nc,d,,e\n").unwrap();
        let over: Vec<bool> = table.rows().iter().map(|row| row.overflows(2)).collect();
        assert_eq!(over, [false, false, true]);
    }

    #[test]
    fn fail_what_is_no_table() {
        assert_eq!(Table::read(" \n\n").err(), Some(ListError::Empty));
        let open = Table::read("a,b\nc,\"d\ne,f\n").err();
        assert_eq!(open, Some(ListError::Quote { line: 2 }));
        let wide = format!("a,b\n{}", ",x".repeat(MAX_CELLS));
        assert_eq!(Table::read(&wide).err(), Some(ListError::Wide { line: 2 }));
        let long = "a,b\n".repeat(MAX_ROWS + MAX_OTHER + 1);
        let line = MAX_ROWS + MAX_OTHER + 1;
        assert_eq!(Table::read(&long).err(), Some(ListError::TooMany { line }));
    }

    #[test]
    fn debug_shows_no_cell() {
        assert!(!format!("{:?}", Table::read("Ewa,Lis").unwrap()).contains("Ewa"));
    }
}
