//! What a disk may hold after a power cut.
//!
//! Of a file, what was asked before its last sync is there; of what was asked after, any part: each write wholly, not
//! at all, or in any mixture of its 512-byte sectors, in any order. Of the directory's names likewise.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::record::{Op, Recording};

/// Random enough, and the same for the same seed (Marsaglia, "Xorshift RNGs", 2003).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub const fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// A number below `limit`.
    pub const fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }
}

/// Writes to `directory` what the disk may hold when the power goes after the first `count` ops.
///
/// # Errors
/// Where `directory` cannot be written.
pub fn write(
    recording: &Recording,
    count: usize,
    dice: &mut Dice,
    directory: &Path,
) -> std::io::Result<()> {
    let ops = &recording.ops[..count];
    let mut synced: BTreeMap<u64, usize> = BTreeMap::new();
    let mut names_synced = 0;
    for (at, op) in ops.iter().enumerate() {
        match op {
            Op::Sync { file } => {
                synced.insert(*file, at);
            }
            Op::SyncNames => names_synced = at,
            _ => {}
        }
    }
    let mut files = recording.start.files.clone();
    let mut names = recording.start.names.clone();
    for (at, op) in ops.iter().enumerate() {
        match op {
            Op::Write {
                file,
                at: offset,
                bytes,
            } => {
                let content = files.entry(*file).or_default();
                if synced.get(file) > Some(&at) {
                    put(content, *offset, bytes, None);
                } else {
                    match dice.below(3) {
                        0 => {}
                        1 => put(content, *offset, bytes, None),
                        _ => put(content, *offset, bytes, Some(dice)),
                    }
                }
            }
            Op::Truncate { file, length } => {
                if synced.get(file) > Some(&at) || dice.below(2) == 0 {
                    let length = usize::try_from(*length).unwrap_or(usize::MAX);
                    files.entry(*file).or_default().resize(length, 0);
                }
            }
            Op::Name { name, file } => {
                if at < names_synced || dice.below(2) == 0 {
                    match file {
                        Some(file) => names.insert(name.clone(), *file),
                        None => names.remove(name),
                    };
                }
            }
            Op::Sync { .. } | Op::SyncNames | Op::Acknowledge(_) => {}
        }
    }
    fs::create_dir_all(directory)?;
    for (name, file) in names {
        let content = files.get(&file).map(Vec::as_slice).unwrap_or_default();
        fs::write(directory.join(name), content)?;
    }
    Ok(())
}

/// Puts `bytes` into a file's content: all of them, or the sectors that the dice choose.
fn put(content: &mut Vec<u8>, at: u64, bytes: &[u8], mut dice: Option<&mut Dice>) {
    let start = usize::try_from(at).unwrap_or(usize::MAX);
    if content.len() < start + bytes.len() {
        content.resize(start + bytes.len(), 0);
    }
    for (number, sector) in bytes.chunks(512).enumerate() {
        if dice.as_mut().is_none_or(|dice| dice.below(2) == 0) {
            let from = start + number * 512;
            content[from..from + sector.len()].copy_from_slice(sector);
        }
    }
}
