//! The `file` destination: leads in a folder, for teams whose CRM imports files, or that have none.
//!
//! Two ways, as the profile says:
//! - **Sealed** (the default): each push writes one file `zgoda-<time>-<hash>.jsonl.age`, encrypted to head office's
//!   recipient. Nobody at the booth can open it. The hash is over what was told, never over a value; a repeated push
//!   replaces its own file. Head office opens the folder with [`open`], in any order.
//! - **Plain** (`plain = true`): `leads.csv` and `leads.jsonl` with one row per lead, `leads.vcf` with one vCard 4.0 each,
//!   `erased.jsonl`, `withdrawn.jsonl` and `expired.jsonl`, each rewritten whole. An erased lead is taken out and only its id stays in the erasure list.
//!
//! Beside them `status/<device>.txt` is what each device last said of itself, signed; head office countersigns it there.
//!
//! When is a message confirmed? Once the files are written, synced, renamed and their folder synced; before that nothing
//! counts. A sealed file that was written cannot be changed from here: erasing reaches it when head office opens the
//! folder or removes the file.

mod disk;
mod plain;
mod sealed;
mod state;
mod table;
mod vcard;

use std::io;
use std::path::{Path, PathBuf};

use zgoda_core::BoxRef;
use zgoda_core::outbox::{Answer, Found, Message, Reason};
use zgoda_core::profile::Profile;
use zgoda_core::receipt::Code;

use crate::{ConnectError, Connector, Tested};
pub use sealed::{OpenError, open};
pub(crate) use state::{Entry, told};

/// Where the devices' signed statuses lie, one file each.
const STATUS: &str = "status";

/// Leads in a folder.
pub(crate) struct Folder {
    folder: PathBuf,
    way: Way,
}

enum Way {
    Plain { boxes: Vec<String> },
    Sealed { recipient: age::x25519::Recipient },
}

impl Folder {
    pub(crate) fn new(profile: &Profile, folder: &Path) -> Result<Self, ConnectError> {
        let way = if profile.crm.plain {
            Way::Plain {
                boxes: boxes(profile),
            }
        } else {
            let recipient = profile.recipient.as_deref();
            let recipient = recipient.ok_or(ConnectError::NoRecipient)?;
            Way::Sealed {
                recipient: recipient.parse().map_err(|_| ConnectError::BadRecipient)?,
            }
        };
        Ok(Self {
            folder: folder.to_owned(),
            way,
        })
    }

    fn write(&self, messages: &[Message]) -> io::Result<()> {
        disk::make_folder(&self.folder)?;
        match &self.way {
            Way::Plain { boxes } => {
                plain::write(&self.folder, messages.iter().map(Entry::from), boxes)
            }
            Way::Sealed { recipient } => sealed::write(&self.folder, messages, recipient),
        }
    }
}

impl Connector for Folder {
    fn kind(&self) -> &'static str {
        "file"
    }

    fn batch(&self) -> usize {
        1000
    }

    fn push(&mut self, messages: &[Message]) -> Vec<Answer> {
        if messages.is_empty() {
            return Vec::new();
        }
        let written = self.write(messages);
        let answer = |message: &Message| match &written {
            Ok(()) => Answer::Confirmed {
                crm_id: crm_id(&message.lead.to_string()),
            },
            Err(_) => Answer::Retry {
                reason: Reason::NotWritable,
                after: None,
            },
        };
        messages.iter().map(answer).collect()
    }

    fn test(&mut self) -> Result<Tested, Reason> {
        let tried = disk::make_folder(&self.folder).and_then(|()| disk::try_out(&self.folder));
        tried.map_err(|_| Reason::NotWritable)?;
        Ok(Tested {
            account: Some(self.folder.display().to_string()),
            missing: Vec::new(),
        })
    }

    /// In sealed files nobody is found from here: head office alone opens them.
    fn find(&mut self, code: &Code) -> Result<Option<Found>, Reason> {
        match self.way {
            Way::Plain { .. } => plain::find(&self.folder, code).map_err(|_| Reason::NotWritable),
            Way::Sealed { .. } => Ok(None),
        }
    }

    fn hand_over_status(&mut self, device: &str, status: &str) -> Result<Option<String>, Reason> {
        let folder = self.folder.join(STATUS);
        let name = format!("{device}.txt");
        let before = disk::make_folder(&folder).and_then(|()| {
            let before = disk::read(&folder, &name)?;
            disk::replace(&folder, &name, status.as_bytes())?;
            Ok(before)
        });
        let before = before.map_err(|_| Reason::NotWritable)?;
        Ok(Some(before).filter(|text| !text.is_empty()))
    }
}

/// The id of a lead in a folder.
fn crm_id(lead: &str) -> String {
    format!("file:{lead}")
}

/// The boxes that the profile offers, by [`crate::record::Proof::name`]; purposes without a box by their id.
fn boxes(profile: &Profile) -> Vec<String> {
    let names = profile.purposes.iter().flat_map(|purpose| {
        let mut boxes = purpose.boxes();
        if boxes.is_empty() {
            boxes.push(None);
        }
        let named = |channel| BoxRef {
            purpose: purpose.id.clone(),
            channel,
        };
        boxes
            .into_iter()
            .map(move |channel| named(channel).to_string())
    });
    names.collect()
}
