//! Every row of fixtures/attacks.md has a test that bears its number.
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The numbers of the table's rows.
fn rows() -> Vec<u32> {
    let table = fs::read_to_string(root().join("tests/fixtures/attacks.md")).unwrap();
    let number = |line: &str| line.strip_prefix("| ")?.split(' ').next()?.parse().ok();
    table.lines().filter_map(number).collect()
}

/// Adds the tests in the files below `folder`.
fn read(folder: &Path, found: &mut BTreeMap<u32, BTreeSet<String>>) {
    for entry in fs::read_dir(folder).unwrap().flatten() {
        let path = entry.path();
        let name = entry.file_name();
        let built = ["target", "node_modules", "dist", "dist-fake", "paraglide"];
        if path.is_dir() {
            if !built.iter().any(|built| name == *built) {
                read(&path, found);
            }
            continue;
        }
        let text = match path.extension().and_then(|end| end.to_str()) {
            Some("rs" | "ts") => fs::read_to_string(&path).unwrap(),
            _ => continue,
        };
        // What is called with a name, and what is ignored, is no test that runs.
        let lines: Vec<&str> = text.lines().map(str::trim).collect();
        for (at, line) in lines.iter().enumerate() {
            let is_test = |mark: &str| lines[at.saturating_sub(4)..at].contains(&mark);
            let name = match line.strip_prefix("fn ") {
                Some(rest) if is_test("#[test]") => rest,
                Some(_) => continue,
                None => match ["it('", "it(\""]
                    .iter()
                    .find_map(|it| line.strip_prefix(it))
                {
                    Some(rest) => rest,
                    None => continue,
                },
            };
            let Some(rest) = name.strip_prefix("attack_") else {
                continue;
            };
            let (number, rest) = rest.split_once('_').unwrap_or((rest, ""));
            let rest = rest.split(['(', '\'', '"']).next().unwrap_or_default();
            let number = number
                .parse()
                .unwrap_or_else(|_| panic!("{name} has no number"));
            found.entry(number).or_default().insert(rest.to_owned());
        }
    }
}

#[test]
fn every_row_of_the_attacks_has_a_test() {
    let rows = rows();
    assert_eq!(rows, (1..=48).collect::<Vec<_>>(), "the table is whole");
    let mut found = BTreeMap::new();
    for folder in ["src-tauri", "tests", "ui/tests"] {
        read(&root().join(folder), &mut found);
    }
    let missing: Vec<u32> = rows
        .iter()
        .filter(|row| !found.contains_key(row))
        .copied()
        .collect();
    let strangers: Vec<&u32> = found.keys().filter(|row| !rows.contains(row)).collect();
    let tests: usize = found.values().map(BTreeSet::len).sum();
    eprintln!("{} rows, {tests} tests", rows.len());
    assert!(missing.is_empty(), "rows without a test: {missing:?}");
    assert!(strangers.is_empty(), "tests of no row: {strangers:?}");
}
