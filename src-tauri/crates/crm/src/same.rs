//! Whether a record of ours is of the person whom another device met: by e-mail and name.

use zgoda_core::field::Field;
use zgoda_core::identity::is_same_name;

use crate::filed::There;
use crate::form::Layout;
use crate::record::{Plain, Record};

/// The address by which other devices' records are looked for: the first, in lower case. None where the profile keeps it in
/// a column of its own, or where it holds anything but what addresses are commonly made of.
pub(crate) fn email(record: &Record, layout: &Layout) -> Option<String> {
    if layout.named.contains_key(&Field::Email) {
        return None;
    }
    let first = match record.fields.get(&Field::Email)? {
        Plain::Many(all) => all.first()?,
        Plain::Text(text) => text,
        Plain::Address(_) | Plain::Answers(_) => return None,
    };
    common(first)
}

/// An address in lower case, where it is made of nothing but what addresses commonly are.
pub(crate) fn common(address: &str) -> Option<String> {
    let common = |byte: u8| byte.is_ascii_alphanumeric() || b"@.+-_".contains(&byte);
    let is_common = address.bytes().all(common);
    is_common.then(|| address.to_ascii_lowercase())
}

/// True where the address is the same and the names do not say otherwise: an office's address may be of several people.
pub(crate) fn is_same_person(there: &There, record: &Record, layout: &Layout) -> bool {
    let column = layout.columns(Field::Email).first().copied();
    let theirs = there.text(column.unwrap_or_default()).to_lowercase();
    if email(record, layout) != Some(theirs) {
        return false;
    }
    let columns = layout.columns(Field::Name).into_iter();
    let name: Vec<&str> = columns
        .filter(|column| layout.form.blank(column) != Some(there.text(column)))
        .map(|column| there.text(column))
        .collect();
    let ours = record.fields.get(&Field::Name).map(Plain::one_line);
    is_same_name(&name.join(" "), &ours.unwrap_or_default())
}
