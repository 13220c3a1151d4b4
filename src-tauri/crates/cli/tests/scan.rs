//! `zgoda scan` as a script uses it: one process for many files, one object a line.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use base64::Engine as _;
use serde_json::Value as Json;

fn badge(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../../tests/fixtures/badges")
        .join(name)
}

fn scan(args: &[&str]) -> (Output, Vec<Json>) {
    let output = Command::new(env!("CARGO_BIN_EXE_zgoda"))
        .args(["scan", "--json"])
        .args(args)
        .output()
        .unwrap();
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    let lines = text
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    (output, lines)
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn one_object_a_line() {
    let (output, lines) = scan(&[text(&badge("demo.jpg")), text(&badge("vcard21.jpg"))]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(lines.len(), 2);
    let (object, symbol) = (&lines[0], &lines[0]["symbols"][0]);
    assert_eq!(object["fields"]["name"], "Zofia Wiśniewska-Król");
    assert!(object["file"].as_str().unwrap().ends_with("demo.jpg"));
    assert_eq!(symbol["kind"], "qr");
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(symbol["bytes"].as_str().unwrap())
        .unwrap();
    assert_eq!(
        String::from_utf8(bytes).unwrap(),
        symbol["text"].as_str().unwrap()
    );
    assert_eq!(symbol["corners"].as_array().unwrap().len(), 4);
    let keys: BTreeSet<&str> = object
        .as_object()
        .unwrap()
        .keys()
        .map(String::as_str)
        .collect();
    assert_eq!(keys, ["fields", "file", "symbols"].into());
    assert!(symbol["branch"].is_string() && symbol["ms"].is_number());
}

#[test]
fn every_code_in_a_picture_is_listed() {
    let home = tempfile::tempdir().unwrap();
    let (left, right) = (
        image::open(badge("demo.png")).unwrap().to_luma8(),
        image::open(badge("mecard.jpg")).unwrap().to_luma8(),
    );
    let size = (
        left.width() + right.width(),
        left.height().max(right.height()),
    );
    let mut both = image::GrayImage::from_pixel(size.0, size.1, image::Luma([200]));
    image::imageops::overlay(&mut both, &left, 0, 0);
    image::imageops::overlay(&mut both, &right, i64::from(left.width()), 0);
    let file = home.path().join("both.png");
    both.save(&file).unwrap();
    let (_, lines) = scan(&[text(&file)]);
    let symbols = lines[0]["symbols"].as_array().unwrap();
    let texts: Vec<&str> = symbols
        .iter()
        .filter_map(|one| one["text"].as_str())
        .collect();
    assert_eq!(texts.len(), 2, "{texts:?}");
    assert!(texts.iter().any(|text| text.starts_with("BEGIN:VCARD")));
    assert!(texts.iter().any(|text| text.starts_with("MECARD:")));
}

#[test]
fn a_folder_is_a_camera_and_each_frame_is_an_object() {
    let home = tempfile::tempdir().unwrap();
    for name in ["0.jpg", "1.jpg"] {
        std::fs::copy(badge("demo.jpg"), home.path().join(name)).unwrap();
    }
    std::fs::write(home.path().join("notes.txt"), "no frame").unwrap();
    let (output, lines) = scan(&["--frames", text(home.path())]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(lines.len(), 2);
    for line in &lines {
        assert!(line["symbols"][0]["ms"].as_f64().unwrap() > 0.0);
        assert_eq!(line["fields"]["email"][0], "zofia@mlyn-cyfrowy.example");
    }
}

/// Each file says what is the matter with it, the good ones are read all the same, and the script is told.
#[test]
fn fail_bad_files_are_named_one_by_one() {
    let home = tempfile::tempdir().unwrap();
    let (empty, noise) = (home.path().join("empty.jpg"), home.path().join("noise.png"));
    std::fs::write(&empty, "").unwrap();
    std::fs::write(&noise, b"\x89PNG\r\n\x1a\nand then nothing of the kind").unwrap();
    let missing = home.path().join("missing.jpg");
    let good = badge("demo.jpg");
    let files = [
        text(&empty),
        text(&noise),
        text(&missing),
        text(home.path()),
        text(&good),
    ];
    let (output, lines) = scan(&files);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines.len(), 5);
    for line in &lines[..4] {
        let error = &line["error"];
        assert!(
            error["code"].as_str().is_some_and(|code| !code.is_empty()),
            "{line}"
        );
        assert!(
            error["message"].as_str().is_some_and(|text| text.len() > 8),
            "{line}"
        );
        assert_eq!(line["symbols"].as_array().unwrap().len(), 0);
    }
    assert_eq!(lines[4]["error"], Json::Null);
    assert_eq!(lines[4]["symbols"][0]["kind"], "qr");

    let (output, lines) = scan(&["--frames", text(&missing)]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(lines[0]["error"]["code"], "file");
    let (output, _) = scan(&[]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn the_profile_says_which_codes_and_how_they_are_parted() {
    let home = tempfile::tempdir().unwrap();
    let demo = include_str!("../../../../profiles/demo.toml");
    let file = home.path().join("aztec.toml");
    let start = demo.find("symbols = [\"qr\"").unwrap();
    let end = start + demo[start..].find('\n').unwrap();
    let aztec = format!("{}symbols = [\"aztec\"]{}", &demo[..start], &demo[end..]);
    std::fs::write(&file, aztec).unwrap();
    let photo = badge("demo.jpg");
    let (output, lines) = scan(&[text(&photo), "--profile", text(&file)]);
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(lines[0]["symbols"].as_array().unwrap().len(), 0);
    let asked = [text(&photo), "--profile", text(&file), "--only", "qr"];
    assert_eq!(scan(&asked).1[0]["symbols"][0]["kind"], "qr");
    std::fs::write(&file, demo.replace("\"aztec\"", "\"aztek\"")).unwrap();
    let (output, lines) = scan(&[text(&photo), "--profile", text(&file)]);
    assert_eq!(output.status.code(), Some(1));
    assert!(lines[0].to_string().contains("aztek"), "{}", lines[0]);
}
