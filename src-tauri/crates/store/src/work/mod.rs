//! What a [`Store`](crate::Store) does, by occasion.

pub(crate) mod capture;
mod close;
pub(crate) mod forget;
pub(crate) mod read;
pub(crate) mod rotate;
pub(crate) mod sync;
pub(crate) mod take_in;
pub(crate) mod time;
pub(crate) mod withdrawn;
