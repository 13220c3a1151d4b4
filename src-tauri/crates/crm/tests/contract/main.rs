//! Connectors against contract servers: imitations written from each CRM's public documentation, which keep what they are
//! told and refuse as the CRM does. Every connector goes through the same [`suite`]; what is one CRM's own stands beside
//! its server.
#![allow(clippy::unwrap_used, clippy::print_stdout)]

#[path = "../fake/mod.rs"]
#[allow(unreachable_pub, dead_code)]
mod fake;
#[path = "../../../../../tests/src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../../../../tests/src/schedule.rs"]
#[allow(unreachable_pub, dead_code)]
mod schedule;
#[macro_use]
#[allow(unreachable_pub, dead_code)]
mod suite;
#[macro_use]
#[allow(unreachable_pub, dead_code)]
mod opt_outs;
#[macro_use]
#[allow(unreachable_pub, dead_code)]
mod rights;
#[macro_use]
#[allow(unreachable_pub, dead_code)]
mod set_up;
#[macro_use]
#[allow(unreachable_pub, dead_code)]
mod several;

mod bottlecrm;
mod browser;
mod dataverse;
mod espocrm;
mod hubspot;
mod lookup;
mod odoo;
mod pipedrive;
mod salesforce;
mod zoho;
