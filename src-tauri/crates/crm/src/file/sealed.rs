//! The sealed way: one encrypted file per push, which only head office can open.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::SystemTime;

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;
use zgoda_core::outbox::Message;
use zgoda_core::profile::sha256_hex;

use super::state::{Entry, told};
use super::{disk, plain};

const ENDING: &str = ".jsonl.age";

/// Seals `messages` to `recipient` in a file of their own. Told the same again, the same file is written anew.
pub(super) fn write(
    folder: &Path,
    messages: &[Message],
    recipient: &age::x25519::Recipient,
) -> io::Result<()> {
    let text = Zeroizing::new(plain::lines(messages.iter().map(Entry::from))?);
    let recipient: &dyn age::Recipient = recipient;
    let encryptor =
        age::Encryptor::with_recipients(std::iter::once(recipient)).map_err(io::Error::other)?;
    let mut sealed = Vec::new();
    let mut writer = encryptor.wrap_output(&mut sealed)?;
    writer.write_all(&text)?;
    writer.finish()?;
    disk::replace(folder, &name(folder, messages)?, &sealed)
}

/// The name of an earlier file of the same content, or a new one. The hash is over lead ids and revisions, never over a
/// person's values, which could be guessed.
fn name(folder: &Path, messages: &[Message]) -> io::Result<String> {
    let told: Vec<String> = messages.iter().map(told).collect();
    let hash = &sha256_hex(&told.join("\n"))[..16];
    let ending = format!("-{hash}{ENDING}");
    let earlier = sealed_files(folder)?
        .into_iter()
        .find(|name| name.ends_with(&ending));
    let now: DateTime<Utc> = SystemTime::now().into();
    Ok(earlier.unwrap_or_else(|| format!("zgoda-{}{ending}", now.format("%Y%m%dT%H%M%SZ"))))
}

fn sealed_files(folder: &Path) -> io::Result<BTreeSet<String>> {
    let mut names = BTreeSet::new();
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        let name = name.to_str().filter(|name| name.ends_with(ENDING));
        names.extend(name.map(str::to_owned));
    }
    Ok(names)
}

/// Why sealed files could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The identity is none of `age`.
    #[error("the identity is not one of age")]
    BadIdentity,
    /// A file is not sealed to this identity, or it is damaged.
    #[error("{0} is sealed to somebody else, or damaged")]
    Sealed(String),
    /// The system's.
    #[error("the files cannot be read or written")]
    File(#[from] io::Error),
}

impl OpenError {
    /// The code that screens translate.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::BadIdentity => "open_bad_identity",
            Self::Sealed(_) => "open_sealed",
            Self::File(_) => "open_file",
        }
    }
}

/// Head office's side: opens every sealed file of `folder` with the `age` identity `AGE-SECRET-KEY-1…`, from whichever
/// device it came, and brings `into` up to date in the plain way. Opening the same again changes nothing; an erased lead
/// is taken out of `into`. Answers how many files were opened.
///
/// # Errors
/// Where one file cannot be opened, nothing is written.
pub fn open(folder: &Path, identity: &crate::Secret, into: &Path) -> Result<usize, OpenError> {
    let identity: age::x25519::Identity =
        (identity.expose().parse()).map_err(|_| OpenError::BadIdentity)?;
    let mut entries = Vec::new();
    let files = sealed_files(folder)?;
    for name in &files {
        let sealed = fs::read(folder.join(name))?;
        let text = unseal(&sealed, &identity).ok_or_else(|| OpenError::Sealed(name.clone()))?;
        entries.extend(plain::parse::<Entry>(&text)?);
    }
    disk::make_folder(into)?;
    plain::write(into, entries.into_iter(), &[])?;
    Ok(files.len())
}

fn unseal(sealed: &[u8], identity: &age::x25519::Identity) -> Option<Zeroizing<String>> {
    let identity: &dyn age::Identity = identity;
    let decryptor = age::Decryptor::new(sealed).ok()?;
    let mut reader = decryptor.decrypt(std::iter::once(identity)).ok()?;
    let mut text = Zeroizing::new(String::new());
    reader.read_to_string(&mut text).ok()?;
    Some(text)
}
