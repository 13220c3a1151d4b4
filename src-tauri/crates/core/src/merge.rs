//! One lead that two devices changed apart: each counts its revisions alone, so that the higher number tells nothing of who
//! spoke last.
//!
//! How: of each box the later decision counts, and of two at one moment the no. The values are those of the newer capture,
//! of one capture those of the side that changed more often; then [`Kept::re_minimise`] by the decisions as they came
//! together. What was taken back on either side so stays taken back, until the person says yes anew.

use crate::decision::Decision;
use crate::lead::{Kept, Promise};
use crate::profile::Profile;

impl Kept {
    /// This lead and `other`, which is the same one on another device, in one. The revision is that of the side whose
    /// values count.
    #[must_use]
    pub fn merged(&self, other: &Self, profile: &Profile) -> Self {
        let age = |kept: &Self| (kept.captured_at, kept.revision);
        let (base, beside) = match age(other) > age(self) {
            true => (other, self),
            false => (self, other),
        };
        let mut merged = base.clone();
        merged.decisions = decisions(base, beside);
        merged.promises = promises(&merged, beside);
        merged.confirmed_at = base.confirmed_at.or(beside.confirmed_at);
        if merged.decisions == base.decisions && merged.promises == base.promises {
            return merged;
        }
        if !merged.has_purpose() && !beside.has_purpose() {
            // What stays without a purpose is what that side keeps until the CRM has heard.
            merged.fields.clone_from(&beside.fields);
            merged.answer_ends.clone_from(&beside.answer_ends);
        } else {
            merged.re_minimise(profile);
        }
        merged
    }

    /// True where both say the same of the person; revision and deadlines do not count.
    pub fn says_the_same(&self, other: &Self) -> bool {
        let values = |kept: &Self| {
            let fields = kept.fields.iter();
            let values = fields.map(|(field, kept)| (*field, kept.value.clone()));
            values.collect::<Vec<_>>()
        };
        self.decisions == other.decisions
            && self.promises == other.promises
            && values(self) == values(other)
    }
}

fn decisions(base: &Kept, beside: &Kept) -> Vec<Decision> {
    let same_box = |a: &Decision, b: &Decision| (&a.purpose, a.channel) == (&b.purpose, b.channel);
    let later = |mine: &Decision| {
        let theirs = beside.decisions.iter().find(|one| same_box(one, mine));
        let theirs = theirs.filter(|theirs| {
            theirs.at > mine.at || (theirs.at == mine.at && mine.given && !theirs.given)
        });
        theirs.unwrap_or(mine).clone()
    };
    // A box that the newer screen did not show is undecided again, unless it was decided after that.
    let since = |one: &&Decision| {
        one.at > base.captured_at && base.decisions.iter().all(|mine| !same_box(mine, one))
    };
    let mut merged: Vec<Decision> = base.decisions.iter().map(later).collect();
    merged.extend(beside.decisions.iter().filter(since).cloned());
    merged
}

/// Those whose purpose stands; one that either side kept is kept.
fn promises(merged: &Kept, beside: &Kept) -> Vec<Promise> {
    let stands = |promise: &&Promise| !merged.accepted(&promise.purpose).is_empty();
    let kept = |promise: &Promise| {
        let same = |one: &&Promise| (&one.purpose, one.due) == (&promise.purpose, promise.due);
        let theirs = beside.promises.iter().find(same);
        Promise {
            kept_at: promise.kept_at.or(theirs.and_then(|one| one.kept_at)),
            ..promise.clone()
        }
    };
    merged.promises.iter().filter(stands).map(kept).collect()
}
