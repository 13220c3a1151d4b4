//! The domain of Zgoda, pure: no file, no network, no clock (`now` is an argument), no randomness (ids are arguments).
//!
//! The way through, in order: [`candidate`] → [`minimise`](mod@minimise) → [`decision`] → [`lead`] → [`outbox`], by the
//! rules of the [`profile`], with every step told to the [`ledger`].

pub mod answer;
pub mod badge;
pub mod candidate;
pub mod consent;
pub mod decision;
pub mod device;
pub mod export;
pub mod field;
pub mod follow_up;
pub mod identity;
pub mod language;
pub mod lead;
pub mod ledger;
pub mod list;
pub mod merge;
pub mod minimise;
pub mod note;
pub mod outbox;
pub mod personal;
pub mod profile;
pub mod question;
pub mod receipt;
pub mod report;
pub mod retention;
pub mod signature;
pub mod status;
pub mod text;
pub mod withdraw;

pub use answer::{Answer, Reply, ReplyError};
pub use candidate::{Candidate, Doubt, Source};
pub use decision::{Act, Answers, BoxRef, Decision, Decisions};
pub use field::{Address, Extra, Field, Fields, Rating, Value};
pub use language::Language;
pub use lead::{Kept, KeptField, Lead, LeadId, LeadIds, Promise, SubjectRef};
pub use minimise::{Draft, Dropped, minimise};
pub use personal::Personal;
pub use profile::{Basis, Channel, Profile};
pub use question::{Asker, Question, QuestionKind};
pub use signature::{Signature, SignatureError};
