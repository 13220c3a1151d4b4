//! Where in a table the people begin and end, and what its columns hold.
//!
//! How: exports of webinar tools put summaries and other sections before the people; the section's title or the row with
//! most known headers tells where they begin. A header that is not known holds nothing until a person says what.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::table::{Row, Table};
use super::{ListError, MAX_ROWS};
use crate::badge::Column;
use crate::text::clean_line;

/// Rows among which the headers are looked for.
const HEADERS_WITHIN: usize = 120;

/// Where a list was exported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Tool {
    /// Zoom.
    Zoom,
    /// Microsoft Teams.
    Teams,
    /// ClickMeeting.
    Clickmeeting,
    /// Livestorm.
    Livestorm,
    /// Another tool, or a form of one's own.
    #[default]
    Other,
}

impl Tool {
    /// The name in records and files.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Zoom => "zoom",
            Self::Teams => "teams",
            Self::Clickmeeting => "clickmeeting",
            Self::Livestorm => "livestorm",
            Self::Other => "other",
        }
    }
}

/// Words by which a tool's export gives itself away, each a whole cell of its first rows.
const MARKS: [(Tool, &[&str]); 4] = [
    (
        Tool::Zoom,
        &[
            "attendee report",
            "registration report",
            "attendee details",
            "user name (original name)",
            "approval status",
            "# registered",
        ],
    ),
    (
        Tool::Teams,
        &[
            "1. summary",
            "2. participants",
            "participant id (upn)",
            "in-meeting duration",
            "registration time (utc)",
            "registration status",
            "1. podsumowanie",
            "1. zusammenfassung",
        ],
    ),
    (
        Tool::Livestorm,
        &[
            "registered via",
            "attendance rate",
            "utm source",
            "utm_source",
            "has viewed replay",
        ],
    ),
    (
        Tool::Clickmeeting,
        &[
            "clickmeeting",
            "room name",
            "room url",
            "nazwa pokoju",
            "raumname",
        ],
    ),
];

/// Headers, as the tools and people write them. Where nothing is said of a column, it is not looked at.
const HEADERS: [(Column, &[&str]); 12] = [
    (
        Column::Email,
        &[
            "email",
            "e-mail",
            "email address",
            "e-mail address",
            "user email",
            "mail",
            "adres e-mail",
            "adres email",
            "e-mail-adresse",
            "emailadresse",
            "e-mail adresse",
        ],
    ),
    (
        Column::FirstName,
        &[
            "first name",
            "firstname",
            "given name",
            "imię",
            "imie",
            "vorname",
        ],
    ),
    (
        Column::LastName,
        &[
            "last name",
            "lastname",
            "surname",
            "family name",
            "nazwisko",
            "nachname",
            "familienname",
        ],
    ),
    (
        Column::Name,
        &[
            "name",
            "full name",
            "user name (original name)",
            "user name",
            "display name",
            "participant",
            "attendee",
            "imię i nazwisko",
            "uczestnik",
            "nazwa",
            "vor- und nachname",
            "teilnehmer",
        ],
    ),
    (
        Column::Company,
        &[
            "company",
            "company name",
            "organization",
            "organisation",
            "firma",
            "nazwa firmy",
            "organizacja",
            "unternehmen",
        ],
    ),
    (
        Column::Title,
        &[
            "job title",
            "jobtitle",
            "position",
            "stanowisko",
            "funktion",
            "berufsbezeichnung",
        ],
    ),
    (
        Column::Phone,
        &[
            "phone",
            "phone number",
            "telephone",
            "mobile",
            "mobile phone",
            "telefon",
            "numer telefonu",
            "nr telefonu",
            "telefonnummer",
            "handynummer",
        ],
    ),
    (
        Column::Website,
        &["website", "company website", "strona www", "webseite"],
    ),
    (
        Column::Street,
        &["address", "street", "adres", "ulica", "anschrift", "straße"],
    ),
    (
        Column::City,
        &["city", "miasto", "miejscowość", "ort", "stadt"],
    ),
    (
        Column::Postcode,
        &[
            "zip/postal code",
            "zip",
            "zip code",
            "postal code",
            "postcode",
            "kod pocztowy",
            "plz",
            "postleitzahl",
        ],
    ),
    (
        Column::Region,
        &[
            "state/province",
            "state",
            "region",
            "województwo",
            "bundesland",
        ],
    ),
];

/// Parts of headers of columns that may hold an answer about consent.
const ASKS: [&str; 14] = [
    "consent",
    "agree",
    "opt-in",
    "opt in",
    "optin",
    "newsletter",
    "marketing",
    "gdpr",
    "rodo",
    "zgod",
    "einwillig",
    "zustimm",
    "dsgvo",
    "subscri",
];

/// The people of a table.
#[derive(Clone, Debug)]
pub struct Shape {
    /// Where it was exported, as far as that shows.
    pub tool: Tool,
    /// Line of the headers.
    pub header_line: usize,
    /// Each column's header, told apart where two are alike, with what it holds.
    pub columns: Vec<(String, Column)>,
    /// The rows of the people, as places in [`Table::rows`].
    pub people: Range<usize>,
}

impl Shape {
    /// Finds the people of `table`.
    ///
    /// # Errors
    /// [`ListError::Empty`] where nobody stands under the headers; [`ListError::TooMany`].
    pub fn of(table: &Table) -> Result<Self, ListError> {
        let tool = tool(table);
        let header = header(table, tool);
        let rows = table.rows();
        let width = rows[header].width();
        let begin = header + 1;
        let ends = |at: &usize| width > 2 && is_title(&rows[*at], tool);
        let end = (begin..rows.len()).find(ends).unwrap_or(rows.len());
        if begin == end {
            return Err(ListError::Empty);
        }
        if end - begin > MAX_ROWS {
            let line = rows[begin + MAX_ROWS].line;
            return Err(ListError::TooMany { line });
        }
        Ok(Self {
            tool,
            header_line: rows[header].line,
            columns: columns(table, header),
            people: begin..end,
        })
    }

    /// The place of the column with that header.
    pub fn place(&self, header: &str) -> Option<usize> {
        self.columns.iter().position(|(name, _)| name == header)
    }

    /// True where a header reads like a question about consent.
    pub fn asks(header: &str) -> bool {
        let header = fold(header);
        ASKS.iter().any(|part| header.contains(part))
    }
}

/// The title of a next section stands alone, in a row that is not even as wide as the table. Only exports of Zoom and Teams
/// have any; elsewhere, and where it is an address or a number, it is a person of whom there is no more.
fn is_title(row: &Row, tool: Tool) -> bool {
    let sections = matches!(tool, Tool::Zoom | Tool::Teams) && row.width() <= 2;
    let of_person = |text: &str| text.contains('@') || !text.chars().any(char::is_alphabetic);
    sections && row.lone().is_some_and(|text| !of_person(text))
}

fn fold(text: &str) -> String {
    clean_line(text).to_lowercase()
}

fn tool(table: &Table) -> Tool {
    let rows = table.rows().iter().take(HEADERS_WITHIN);
    let cells = rows.flat_map(|row| (0..row.width()).map(|at| fold(row.cell(at))));
    let cells: std::collections::BTreeSet<String> = cells.collect();
    let known = MARKS
        .iter()
        .find(|(_, marks)| marks.iter().any(|mark| cells.contains(*mark)));
    known.map(|(tool, _)| *tool).unwrap_or_default()
}

/// The row with the headers: under the section's title, else the first of those with most known headers.
fn header(table: &Table, tool: Tool) -> usize {
    let rows = table.rows();
    let is_title = |text: &str| match tool {
        Tool::Zoom => fold(text) == "attendee details",
        Tool::Teams => text.starts_with("2. "),
        _ => false,
    };
    let title = rows.iter().position(|row| row.lone().is_some_and(is_title));
    if let Some(title) = title.filter(|title| title + 1 < rows.len()) {
        return title + 1;
    }
    let known =
        |at: usize| (0..rows[at].width()).filter_map(move |cell| meaning(rows[at].cell(cell)));
    let first = 0..rows.len().min(HEADERS_WITHIN);
    let best = first.rev().max_by_key(|at| known(*at).count());
    let best = best.filter(|at| known(*at).count() > 0);
    // Nothing is known: the first row that is as wide as any.
    let widest = || (0..rows.len()).rev().max_by_key(|at| rows[*at].width());
    best.or_else(widest).unwrap_or_default()
}

fn meaning(header: &str) -> Option<Column> {
    let header = fold(header);
    let known = HEADERS
        .iter()
        .find(|(_, names)| names.contains(&header.as_str()));
    known.map(|(column, _)| *column)
}

fn columns(table: &Table, header: usize) -> Vec<(String, Column)> {
    let row = &table.rows()[header];
    let mut columns: Vec<(String, Column)> = Vec::with_capacity(row.width());
    for at in 0..row.width() {
        let name = clean_line(row.cell(at));
        let name = if name.is_empty() {
            format!("#{}", at + 1)
        } else {
            name
        };
        let same = columns.iter().filter(|(one, _)| *one == name).count();
        let label = if same > 0 {
            format!("{name} #{}", at + 1)
        } else {
            name.clone()
        };
        let meaning = meaning(&name).filter(|column| {
            matches!(column, Column::Email | Column::Phone)
                || columns.iter().all(|(_, taken)| taken != column)
        });
        columns.push((label, meaning.unwrap_or(Column::Skip)));
    }
    // A name in two parts is better than what somebody called themselves in the meeting.
    let has = |wanted| columns.iter().any(|(_, column)| *column == wanted);
    if has(Column::FirstName) && has(Column::LastName) {
        for (_, column) in &mut columns {
            if *column == Column::Name {
                *column = Column::Skip;
            }
        }
    }
    columns
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shape(text: &str) -> (Shape, Vec<usize>) {
        let table = Table::read(text).unwrap();
        let shape = Shape::of(&table).unwrap();
        let lines = table.rows()[shape.people.clone()]
            .iter()
            .map(|row| row.line);
        let lines = lines.collect();
        (shape, lines)
    }

    fn held(shape: &Shape) -> Vec<Column> {
        shape.columns.iter().map(|(_, column)| *column).collect()
    }

    #[test]
    fn zoom_hosts_and_panelists_are_no_attendees() {
        let (shape, lines) = shape(
            "Attendee Report\nReport Generated:,\"11/20/2026 12:00\"\nTopic,Webinar ID,# Registered\n\"Rola, jutro\",123,2\n\
             Host Details,\nAttended,User Name (Original Name),First Name,Last Name,Email\nYes,Host,Jan,Host,jan@dobremaszyny.example\n\
             Attendee Details,\nAttended,User Name (Original Name),First Name,Last Name,Email,Organization,Approval Status,Newsletter?\n\
             Yes,ela,Ela,Wilk,ela@wilk.example,Wilk,approved,Yes\nNo,jan,Jan,Lis,jan@lis.example,Lis,approved,\n\
             Other Attended,\nUser Name,Join Time\n48601000000,10:00\n",
        );
        assert_eq!((shape.tool, shape.header_line), (Tool::Zoom, 9));
        assert_eq!(lines, [10, 11]);
        use Column::{Company, Email, FirstName, LastName, Skip};
        assert_eq!(
            held(&shape),
            [Skip, Skip, FirstName, LastName, Email, Company, Skip, Skip]
        );
        assert!(Shape::asks(&shape.columns[7].0) && !Shape::asks(&shape.columns[6].0));
    }

    #[test]
    fn a_short_row_ends_no_list_but_a_title_does() {
        let rows = "Ela,Wilk,ela@wilk.example\njan@lis.example\nIda\n48601000000,\nOla,Kuna,ola@kuna.example\n";
        let (plain, lines) = shape(&format!("First name,Last name,Email\n{rows}"));
        assert_eq!((plain.tool, lines), (Tool::Other, vec![2, 3, 4, 5, 6]));
        let (zoom, lines) = shape(&format!(
            "Attendee Report\nAttendee Details,\nFirst Name,Last Name,Email\n{}Other Attended,\nUser Name,Join Time\nx,y\n",
            rows.replace("Ida\n", "")
        ));
        assert_eq!((zoom.tool, lines), (Tool::Zoom, vec![4, 5, 6, 7]));
    }

    #[test]
    fn teams_activities_are_no_second_people() {
        let (shape, lines) = shape(
            "1. Summary\nMeeting title\tRola\nAttended participants\t2\n\n2. Participants\n\
             Name\tFirst Join\tLast Leave\tIn-Meeting Duration\tEmail\tParticipant ID (UPN)\tRole\n\
             Ela Wilk\t10:00\t11:00\t1h\tela@wilk.example\t\tAttendee\n\n3. In-Meeting Activities\n\
             Name\tJoin Time\tLeave Time\tDuration\tEmail\tRole\nEla Wilk\t10:00\t11:00\t1h\tela@wilk.example\tAttendee\n",
        );
        assert_eq!((shape.tool, shape.header_line), (Tool::Teams, 6));
        assert_eq!(lines, [7]);
        assert_eq!(shape.columns[0].1, Column::Name);
        assert_eq!(shape.columns[4].1, Column::Email);
    }

    #[test]
    fn polish_and_german_headers_are_known() {
        let (shape, _) = shape(
            "Imię;Nazwisko;Adres e-mail;Firma;Nazwa pokoju;Zgoda na newsletter\nEla;Wilk;ela@wilk.example;Wilk;;Tak\n",
        );
        assert_eq!(shape.tool, Tool::Clickmeeting);
        assert_eq!(
            held(&shape)[..4],
            [
                Column::FirstName,
                Column::LastName,
                Column::Email,
                Column::Company
            ]
        );
        assert!(Shape::asks(&shape.columns[5].0));
        let (shape, _) = super::tests::shape(
            "Vorname,Nachname,E-Mail-Adresse,Telefonnummer\nEla,Wilk,ela@wilk.example,1\n",
        );
        assert_eq!(held(&shape)[2..], [Column::Email, Column::Phone]);
    }

    #[test]
    fn livestorm_is_told_and_equal_headers_are_told_apart() {
        let (shape, _) = shape(
            "Email,First name,Last name,Company,Job title,Registered via,Notes,Notes\nela@wilk.example,Ela,Wilk,W,,,,\n",
        );
        assert_eq!(shape.tool, Tool::Livestorm);
        assert_eq!(shape.columns[7].0, "Notes #8");
        assert_eq!(shape.place("Notes #8"), Some(7));
    }

    #[test]
    fn unknown_headers_hold_nothing() {
        let (shape, lines) = shape("alfa,beta\nEla,ela@wilk.example\n");
        assert_eq!((shape.tool, lines), (Tool::Other, vec![2]));
        assert_eq!(held(&shape), [Column::Skip, Column::Skip]);
    }

    #[test]
    fn fail_nobody_and_too_many() {
        let of = |text: &str| Shape::of(&Table::read(text).unwrap()).err();
        assert_eq!(of("Email,Name\n"), Some(ListError::Empty));
        let many = format!("Email,Name\n{}", "a@b.example,A\n".repeat(MAX_ROWS + 1));
        let line = MAX_ROWS + 2;
        assert_eq!(of(&many), Some(ListError::TooMany { line }));
    }
}
