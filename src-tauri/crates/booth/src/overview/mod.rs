//! The fair at a glance, from the ledger, the deadlines and what was chosen: how many came, what they agreed to, what they
//! answered, what was promised, what is erased when. Counts alone; nobody is named.
//!
//! How: [`pick`] says whose entries, leads and stubs count; [`count`] and [`asked`] count them; [`table`] is what a part looks
//! like as a file. Devices are those whose ledgers are here: this one, and those whose stores it took over.

mod asked;
mod count;
mod pick;
mod table;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Serialize;
use ts_rs::TS;
use zgoda_core::follow_up::When;
use zgoda_core::{Channel, Field};

pub use self::asked::{OptionCount, QuestionCount, RatingCount};
pub use self::pick::Pick;
pub use self::table::Part;
use crate::Booth;
use crate::error::Error;

/// The overview.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, TS)]
#[ts(export)]
pub struct OverviewView {
    /// Today, by the event's clock.
    pub today: NaiveDate,
    /// Every day on which somebody answered, whatever is picked: the days that can be.
    pub on: Vec<NaiveDate>,
    /// Days on which somebody was captured, the earliest first. The picked day does not narrow them: it is seen beside
    /// the others.
    pub days: Vec<DayCount>,
    /// How each box fared, in the profile's order.
    pub boxes: Vec<BoxCount>,
    /// How each question with options was answered by those whose values are on this device, in the profile's order.
    pub questions: Vec<QuestionCount>,
    /// How warm the talks with them were.
    pub ratings: RatingCount,
    /// Those whom the CRM alone holds: what they answered is not known here.
    pub elsewhere: u32,
    /// What is erased, by day, the soonest first.
    pub ends: Vec<EndCount>,
    /// Open promises by their day, the soonest first.
    pub promises: Vec<PromiseCount>,
    /// The devices whose ledgers are here, this one first. The picked device does not narrow them.
    pub devices: Vec<DeviceCount>,
}

/// A day's captures.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DayCount {
    /// The day.
    pub day: NaiveDate,
    /// Captured people, by hour of the day from 0 to 23.
    pub hours: Vec<u32>,
    /// People who wanted nothing.
    pub declined: u32,
}

/// What was answered to one box.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct BoxCount {
    /// The purpose's id.
    pub purpose: String,
    /// The channel.
    pub channel: Option<Channel>,
    /// Agreed, and still do.
    pub given: u32,
    /// Refused.
    pub refused: u32,
    /// Agreed, and withdrew or objected.
    pub withdrawn: u32,
}

/// Values of a field that end on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct EndCount {
    /// The day.
    pub day: NaiveDate,
    /// The field.
    pub field: Field,
    /// On this device.
    pub here: u32,
    /// In the CRM alone.
    pub in_crm: u32,
}

/// Promises that are due on a day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct PromiseCount {
    /// The day.
    pub due: NaiveDate,
    /// How it stands.
    pub when: When,
    /// Promises that nobody has kept yet.
    pub open: u32,
}

/// What one device captured.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, TS)]
pub struct DeviceCount {
    /// The device's id.
    pub device: String,
    /// True for this device.
    pub own: bool,
    /// Captured people.
    pub captured: u32,
    /// People who wanted nothing.
    pub declined: u32,
    /// When it last captured somebody, or was told no.
    pub last: Option<DateTime<Utc>>,
}

impl Booth {
    /// The fair at a glance, as far as `pick` goes.
    ///
    /// # Errors
    /// Where the store is locked or cannot be read.
    pub fn overview(&mut self, pick: &Pick, now: DateTime<Utc>) -> Result<OverviewView, Error> {
        let language = self.language;
        let open = self.staff()?;
        let picked = open.picked(pick)?;
        let today = open.local(now).date_naive();
        Ok(OverviewView {
            today,
            on: open.on(&picked.entries),
            days: open.days(&picked.entries, pick),
            boxes: open.boxes(&picked.records, pick),
            questions: asked::questions(&picked.leads, &open.profile, pick, language),
            ratings: asked::ratings(&picked.leads),
            elsewhere: u32::try_from(picked.stubs.len()).unwrap_or(u32::MAX),
            ends: count::ends(&picked.leads, &picked.stubs),
            promises: count::promises(&picked.leads, pick, today),
            devices: open.devices(&picked.entries, pick)?,
        })
    }
}
