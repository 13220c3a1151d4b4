//! A page of headings, sentences and tables, written as HTML or Markdown.
//!
//! The HTML is one file with no script and nothing from elsewhere, and its policy says so.

use std::fmt::Write as _;

use super::table::Table;
use crate::language::Language;

/// A page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// Its language.
    pub language: Language,
    /// Its title.
    pub title: String,
    /// What stands under the title.
    pub lead: Vec<String>,
    /// The parts.
    pub parts: Vec<Part>,
}

/// A part of a page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Part {
    /// Its heading.
    pub heading: String,
    /// Its sentences.
    pub text: Vec<String>,
    /// Its table.
    pub table: Option<Table>,
    /// Its picture: an SVG of this program's own making. In HTML alone.
    pub picture: Option<String>,
}

impl Part {
    /// A part with a table.
    pub fn table(heading: &str, table: Table) -> Self {
        Self {
            heading: heading.to_owned(),
            table: Some(table),
            ..Self::default()
        }
    }

    /// A part of sentences.
    pub fn text(heading: &str, text: Vec<String>) -> Self {
        Self {
            heading: heading.to_owned(),
            text,
            ..Self::default()
        }
    }

    /// A part with a picture, an SVG that holds numbers alone.
    pub(crate) fn picture(heading: &str, svg: String) -> Self {
        Self {
            heading: heading.to_owned(),
            picture: Some(svg),
            ..Self::default()
        }
    }
}

/// The look: readable on a screen and on paper.
const STYLE: &str = "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
table{border-collapse:collapse;width:100%;margin:.5rem 0 1.5rem}\
th,td{border:1px solid #767676;padding:.35rem .5rem;text-align:left;vertical-align:top;overflow-wrap:anywhere}\
th{background:#eee}";

impl Page {
    /// Several pages as one, under the first one's title; each other's title becomes a part.
    pub fn joined(pages: &[Self]) -> Option<Self> {
        let (first, others) = pages.split_first()?;
        let mut page = first.clone();
        for other in others {
            page.parts
                .push(Part::text(&other.title, other.lead.clone()));
            page.parts.extend(other.parts.clone());
        }
        Some(page)
    }

    /// The page as one HTML file.
    pub fn html(&self) -> String {
        let (language, title) = (self.language, escaped(&self.title));
        let mut html = format!(
            "<!doctype html>\n<html lang=\"{language}\">\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width\">\n<meta name=\"referrer\" content=\"no-referrer\">\n\
             <title>{title}</title>\n<style>{STYLE}</style>\n<h1>{title}</h1>\n"
        );
        paragraphs(&mut html, &self.lead);
        for part in &self.parts {
            let _ = writeln!(html, "<h2>{}</h2>", escaped(&part.heading));
            paragraphs(&mut html, &part.text);
            if let Some(table) = &part.table {
                html_table(&mut html, table);
            }
            html.extend(part.picture.as_deref());
        }
        html.push_str("</html>\n");
        html
    }

    /// The page as Markdown.
    pub fn markdown(&self) -> String {
        let mut text = format!("# {}\n", self.title);
        for line in &self.lead {
            let _ = write!(text, "\n{line}\n");
        }
        for part in &self.parts {
            let _ = write!(text, "\n## {}\n", part.heading);
            for line in &part.text {
                let _ = write!(text, "\n{line}\n");
            }
            if let Some(table) = &part.table {
                markdown_table(&mut text, table);
            }
        }
        text
    }

    /// The tables as CSV, each after its heading and an empty line before the next.
    pub fn csv(&self) -> String {
        let tables = self
            .parts
            .iter()
            .filter_map(|part| Some((&part.heading, part.table.as_ref()?)));
        let tables: Vec<_> = tables.collect();
        match tables.as_slice() {
            [(_, only)] => only.csv(),
            all => {
                let one = |(heading, table): &(&String, &Table)| {
                    let mut named = Table::new(&[heading.as_str()]);
                    named.rows.clear();
                    format!("{}{}", named.csv(), table.csv())
                };
                all.iter().map(one).collect::<Vec<_>>().join("\r\n")
            }
        }
    }
}

fn paragraphs(html: &mut String, lines: &[String]) {
    for line in lines {
        let _ = writeln!(html, "<p>{}</p>", escaped(line));
    }
}

fn html_table(html: &mut String, table: &Table) {
    let cells = |row: &[String], tag: &str| -> String {
        row.iter()
            .map(|cell| format!("<{tag}>{}</{}>", escaped(cell), &tag[..2]))
            .collect()
    };
    let head = cells(&table.head, "th scope=\"col\"");
    let _ = write!(html, "<table>\n<thead><tr>{head}</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        let _ = writeln!(html, "<tr>{}</tr>", cells(row, "td"));
    }
    html.push_str("</tbody>\n</table>\n");
}

fn markdown_table(text: &mut String, table: &Table) {
    let row = |cells: &[String]| {
        let cells: Vec<String> = cells
            .iter()
            .map(|cell| cell.replace('|', "\\|").replace('\n', " "))
            .collect();
        format!("| {} |\n", cells.join(" | "))
    };
    let rule: Vec<String> = table.head.iter().map(|_| "---".to_owned()).collect();
    let _ = write!(text, "\n{}{}", row(&table.head), row(&rule));
    text.extend(table.rows.iter().map(|cells| row(cells)));
}

/// Text for HTML, in elements and attributes.
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_value_becomes_markup() {
        let mut table = Table::new(&["a"]);
        table.push(["<script>alert(1)</script>".to_owned()]);
        let page = Page {
            language: Language::En,
            title: "\"><b>".to_owned(),
            lead: vec!["a & b".to_owned()],
            parts: vec![Part::table("T", table)],
        };
        let html = page.html();
        assert!(!html.contains("<script") && !html.contains("<b>") && html.contains("a &amp; b"));
        assert!(page.markdown().contains("## T"));
    }
}
