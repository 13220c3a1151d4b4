//! A locked store has left nothing in the program's memory: neither what was typed nor any key.
//!
//! How: the process reads its own memory through `/proc/self/mem`, as a core image would hold it, and looks for masked
//! copies, so that looking for a secret does not itself put it there.

use std::fs::{self, File};
use std::io::{Read, Seek, SeekFrom};

use crate::support::{scratch, start};
use crate::vault::seal::{derive, random};
use crate::{Cost, Secret, Store};

const MASK: u8 = 0x5a;

/// Bytes that are looked for without being there.
struct Masked(&'static str, Vec<u8>);

impl Masked {
    fn new(name: &'static str, bytes: &[u8]) -> Self {
        Self(name, bytes.iter().map(|byte| byte ^ MASK).collect())
    }

    fn is_at(&self, bytes: &[u8]) -> bool {
        bytes.len() >= self.1.len() && bytes.iter().zip(&self.1).all(|(a, b)| a ^ MASK == *b)
    }
}

/// How often each is in this process's memory.
fn count(wanted: &[Masked]) -> Vec<(&'static str, usize)> {
    const CHUNK: usize = 1 << 20;
    let mut found: Vec<_> = wanted.iter().map(|masked| (masked.0, 0)).collect();
    let firsts: Vec<u8> = wanted.iter().map(|masked| masked.1[0] ^ MASK).collect();
    let longest = wanted
        .iter()
        .map(|masked| masked.1.len())
        .max()
        .unwrap_or(0);
    let mut memory = File::open("/proc/self/mem").unwrap();
    let mut bytes = vec![0; CHUNK + longest];
    let own = bytes.as_ptr() as u64..bytes.as_ptr() as u64 + bytes.len() as u64;
    for line in fs::read_to_string("/proc/self/maps").unwrap().lines() {
        let mut words = line.split_whitespace();
        let (Some(range), Some(rights)) = (words.next(), words.next()) else {
            continue;
        };
        if !rights.starts_with("rw") || line.ends_with("[vvar]") {
            continue;
        }
        let (from, to) = range.split_once('-').unwrap();
        let (mut at, to) = (parse(from), parse(to));
        while at < to {
            let size = usize::try_from(to - at).unwrap().min(bytes.len());
            let here = at..at + size as u64;
            at += (CHUNK as u64).min(to - at);
            if memory.seek(SeekFrom::Start(here.start)).is_err()
                || memory.read_exact(&mut bytes[..size]).is_err()
            {
                continue;
            }
            for place in 0..size.min(CHUNK) {
                // What was read is in `bytes` itself too.
                if own.contains(&(here.start + place as u64)) || !firsts.contains(&bytes[place]) {
                    continue;
                }
                for (number, masked) in wanted.iter().enumerate() {
                    found[number].1 += usize::from(masked.is_at(&bytes[place..size]));
                }
            }
        }
        bytes.fill(0);
    }
    found
}

fn parse(hex: &str) -> u64 {
    u64::from_str_radix(hex, 16).unwrap()
}

#[test]
fn a_locked_store_leaves_no_key_and_no_passphrase_in_memory() {
    let home = scratch();
    let typed = zeroize::Zeroizing::new(hex::encode(*random::<24>().unwrap()));
    let mut wanted = vec![Masked::new("passphrase", typed.as_bytes())];
    let secret = Secret::Passphrase(typed);
    drop(Store::create(home.path(), "e", &secret, None, Cost::TEST, start()).unwrap());
    let mut store = Store::open(home.path(), &secret, start()).unwrap();
    drop(secret);
    let stretched = store.vault.stretched();
    wanted.push(Masked::new("stretched passphrase", stretched.expose()));
    let sealing = derive(None, stretched);
    wanted.push(Masked::new("sealing key", sealing.expose()));
    drop(sealing);
    for round in ["first", "second"] {
        let data = store.vault.data();
        wanted.push(Masked::new("data key", data.expose()));
        wanted.push(Masked::new(
            "data key in hex",
            data.for_sqlcipher()[2..66].as_bytes(),
        ));
        if round == "first" {
            store.rotate(start()).unwrap();
        }
    }
    let open = count(&wanted);
    assert!(
        open[1].1 > 0 && open[5].1 > 0,
        "the search finds a key in use: {open:?}"
    );
    drop(store);
    let locked = count(&wanted);
    assert!(
        locked.iter().all(|(_, times)| *times == 0),
        "open {open:?}, locked {locked:?}"
    );
}
