//! What a list's columns hold, and a row read by it.

use zgoda_core::badge::{Column, Template, TemplateError};
use zgoda_core::list::{ListError, Row, Statement};
use zgoda_core::{Candidate, Source};

use super::InHand;
use crate::gate;

/// What the columns hold, by their places.
pub(super) struct Columns {
    held: Vec<(usize, Column)>,
    template: Template,
}

impl Columns {
    /// As the list shows it, and over that as the statement says.
    pub(super) fn of(list: &InHand, statement: &Statement) -> Result<Self, ListError> {
        let mut columns: Vec<Column> = list.shape.columns.iter().map(|(_, one)| *one).collect();
        let said = |(header, name): (&String, &String)| {
            let place = list.shape.place(header);
            let place = place.ok_or_else(|| ListError::NoColumn(header.clone()))?;
            let column = Column::from_name(name).ok_or_else(|| ListError::NoField(name.clone()))?;
            Ok((place, column))
        };
        let said: Result<Vec<_>, ListError> = statement.columns.iter().map(said).collect();
        let said = said?;
        for (_, column) in &said {
            // What a person says stands against what was guessed.
            for guess in columns.iter_mut().filter(|guess| *guess == column) {
                *guess = Column::Skip;
            }
        }
        for (place, column) in said {
            columns[place] = column;
        }
        for cover in &statement.covers {
            let asked = cover
                .column
                .iter()
                .find(|one| list.shape.place(one).is_none());
            asked.map_or(Ok(()), |header| Err(ListError::NoColumn(header.clone())))?;
        }
        let held = columns.into_iter().enumerate();
        let held: Vec<_> = held.filter(|(_, one)| *one != Column::Skip).collect();
        let columns = held.iter().map(|(_, column)| *column);
        let template = gate::template(columns).map_err(|error| match error {
            TemplateError::Twice(name) => ListError::Twice(name),
            _ => ListError::Nobody,
        })?;
        Ok(Self { held, template })
    }

    /// True where the column at `place` is read.
    pub(super) fn reads(&self, place: usize) -> bool {
        self.held.iter().any(|(of, _)| *of == place)
    }

    /// Reads a row as a badge would be read: cleaned, checked and doubted in the same way.
    pub(super) fn candidate(&self, row: &Row) -> Option<Candidate> {
        let parts = self.held.iter().map(|(place, _)| row.cell(*place));
        gate::read(&self.template, parts, Source::Import)
    }
}
