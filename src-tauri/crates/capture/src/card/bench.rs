//! What `make bench-cards` and the training of the weights need to see; not part of a release build.

use serde_json::{Value, json};
use zgoda_core::{Candidate, Personal};

use super::fields;
use super::geometry::{Point, Quad};
use super::read::RawLine;
use super::read::recognise::{Glyph, Reading};
use super::{CardError, CardReading, Reader};
use crate::still::Still;

/// Loads the models, which otherwise happens with the first photo.
///
/// # Errors
/// As [`Reader::read`].
pub fn load(reader: &Reader) -> Result<(), CardError> {
    reader.engine().map(|_| ())
}

/// Lines as read, card by card.
pub struct Raw(Vec<Vec<RawLine>>);

impl Raw {
    /// Lines that never were pixels: text, and left, top, right, bottom in units of the card's longer side.
    pub fn typed(lines: &[(String, [f32; 4])]) -> Self {
        Self(vec![
            lines
                .iter()
                .map(|(text, place)| typed(text, *place))
                .collect(),
        ])
    }

    /// Lines that an earlier run printed by [`Raw::kept`].
    #[must_use]
    pub fn again(kept: &Value) -> Option<Self> {
        let cards = kept.as_array()?.iter();
        let lines = |card: &Value| card.as_array()?.iter().map(line_again).collect();
        Some(Self(cards.map(lines).collect::<Option<_>>()?))
    }

    /// All that the fields are made of, so that they can be made anew without the photos.
    #[must_use]
    pub fn kept(&self) -> Value {
        let cards = self.0.iter();
        cards
            .map(|lines| lines.iter().map(line_kept).collect::<Value>())
            .collect()
    }

    /// Reads a photo, and says what [`Reader::read`] would.
    ///
    /// # Errors
    /// As [`Reader::read`].
    pub fn read(reader: &Reader, still: &Still) -> Result<(Self, Vec<CardReading>), CardError> {
        let cards = reader.raw(still)?;
        let readings = reader.readings(still, &cards);
        Ok((
            Self(cards.into_iter().map(|(lines, _)| lines).collect()),
            readings,
        ))
    }

    /// Sorts the lines into fields.
    pub fn sorted(&self, home: &str) -> Vec<Value> {
        self.0
            .iter()
            .map(|lines| {
                let read = fields::extract(lines, home);
                let mut object = object(&read.candidate);
                let sure = read.confidence.iter();
                let sure = sure.map(|(field, sure)| (field.to_string(), json!(sure)));
                object["confidence"] = Value::Object(sure.collect());
                object
            })
            .collect()
    }

    /// Candidates and what is measured on them, for training.
    pub fn measured(&self) -> Vec<Value> {
        self.0.iter().map(|lines| fields::measured(lines)).collect()
    }
}

fn line_kept(line: &RawLine) -> Value {
    let glyphs = line.reading.glyphs.iter();
    let glyphs: Value = glyphs
        .map(|glyph| json!([glyph.letter, glyph.probability, glyph.at, glyph.rival]))
        .collect();
    let quad: Vec<_> = line.flat.0.iter().map(|p| [p.x, p.y]).collect();
    json!({ "glyphs": glyphs, "flat": quad })
}

fn line_again(kept: &Value) -> Option<RawLine> {
    let letter = |value: &Value| value.as_str()?.chars().next();
    let number = |value: &Value| Some(value.as_f64()? as f32);
    let glyph = |kept: &Value| {
        let rival = &kept[3];
        Some(Glyph {
            letter: letter(&kept[0])?,
            probability: number(&kept[1])?,
            at: number(&kept[2])?,
            rival: letter(&rival[0]).zip(number(&rival[1])),
        })
    };
    let glyphs = kept["glyphs"].as_array()?.iter();
    let point = |kept: &Value| Some(Point::new(number(&kept[0])?, number(&kept[1])?));
    let points: Vec<Point> = kept["flat"]
        .as_array()?
        .iter()
        .map(point)
        .collect::<Option<_>>()?;
    let flat = Quad(points.try_into().ok()?);
    Some(RawLine {
        reading: Reading {
            glyphs: glyphs.map(glyph).collect::<Option<_>>()?,
        },
        quad: flat,
        flat,
    })
}

fn typed(text: &str, [left, top, right, bottom]: [f32; 4]) -> RawLine {
    let count = text.chars().count().max(1) as f32;
    let glyphs = text.chars().enumerate().map(|(i, letter)| Glyph {
        letter,
        probability: 0.99,
        at: (i as f32 + 0.5) / count,
        rival: None,
    });
    let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
    let flat = Quad(corners.map(|(x, y)| Point::new(x, y)));
    RawLine {
        reading: Reading {
            glyphs: glyphs.collect(),
        },
        quad: flat,
        flat,
    }
}

/// The fields of a candidate as `zgoda card --json` prints them.
pub fn object(candidate: &Candidate) -> Value {
    let all = |list: &[Personal]| -> Vec<String> {
        list.iter().map(|text| text.expose().to_owned()).collect()
    };
    let address = &candidate.address;
    json!({
        "name": candidate.name.expose(), "prefix": candidate.prefix.expose(), "title": candidate.title.expose(),
        "company": candidate.company.expose(), "email": all(&candidate.email), "phone": all(&candidate.phone),
        "website": candidate.website.expose(),
        "address": {
            "text": address.text.expose(), "street": address.street.expose(), "postcode": address.postcode.expose(),
            "city": address.city.expose(), "country": address.country.expose(),
        },
    })
}
