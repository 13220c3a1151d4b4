//! Stands between a program and the system's file calls, to write down what is asked of the disk, or to fail.
//!
//! How: this library defines `write`, `pwrite`, `ftruncate`, `fsync`, `unlink`, `rename` and their kin under the C
//! library's own names, so that whatever is linked with it, SQLCipher and the Rust standard library alike, calls these.
//! Outside the watched directory they only pass on. When: for tests of power cuts ([`record`], [`image`]) and of
//! failing disks ([`fail`]). Linux alone.

#![cfg(target_os = "linux")]

mod calls;
pub mod fail;
pub mod image;
pub mod record;
