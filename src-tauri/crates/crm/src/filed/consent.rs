//! What a record as a whole says of consent, and where the CRM is told.
//!
//! A record of several leads says yes to a box only where some lead does and none says no to it: the most restrictive
//! wins, in whatever order the devices came. What was asked for is no consent: one lead that asked is enough. A withdrawal
//! bars its purpose for every lead of the record, also once the lead that withdrew is gone. Each lead's own answers stay
//! in the proof as they were given.

use std::collections::BTreeSet;

use serde_json::{Map, Value as Json};
use zgoda_core::field::Field;
use zgoda_core::profile::{Basis, Channel};

use super::part::Part;
use super::{Filed, There};
use crate::dialect::Permit;
use crate::form::{Form, Said};
use crate::opt_outs::Advertising;
use crate::record::Proof;
use crate::sheet::line_of;

impl Filed {
    /// The answers of all leads, one for each box, with the lead that gave it.
    pub(super) fn merged(&self) -> Vec<(Proof, &Part)> {
        let mut boxes: Vec<(Proof, &Part)> = Vec::new();
        for part in self.leads.values() {
            for proof in &part.decisions {
                let mut proof = proof.clone();
                proof.withdrawn |= self.is_out(&proof) || part.is_out_of(&proof);
                let known = boxes.iter_mut().find(|(known, _)| known.is_of(&proof));
                match known {
                    Some(known) if outweighs(&proof, &known.0) => *known = (proof, part),
                    Some(_) => {}
                    None => boxes.push((proof, part)),
                }
            }
        }
        boxes
    }

    /// True where the box is barred by a lead that is gone.
    fn is_out(&self, proof: &Proof) -> bool {
        let mut names = proof.names().into_iter();
        is_advertising(proof) && names.any(|name| self.out.contains(&name))
    }

    /// Keeps what `part`, which goes, has withdrawn.
    pub(super) fn bar(&mut self, part: &Part) {
        let all = part.decisions.iter();
        let withdrawn = all.filter(|proof| is_advertising(proof) && part.is_out_of(proof));
        let stands = |purpose: &str| {
            let mut of_it = part.decisions.iter();
            of_it.any(|one| one.decision.purpose == purpose && one.stands())
        };
        let names = withdrawn.map(|proof| match stands(&proof.decision.purpose) {
            // Only this channel of the purpose was withdrawn.
            true => proof.name(),
            false => proof.decision.purpose.clone(),
        });
        self.out.extend(names);
    }

    /// Whose own yes stands while another lead of the record has withdrawn it: their device is to hear of it.
    pub(crate) fn overruled(&self) -> Vec<(&str, Advertising)> {
        let boxes = self.merged();
        let overruled = |proof: &&Proof| {
            let whole = boxes.iter().find(|(known, _)| known.is_of(proof));
            proof.stands() && whole.is_some_and(|(known, _)| known.withdrawn)
        };
        let mut all = Vec::new();
        for (lead, part) in &self.leads {
            for proof in part.decisions.iter().filter(overruled) {
                match proof.decision.channel {
                    Some(Channel::Email) => {
                        let purpose = proof.decision.purpose.clone();
                        all.push((lead.as_str(), Advertising::For(purpose)));
                    }
                    Some(channel) => all.push((lead.as_str(), Advertising::On(channel))),
                    None => {}
                }
            }
        }
        all
    }

    /// Sets the CRM's own marketing fields. Only a new record is ever subscribed: what stands at no may be the person's own
    /// word to the CRM, and the most restrictive wins. A channel other than e-mail that nobody was asked about is left
    /// alone, because its field bars more than advertising.
    pub(super) fn market(&mut self, form: &Form, there: &There, change: &mut Map<String, Json>) {
        for field in form.marketing {
            let boxes = self.merged().into_iter().map(|(proof, _)| proof);
            let asked: Vec<Proof> = boxes
                .filter(|proof| proof.decision.channel == Some(field.channel))
                .collect();
            if field.channel != Channel::Email && asked.is_empty() {
                continue;
            }
            let may = asked.iter().any(Proof::stands);
            let taken_back = asked.iter().any(|proof| proof.withdrawn);
            let now = there.columns.get(field.column).filter(|now| !now.is_null());
            if now.is_some_and(|now| !field.is_no(now)) {
                // Somebody has lifted the no that was written from here: the next one is their own word.
                self.shut.remove(field.column);
            }
            let said = match now {
                // With an address that other records bear too, that nobody agreed is nobody's word.
                _ if !may && !taken_back && matches!(field.no, Said::Nothing) => continue,
                _ if there.is_new() && may && field.subscribes && !has_email(form, change) => {
                    continue;
                }
                _ if there.is_new() && may => field.yes,
                None if !may && matches!(field.no, Said::Nothing) => field.out,
                None if !may => field.no,
                // Also what is neither, such as a consent that is only archived.
                Some(now) if !may && !field.is_no(now) => field.out,
                _ => continue,
            };
            if !may {
                self.shut.insert(field.column.to_owned());
            }
            if !matches!(said, Said::Nothing) {
                change.insert(field.column.to_owned(), said.json());
            }
        }
    }

    /// The channels on which the CRM's own marketing fields say that the person wants nothing, and not because it was
    /// written from here. That nobody has agreed is no such word: a CRM says so by itself of an address that is new to it.
    pub(crate) fn refused(&self, form: &Form, there: &There) -> Vec<Channel> {
        let refused = form.marketing.iter().filter(|field| {
            let now = there.columns.get(field.column);
            let is_out = now.is_some_and(|now| field.out.is(now));
            is_out && !self.shut.contains(field.column)
        });
        refused.map(|field| field.channel).collect()
    }

    /// The purposes for which e-mail may be sent.
    pub(crate) fn standing(&self) -> BTreeSet<String> {
        let boxes = self.merged().into_iter().map(|(proof, _)| proof);
        boxes
            .filter(|proof| proof.decision.channel == Some(Channel::Email) && proof.stands())
            .map(|proof| proof.decision.purpose)
            .collect()
    }

    /// True where a yes to e-mail for `purpose` was taken back from here.
    pub(crate) fn took_back(&self, purpose: &str) -> bool {
        self.taken_back.contains(purpose)
    }

    /// True where a lead takes back a yes to e-mail that it had not taken back in `before`.
    pub(crate) fn takes_back(&self, before: &Self) -> bool {
        !self.withdrawals().is_subset(&before.withdrawals())
    }

    /// Which lead has withdrawn what for e-mail.
    fn withdrawals(&self) -> BTreeSet<(&str, &str)> {
        let mut all = BTreeSet::new();
        for (lead, part) in &self.leads {
            let email = part.decisions.iter();
            let email = email.filter(|proof| proof.decision.channel == Some(Channel::Email));
            let withdrawn = email.filter(|proof| part.is_out_of(proof));
            all.extend(withdrawn.map(|proof| (lead.as_str(), proof.decision.purpose.as_str())));
        }
        all
    }

    /// The consents to e-mail, for a list that the CRM keeps by address.
    pub(crate) fn permits(&self, email: &str) -> Vec<Permit> {
        let boxes = self.merged().into_iter();
        let boxes = boxes.filter(|(proof, _)| proof.decision.channel == Some(Channel::Email));
        let permit = |(proof, part): (Proof, &Part)| {
            let code = part.code().map(|code| code.grouped()).unwrap_or_default();
            let wording = proof.decision.wording.as_ref();
            let (version, sha256) = wording
                .map(|text| (text.version.as_str(), text.sha256.as_str()))
                .unwrap_or_default();
            let at = proof.decision.at.to_rfc3339();
            Permit {
                email: email.to_owned(),
                aside: false,
                stands: proof.stands(),
                withdrawn: proof.withdrawn,
                proof: format!("{version} sha256:{sha256} {at} {code}"),
                purpose: proof.decision.purpose,
            }
        };
        boxes.map(permit).collect()
    }

    /// The first address that a lead wrote to `notes`. Not one that the staff wrote down of their own.
    pub(crate) fn noted_email<'a>(&self, notes: &'a str) -> Option<&'a str> {
        let is_ours = |line: &&str| {
            let mut leads = self.leads.iter();
            leads.any(|(lead, part)| part.noted_as(lead, Field::Email, line))
        };
        let mut lines = notes.lines().filter(is_ours);
        lines.find_map(|line| line.strip_prefix(&line_of(Field::Email, "")))
    }
}

/// True where an e-mail address is about to be written.
fn has_email(form: &Form, change: &Map<String, Json>) -> bool {
    let columns = (form.columns)(Field::Email).iter();
    let mut texts = columns.filter_map(|column| change.get(*column)?.as_str());
    texts.any(|text| !text.is_empty())
}

fn is_advertising(proof: &Proof) -> bool {
    proof.decision.basis != Basis::Requested
}

/// True where `new` is what the record says instead of `known`; of two that say the same, the newer.
fn outweighs(new: &Proof, known: &Proof) -> bool {
    let weight = |proof: &Proof| {
        let says = match (proof.stands(), proof.withdrawn) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        let most_restrictive = is_advertising(proof);
        if most_restrictive { says } else { -says }
    };
    (weight(new), new.decision.at) > (weight(known), known.decision.at)
}
