//! A field on a screen, and what a person typed into it.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use zgoda_core::{Address, Doubt, Field, Personal, Rating, Value};

use super::{AnswerView, SignatureView};

/// The value of a field on a screen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// One text.
    Text(String),
    /// Several.
    Many(Vec<String>),
    /// An address.
    Address(AddressView),
    /// A rating.
    Rating(Rating),
    /// Answers to questions; changed by replies alone.
    Answers(Vec<AnswerView>),
    /// A signature; never changed.
    Signature(SignatureView),
}

/// A postal address on a screen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default)]
pub struct AddressView {
    /// Street and number.
    pub street: String,
    /// Postal code.
    pub postcode: String,
    /// Town.
    pub city: String,
    /// Region.
    pub region: String,
    /// Country.
    pub country: String,
    /// The whole in lines, where the parts could not be told.
    pub text: String,
}

/// A kept field on a screen.
#[derive(Clone, Debug, Serialize, TS)]
pub struct FieldView {
    /// Which.
    pub field: Field,
    /// Its value.
    pub value: FieldValue,
    /// Why it wants a second look.
    pub doubts: Vec<Doubt>,
    /// Purposes that need it, by id.
    pub purposes: Vec<String>,
}

/// A changed field from a screen; `None` clears it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(export)]
#[serde(deny_unknown_fields)]
pub struct FieldEdit {
    /// Which.
    pub field: Field,
    /// The new value.
    pub value: Option<FieldValue>,
}

impl From<&Value> for FieldValue {
    fn from(value: &Value) -> Self {
        match value {
            Value::Text(text) => Self::Text(text.expose().to_owned()),
            Value::Many(all) => Self::Many(all.iter().map(|t| t.expose().to_owned()).collect()),
            Value::Address(address) => Self::Address(AddressView {
                street: address.street.expose().to_owned(),
                postcode: address.postcode.expose().to_owned(),
                city: address.city.expose().to_owned(),
                region: address.region.expose().to_owned(),
                country: address.country.expose().to_owned(),
                text: address.text.expose().to_owned(),
            }),
            Value::Rating(rating) => Self::Rating(*rating),
            Value::Answers(all) => Self::Answers(all.iter().map(AnswerView::from).collect()),
            Value::Signature(signature) => Self::Signature(signature.into()),
        }
    }
}

impl FieldValue {
    /// The value in the domain's terms, shaped for `field`; `None` where the shape does not fit.
    pub fn into_value(self, field: Field) -> Option<Value> {
        match (field, self) {
            (Field::Note, Self::Text(text)) => Some(Value::Text(Personal::multiline(&text))),
            (Field::Email | Field::Phone | Field::Tags, Self::Many(all)) => Some(Value::Many(
                all.iter().map(|text| Personal::new(text)).collect(),
            )),
            (Field::Email | Field::Phone | Field::Tags, Self::Text(text)) => {
                Some(Value::Many(vec![Personal::new(&text)]))
            }
            (Field::Address, Self::Address(address)) => Some(Value::Address(Address {
                street: Personal::new(&address.street),
                postcode: Personal::new(&address.postcode),
                city: Personal::new(&address.city),
                region: Personal::new(&address.region),
                country: Personal::new(&address.country),
                text: Personal::multiline(&address.text),
            })),
            (Field::Address, Self::Text(text)) => Some(Value::Address(Address {
                text: Personal::multiline(&text),
                ..Address::default()
            })),
            (Field::Rating, Self::Rating(rating)) => Some(Value::Rating(rating)),
            (
                Field::Name
                | Field::Prefix
                | Field::Title
                | Field::Company
                | Field::Website
                | Field::Reference,
                Self::Text(text),
            ) => Some(Value::Text(Personal::new(&text))),
            _ => None,
        }
    }
}
