//! The ledger's head, noted beside the slots after each transaction.
//!
//! Why: a flipped bit in the WAL makes SQLite drop what follows without a word, and an older copy of the database put
//! back looks whole. Both end before the head that was noted. How: written without waiting for the disk, after the
//! transaction is on it, so the note is never ahead of the database. It is no proof: whoever can write the files can
//! write the note; heads handed to a destination are.

use zgoda_core::ledger::Head;

use crate::vault::slots::SlotFile;

/// Notes heads while a store is open.
#[derive(Debug)]
pub(crate) struct Noting {
    file: SlotFile,
    last: u64,
}

impl Noting {
    /// Nothing is noted before the first change.
    pub(crate) const fn new(file: SlotFile) -> Self {
        Self { file, last: 0 }
    }

    /// Notes `head`, where it is another than before. A note that cannot be written is not worth an error.
    pub(crate) fn note(&mut self, head: &Head) {
        if head.sequence != self.last {
            let _ = self.file.note_head(Some(head));
            self.last = head.sequence;
        }
    }
}
