//! One value of the TOML and its place, for serde.
//!
//! Each kind is asked for by name and answered with its own code where another kind stands there.

use std::ops::Range;

use serde::de::value::{SeqDeserializer, StrDeserializer, StringDeserializer};
use serde::de::{DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, Visitor};
use serde_spanned::de::{SpannedDeserializer, is_spanned};
use toml::Spanned;
use toml::de::{DeInteger, DeTable, DeValue};

use super::{Fault, Lint, of_key};

pub(super) struct At<'de> {
    pub(super) value: DeValue<'de>,
    pub(super) span: Range<usize>,
}

impl<'de> At<'de> {
    /// The value where it is of the kind asked for, else the fault that another stands here.
    fn only<V: Visitor<'de>>(self, fits: bool, lint: Lint, visitor: V) -> Result<V::Value, Fault> {
        if fits {
            self.deserialize_any(visitor)
        } else {
            Err(Fault::new(lint).at(&self.span))
        }
    }
}

impl<'de> From<Spanned<DeValue<'de>>> for At<'de> {
    fn from(value: Spanned<DeValue<'de>>) -> Self {
        Self {
            span: value.span(),
            value: value.into_inner(),
        }
    }
}

impl<'de> IntoDeserializer<'de, Fault> for At<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for At<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let span = self.span;
        let read = match self.value {
            DeValue::String(text) => visitor.visit_string(text.into_owned()),
            DeValue::Integer(number) => match whole(&number) {
                Some(number) => visitor.visit_i64(number),
                None => Err(Fault::new(Lint::FormNumber)),
            },
            DeValue::Float(number) => {
                visitor.visit_f64(number.as_str().parse().unwrap_or(f64::NAN))
            }
            DeValue::Boolean(truth) => visitor.visit_bool(truth),
            DeValue::Datetime(day) => visitor.visit_string(day.to_string()),
            DeValue::Array(list) => visitor
                .visit_seq(SeqDeserializer::new(list.into_iter().map(At::from)))
                .map_err(Fault::in_list),
            DeValue::Table(table) => visitor.visit_map(Entries::of(table)),
        };
        read.map_err(|fault| fault.at(&span))
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = matches!(self.value, DeValue::String(_));
        self.only(fits, Lint::FormText, visitor)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = matches!(self.value, DeValue::Boolean(_));
        self.only(fits, Lint::FormTruth, visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = matches!(self.value, DeValue::Integer(_));
        self.only(fits, Lint::FormNumber, visitor)
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_i64(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let lint = match self.value {
            DeValue::Table(_) => Lint::FormTables,
            _ => Lint::FormList,
        };
        let fits = matches!(self.value, DeValue::Array(_));
        self.only(fits, lint, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        let fits = matches!(self.value, DeValue::Table(_));
        self.only(fits, Lint::FormTable, visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if is_spanned(name) {
            let span = self.span.clone();
            visitor.visit_map(SpannedDeserializer::new(self, span))
        } else {
            self.deserialize_map(visitor)
        }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        words: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        let Self { value, span } = self;
        match value {
            DeValue::String(word) => {
                let word: StrDeserializer<'_, Fault> = word.as_ref().into_deserializer();
                visitor.visit_enum(word).map_err(|fault| fault.at(&span))
            }
            _ => Err(Fault {
                choices: words,
                ..Fault::new(Lint::FormValue).at(&span)
            }),
        }
    }

    serde::forward_to_deserialize_any! {
        u8 u16 u64 i8 i16 i32 f32 f64 char bytes byte_buf unit ignored_any unit_struct tuple_struct tuple identifier
    }
}

fn whole(number: &DeInteger<'_>) -> Option<i64> {
    i64::from_str_radix(number.as_str(), number.radix()).ok()
}

/// The keys of a table and their values, in turn.
struct Entries<'de> {
    rest: toml::map::IntoIter<Spanned<toml::de::DeString<'de>>, Spanned<DeValue<'de>>>,
    value: Option<(String, At<'de>)>,
}

impl<'de> Entries<'de> {
    fn of(table: DeTable<'de>) -> Self {
        Self {
            rest: table.into_iter(),
            value: None,
        }
    }
}

impl<'de> MapAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some((key, value)) = self.rest.next() else {
            return Ok(None);
        };
        let (span, key) = (key.span(), key.into_inner().into_owned());
        let read: StringDeserializer<Fault> = key.clone().into_deserializer();
        let read = seed
            .deserialize(read)
            .map_err(|fault| of_key(&key, fault).at(&span))?;
        self.value = Some((key, value.into()));
        Ok(Some(read))
    }

    /// serde asks for a value after its key alone; it asks again for none.
    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (key, value) = self
            .value
            .take()
            .ok_or_else(|| Fault::new(Lint::FormTable))?;
        seed.deserialize(value).map_err(|fault| fault.under(&key))
    }
}
