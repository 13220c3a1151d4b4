//! What a [`Store`](crate::Store) does, by occasion.

pub(crate) mod capture;
pub(crate) mod forget;
pub(crate) mod read;
pub(crate) mod rotate;
pub(crate) mod sync;
pub(crate) mod time;
