//! The booth and a CRM in the network, as far as a server of ours imitates one.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

#[path = "../../../src-tauri/crates/crm/tests/fake/mod.rs"]
#[allow(unreachable_pub, dead_code)]
mod fake;
#[path = "../../src/imagined.rs"]
#[allow(unreachable_pub, dead_code)]
mod imagined;
#[path = "../../src/proxy.rs"]
#[allow(unreachable_pub, dead_code)]
mod proxy;
#[path = "../../src/schedule.rs"]
#[allow(unreachable_pub, dead_code)]
mod schedule;

mod by_itself;
mod destination;
mod faults;
mod many;
mod opt_outs;
mod organiser;
mod sign_in;
mod stand;
mod taken_back;
