//! A device that knows head office's key takes no profile but those that it signed.
#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::path::Path;

use chrono::{DateTime, TimeDelta, Utc};
use zgoda_booth::mend::MendedKey;
use zgoda_booth::parcel::{Opener, Parcel, Sealer};
use zgoda_booth::view::Phase;
use zgoda_booth::{Booth, Error, office};
use zgoda_core::Language;
use zgoda_core::ledger::{Entry, Kind};
use zgoda_core::note::SecretKey;
use zgoda_tests::booth::{self, secret};

fn hour(hours: i64) -> DateTime<Utc> {
    let start: DateTime<Utc> = "2026-11-24T10:00:00Z".parse().unwrap();
    start + TimeDelta::hours(hours)
}

fn key(seed: u8) -> SecretKey {
    SecretKey::from_bytes(&[seed; 32])
}

/// The demo's profile with another name of the event.
fn named(name: &str) -> String {
    let profile = zgoda_booth::demo::profile(hour(0));
    profile.replace("Targi Techniki Rolnej 2026", name)
}

fn other_event(toml: &str) -> String {
    toml.replace("targi-demo-2026", "targi-inne-2026")
}

fn signed(toml: &str, hours: i64) -> String {
    office::sign_profile(toml, &key(3), hour(hours)).unwrap()
}

/// A booth that knows the key, under a profile that was signed after one hour.
fn trusting(home: &Path) -> Booth {
    let mut booth = booth::open(home, Some(&signed(&named("Pierwsze"), 1)), hour(1));
    let view = booth.trust(&office::public(&key(3))).unwrap();
    assert!(view.signed, "the profile in use is head office's already");
    booth
}

fn import(booth: &mut Booth, toml: &str) -> Result<(), &'static str> {
    let taken = booth.profile_import(toml, &secret(), true, hour(9));
    taken.map_err(|error| error.code())
}

fn name(booth: &mut Booth) -> String {
    booth.profile().unwrap().event.name.clone()
}

#[test]
fn what_head_office_signed_is_taken_and_the_ledger_names_the_key() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = trusting(home.path());
    let newer = signed(&named("Drugie"), 2);
    import(&mut booth, &newer).unwrap();
    import(&mut booth, &newer).unwrap();
    assert_eq!(name(&mut booth), "Drugie");

    let ledger = booth.ledger_export(hour(9)).unwrap();
    let entries = ledger
        .lines()
        .filter_map(|line| serde_json::from_str::<Entry>(line).ok());
    let taken: Vec<_> = entries.filter(|one| one.kind == Kind::Profile).collect();
    // The first came before the key was known; the second was taken once, however often it was brought.
    assert_eq!(taken.len(), 1);
    let by = taken[0].profile.as_ref().unwrap();
    assert_eq!(by.key, office::public(&key(3)).to_string());
    assert_eq!(by.signed_at, hour(2));
    assert_eq!(by.sha256, booth.profile().unwrap().sha256);
}

#[test]
fn the_line_ends_of_another_editor_do_not_matter() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = trusting(home.path());
    let windows = signed(&named("Drugie"), 2).replace('\n', "\r\n");
    import(&mut booth, &windows).unwrap();
    assert_eq!(name(&mut booth), "Drugie");
}

#[test]
fn unsigned_changed_older_and_anothers_are_refused() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = trusting(home.path());
    import(&mut booth, &signed(&named("Drugie"), 2)).unwrap();
    let others = office::sign_profile(&named("Trzecie"), &key(4), hour(3)).unwrap();
    let changed = signed(&named("Trzecie"), 3).replace("Trzecie", "Czwarte");
    let refused = [
        (named("Trzecie"), "profile_unsigned"),
        (others, "profile_other_key"),
        (changed, "profile_changed"),
        (signed(&named("Pierwsze"), 1), "profile_older"),
    ];
    for (toml, code) in refused {
        assert_eq!(import(&mut booth, &toml), Err(code));
        assert_eq!(name(&mut booth), "Drugie");
    }
    let others = office::sign_profile(&other_event(&named("Obce")), &key(4), hour(3)).unwrap();
    assert_eq!(import(&mut booth, &others), Err("profile_other_key"));
    let events = booth.events().unwrap();
    assert_eq!(events.len(), 1, "no store was made for it");
    assert_eq!(name(&mut booth), "Drugie");
}

#[test]
fn the_key_goes_along_to_other_events_and_no_changed_file_takes_it_away() {
    let home = tempfile::tempdir().unwrap();
    let before = booth::open(home.path(), Some(&other_event(&named("Obce"))), hour(0));
    drop(before);
    let mut booth = Booth::with_cost(home.path().to_owned(), zgoda_booth::Cost::TEST).unwrap();
    booth.unlock(&secret(), hour(0)).unwrap();
    import(&mut booth, &signed(&named("Pierwsze"), 1)).unwrap();
    booth.trust(&office::public(&key(3))).unwrap();
    std::fs::remove_file(home.path().join("settings.json")).unwrap();

    // The other event's store is under a profile that nobody signed: it is not gone over to, and this one stays open.
    let over = booth.event_use("targi-inne-2026", &secret(), true, hour(9));
    assert_eq!(over.unwrap_err().code(), "profile_unsigned");
    assert_eq!(name(&mut booth), "Pierwsze");
    import(&mut booth, &signed(&other_event(&named("Obce")), 2)).unwrap();
    assert_eq!(name(&mut booth), "Obce");
    assert_eq!(
        import(&mut booth, &named("Pierwsze")),
        Err("profile_unsigned")
    );
}

/// What whoever can write into the home, and cannot open a store, may do.
fn note_in_settings(home: &Path, seed: u8) {
    let file = home.join("settings.json");
    let text = std::fs::read_to_string(&file).unwrap();
    let mut settings: serde_json::Value = serde_json::from_str(&text).unwrap();
    settings["head_office_key"] = office::public(&key(seed)).to_string().into();
    std::fs::write(&file, settings.to_string()).unwrap();
}

fn again(home: &Path) -> Booth {
    let mut booth = Booth::with_cost(home.to_owned(), zgoda_booth::Cost::TEST).unwrap();
    booth.unlock(&secret(), hour(5)).unwrap();
    booth
}

fn go_over(booth: &mut Booth, event: &str) -> Result<(), &'static str> {
    let over = booth.event_use(event, &secret(), true, hour(9));
    over.map(drop).map_err(|error| error.code())
}

fn known(booth: &mut Booth) -> Option<String> {
    booth.trust_view().unwrap().key
}

fn public(seed: u8) -> Option<String> {
    Some(office::public(&key(seed)).to_string())
}

#[test]
fn a_new_events_store_learns_the_key_that_its_profile_was_verified_by_and_not_the_settings() {
    let home = tempfile::tempdir().unwrap();
    drop(trusting(home.path()));
    note_in_settings(home.path(), 4);
    let mut booth = again(home.path());
    import(&mut booth, &signed(&other_event(&named("Inne")), 2)).unwrap();
    assert_eq!(known(&mut booth), public(3));
    // And it can be come back to.
    go_over(&mut booth, "targi-demo-2026").unwrap();
    go_over(&mut booth, "targi-inne-2026").unwrap();
}

#[test]
fn unlocking_plants_no_key_of_the_settings() {
    let home = tempfile::tempdir().unwrap();
    drop(booth::open(home.path(), Some(&named("Targi")), hour(1)));
    note_in_settings(home.path(), 4);
    drop(again(home.path()));
    std::fs::write(
        home.path().join("settings.json"),
        "{\"event\":\"targi-demo-2026\"}",
    )
    .unwrap();
    let mut booth = again(home.path());
    assert_eq!(known(&mut booth), None);
    import(&mut booth, &named("Drugie")).unwrap();
}

#[test]
fn a_first_start_learns_the_key_of_the_settings_that_it_verified_by() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = trusting(home.path());
    let event = "targi-demo-2026";
    booth.event_remove(event, &secret(), true, hour(2)).unwrap();
    drop(booth);
    let mut booth = booth::open(home.path(), Some(&signed(&named("Drugie"), 2)), hour(2));
    std::fs::remove_file(home.path().join("settings.json")).unwrap();
    assert_eq!(known(&mut booth), public(3));
}

#[test]
fn an_event_is_come_back_to_under_the_profile_that_counts_in_it_however_that_is_signed() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), Some(&named("Bez podpisu")), hour(0));
    booth.trust(&office::public(&key(3))).unwrap();
    import(&mut booth, &signed(&other_event(&named("Inne")), 2)).unwrap();
    go_over(&mut booth, "targi-demo-2026").unwrap();
    assert_eq!(name(&mut booth), "Bez podpisu");
    let unsigned = import(&mut booth, &named("Drugie"));
    assert_eq!(unsigned, Err("profile_unsigned"), "it takes no other");

    // Head office has another key; the profile in use is still signed by the one of before.
    go_over(&mut booth, "targi-inne-2026").unwrap();
    booth.untrust(&secret(), hour(10)).unwrap();
    booth.trust(&office::public(&key(4))).unwrap();
    go_over(&mut booth, "targi-demo-2026").unwrap();
    assert_eq!(known(&mut booth), public(3), "each keeps to its own");
    go_over(&mut booth, "targi-inne-2026").unwrap();
    assert_eq!(known(&mut booth), public(4));
}

#[test]
fn what_a_person_let_an_event_forget_no_other_event_and_no_changed_file_brings_back() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = trusting(home.path());
    import(&mut booth, &signed(&other_event(&named("Inne")), 2)).unwrap();
    go_over(&mut booth, "targi-demo-2026").unwrap();
    booth.untrust(&secret(), hour(10)).unwrap();
    go_over(&mut booth, "targi-inne-2026").unwrap();
    assert_eq!(known(&mut booth), public(3));
    go_over(&mut booth, "targi-demo-2026").unwrap();
    note_in_settings(home.path(), 4);
    assert_eq!(known(&mut booth), None);
    import(&mut booth, &named("Drugie")).unwrap();
}

fn settings(home: &Path) -> String {
    std::fs::read_to_string(home.join("settings.json")).unwrap()
}

fn damage(home: &Path, from: &str, to: &str) -> String {
    let damaged = settings(home).replacen(from, to, 1);
    assert_ne!(damaged, settings(home));
    std::fs::write(home.join("settings.json"), &damaged).unwrap();
    damaged
}

/// A home whose events were all removed: it knows the key by its settings alone.
fn emptied(home: &Path) -> Booth {
    let mut booth = trusting(home);
    let event = "targi-demo-2026";
    booth.event_remove(event, &secret(), true, hour(2)).unwrap();
    booth
}

fn start(booth: &mut Booth, toml: &str) -> Result<(), &'static str> {
    let started = booth.first_start(Language::En, &secret(), Some(toml), hour(3));
    started.map_err(|error| error.code())
}

#[test]
fn a_first_start_takes_no_store_over_under_a_profile_that_the_known_key_did_not_sign() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = emptied(home.path());
    let taken_over = |booth: &mut Booth, toml: &str| {
        let other = tempfile::tempdir().unwrap();
        let mut from = booth::open(other.path(), Some(toml), hour(2));
        let words = "words for the file".to_owned().into();
        let sealed = from.move_out(&Sealer::Passphrase(&words), hour(2), |sealed| {
            Ok::<_, Error>(sealed.to_vec())
        });
        let parcel = Parcel::open(&sealed.unwrap(), &Opener::Passphrase(&words)).unwrap();
        let taken = booth.first_take_over(Language::En, &secret(), &parcel, hour(3));
        taken.map(drop).map_err(|error| error.code())
    };
    let unsigned = taken_over(&mut booth, &named("Obce"));
    assert_eq!(unsigned, Err("profile_unsigned"));
    assert_eq!(
        booth.phase().unwrap(),
        Phase::FirstStart,
        "nothing was made"
    );
    taken_over(&mut booth, &signed(&named("Targi"), 2)).unwrap();
    assert_eq!(known(&mut booth), public(3));
}

/// What a device that was told the key of `seed` seals under `toml`.
fn parcel_of(toml: &str, seed: u8) -> Parcel {
    let home = tempfile::tempdir().unwrap();
    let mut from = booth::open(home.path(), Some(toml), hour(2));
    from.trust(&office::public(&key(seed))).unwrap();
    let words = "words for the file".to_owned().into();
    let sealed = from.move_out(&Sealer::Passphrase(&words), hour(2), |sealed| {
        Ok::<_, Error>(sealed.to_vec())
    });
    Parcel::open(&sealed.unwrap(), &Opener::Passphrase(&words)).unwrap()
}

#[test]
fn the_key_moves_with_a_store_whose_profile_it_signed() {
    let toml = signed(&named("Targi"), 2);
    let parcel = parcel_of(&toml, 3);
    let home = tempfile::tempdir().unwrap();
    let mut booth = again_locked(home.path());
    booth
        .first_take_over(Language::En, &secret(), &parcel, hour(3))
        .unwrap();
    assert_eq!(known(&mut booth), public(3));
    assert_eq!(import(&mut booth, &named("Obce")), Err("profile_unsigned"));

    // A device of the event that was told nothing learns it; one that was told to forget it does not.
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), Some(&toml), hour(2));
    booth.move_in(&parcel, hour(3)).unwrap();
    assert_eq!(known(&mut booth), public(3));
    booth.untrust(&secret(), hour(3)).unwrap();
    booth.move_in(&parcel, hour(3)).unwrap();
    assert_eq!(known(&mut booth), None);

    // A key that did not sign the profile ties nobody.
    let home = tempfile::tempdir().unwrap();
    let mut booth = again_locked(home.path());
    booth
        .first_take_over(Language::En, &secret(), &parcel_of(&toml, 4), hour(3))
        .unwrap();
    assert_eq!(known(&mut booth), None);
}

#[test]
fn a_key_that_was_cut_short_lets_no_profile_in_and_stays_where_it_is() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = emptied(home.path());
    damage(home.path(), "head-office+", "head-off");
    assert_eq!(start(&mut booth, &named("Targi")), Err("noted_key"));
    let others = office::sign_profile(&named("Targi"), &key(4), hour(3)).unwrap();
    assert_eq!(start(&mut booth, &others), Err("noted_key"));
    assert_eq!(booth.events().unwrap().len(), 0);
    booth.set_language(Language::De).unwrap();
    assert!(settings(home.path()).contains("head-off"));
    damage(home.path(), "head-off", "head-office+");
    start(&mut booth, &signed(&named("Targi"), 2)).unwrap();
}

#[test]
fn a_key_that_cannot_be_read_is_forgotten_with_the_secret_alone() {
    let home = tempfile::tempdir().unwrap();
    drop(booth::open(home.path(), Some(&named("Targi")), hour(1)));
    note_in_settings(home.path(), 3);
    damage(home.path(), "head-office+", "head-off");
    let mut booth = again(home.path());
    let code = |error: zgoda_booth::Error| error.code();
    assert_eq!(booth.trust_view().map_err(code), Err("noted_key"));
    let trusted = booth.trust(&office::public(&key(4)));
    assert_eq!(trusted.map_err(code), Err("noted_key"));
    assert_eq!(import(&mut booth, &named("Drugie")), Err("noted_key"));
    assert_eq!(booth.untrust(&secret(), hour(6)).unwrap().key, None);
    booth.trust(&office::public(&key(3))).unwrap();
}

#[test]
fn damaged_settings_are_told_by_a_program_that_opens_and_nothing_is_written_over_them() {
    for damaged in [
        "",
        "{\"language\":\"en\"",
        "\0\0",
        "{\"head_office_key\":7}",
    ] {
        let home = tempfile::tempdir().unwrap();
        let mut booth = trusting(home.path());
        std::fs::write(home.path().join("settings.json"), damaged).unwrap();
        // The event that is open stays open, with its key.
        assert_eq!(
            go_over(&mut booth, "targi-inne-2026"),
            Err("settings_damaged")
        );
        let over = import(&mut booth, &signed(&other_event(&named("Inne")), 2));
        assert_eq!(over, Err("settings_damaged"));
        let removed = booth.event_remove("targi-demo-2026", &secret(), true, hour(9));
        assert_eq!(removed.unwrap_err().code(), "settings_damaged");
        import(&mut booth, &signed(&named("Drugie"), 2)).unwrap();
        assert!(booth.untrust(&secret(), hour(9)).is_err());
        assert_eq!(known(&mut booth), public(3));
        drop(booth);

        let cost = zgoda_booth::Cost::TEST;
        let mut booth = Booth::with_cost(home.path().to_owned(), cost).unwrap();
        let told = booth.app(hour(9)).unwrap_err().view(hour(9));
        assert_eq!(told.code, "settings_damaged");
        assert_eq!(told.params["folder"], home.path().display().to_string());
        assert_eq!(start(&mut booth, &named("Targi")), Err("settings_damaged"));
        assert!(booth.set_language(Language::De).is_err());
        assert_eq!(settings(home.path()), damaged);
    }
}

/// Nothing is lost with a damaged file: it is kept, the event goes on, and head office's key counts wherever it was told.
#[test]
fn damaged_settings_are_set_aside_and_the_key_is_not_lost_silently() {
    for (damaged, left) in [
        ("", MendedKey::InEvents),
        ("{\"head_office_key\":7}", MendedKey::InEvents),
        ("whole", MendedKey::Kept),
    ] {
        let home = tempfile::tempdir().unwrap();
        drop(trusting(home.path()));
        let damaged = match damaged {
            // Cut off behind the key.
            "whole" => settings(home.path())
                .trim_end()
                .trim_end_matches('}')
                .to_owned(),
            text => text.to_owned(),
        };
        std::fs::write(home.path().join("settings.json"), &damaged).unwrap();
        let mut booth = again_locked(home.path());
        let mended = booth.settings_mend(Language::De, hour(9)).unwrap().unwrap();
        assert_eq!(mended.key, left, "{damaged}");
        assert_eq!(std::fs::read_to_string(&mended.kept_as).unwrap(), damaged);
        assert_eq!(booth.settings_mend(Language::De, hour(9)).unwrap(), None);
        assert_eq!(
            booth.phase().unwrap(),
            Phase::Locked,
            "the event is in use again"
        );
        assert_eq!(booth.language(), Language::De);
        booth.unlock(&secret(), hour(9)).unwrap();
        assert_eq!(import(&mut booth, &named("Obce")), Err("profile_unsigned"));
        // It counts for stores that are made later too.
        booth
            .event_remove("targi-demo-2026", &secret(), true, hour(9))
            .unwrap();
        assert_eq!(start(&mut booth, &named("Targi")), Err("profile_unsigned"));
    }
    let home = tempfile::tempdir().unwrap();
    drop(emptied(home.path()));
    std::fs::write(home.path().join("settings.json"), "{").unwrap();
    let mut booth = again_locked(home.path());
    let mended = booth.settings_mend(Language::En, hour(9)).unwrap().unwrap();
    assert_eq!(
        mended.key,
        MendedKey::Unknown,
        "nothing is left that knew, and it is said"
    );
}

/// Two events: one was told the key, and the one that begins last was told nothing.
fn two_events(home: &Path) -> Booth {
    let mut booth = booth::open(home, Some(&named("Targi")), hour(1));
    import(&mut booth, &other_event(&named("Inne"))).unwrap();
    go_over(&mut booth, "targi-demo-2026").unwrap();
    booth.trust(&office::public(&key(3))).unwrap();
    drop(booth);
    std::fs::write(home.join("settings.json"), "{").unwrap();
    let mut booth = again_locked(home);
    let mended = booth.settings_mend(Language::En, hour(9)).unwrap().unwrap();
    assert_eq!(mended.key, MendedKey::InEvents);
    booth.unlock(&secret(), hour(9)).unwrap();
    assert_eq!(name(&mut booth), "Inne");
    booth
}

#[test]
fn a_key_that_another_event_may_know_is_not_lost_with_the_settings() {
    let unsigned = other_event(&named("Obce"));
    let home = tempfile::tempdir().unwrap();
    let mut booth = two_events(home.path());
    assert_eq!(import(&mut booth, &unsigned), Err("key_unasked"));
    assert_eq!(booth.trust_view().unwrap_err().code(), "key_unasked");
    // The other event tells it.
    go_over(&mut booth, "targi-demo-2026").unwrap();
    assert!(settings(home.path()).contains(&public(3).unwrap()));

    // It tells it too as it is removed.
    let home = tempfile::tempdir().unwrap();
    let mut booth = two_events(home.path());
    booth
        .event_remove("targi-demo-2026", &secret(), true, hour(9))
        .unwrap();
    assert_eq!(known(&mut booth), public(3));
    assert_eq!(import(&mut booth, &unsigned), Err("profile_unsigned"));

    // Nothing new begins where the event in use goes before the other was asked.
    let home = tempfile::tempdir().unwrap();
    let mut booth = two_events(home.path());
    booth
        .event_remove("targi-inne-2026", &secret(), true, hour(9))
        .unwrap();
    assert_eq!(booth.phase().unwrap(), Phase::Locked);
    booth.unlock(&secret(), hour(9)).unwrap();
    assert_eq!(known(&mut booth), public(3));

    // A person with the secret decides otherwise, or tells another.
    let home = tempfile::tempdir().unwrap();
    let mut booth = two_events(home.path());
    booth.untrust(&secret(), hour(9)).unwrap();
    import(&mut booth, &unsigned).unwrap();
    let home = tempfile::tempdir().unwrap();
    let mut booth = two_events(home.path());
    booth.trust(&office::public(&key(4))).unwrap();
    assert_eq!(import(&mut booth, &unsigned), Err("profile_unsigned"));
}

#[test]
fn where_no_event_knows_a_key_profiles_are_taken_once_each_was_asked() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), Some(&named("Targi")), hour(1));
    import(&mut booth, &other_event(&named("Inne"))).unwrap();
    go_over(&mut booth, "targi-demo-2026").unwrap();
    drop(booth);
    // Cut off behind the event.
    let damaged = settings(home.path());
    let at = damaged.find("\"cards\"").unwrap();
    std::fs::write(home.path().join("settings.json"), &damaged[..at]).unwrap();
    let mut booth = again_locked(home.path());
    booth.settings_mend(Language::En, hour(9)).unwrap().unwrap();
    booth.unlock(&secret(), hour(9)).unwrap();
    assert_eq!(name(&mut booth), "Targi", "the one that was in use");
    assert_eq!(import(&mut booth, &named("Drugie")), Err("key_unasked"));
    go_over(&mut booth, "targi-inne-2026").unwrap();
    import(&mut booth, &other_event(&named("Trzecie"))).unwrap();
}

fn again_locked(home: &Path) -> Booth {
    Booth::with_cost(home.to_owned(), zgoda_booth::Cost::TEST).unwrap()
}

#[test]
fn another_key_is_not_put_in_the_place_of_a_known_one_and_forgetting_takes_the_secret() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = trusting(home.path());
    let other = office::public(&key(4));
    assert_eq!(booth.trust(&other).unwrap_err().code(), "key_known");
    let wrong = zgoda_booth::Secret::Passphrase("another passphrase".to_owned().into());
    assert!(booth.untrust(&wrong, hour(9)).is_err());
    assert_eq!(
        import(&mut booth, &named("Drugie")),
        Err("profile_unsigned")
    );
    assert_eq!(booth.untrust(&secret(), hour(10)).unwrap().key, None);
    import(&mut booth, &named("Drugie")).unwrap();
}

#[test]
fn a_version_of_a_wording_never_comes_back_with_another_text() {
    let home = tempfile::tempdir().unwrap();
    let mut booth = booth::open(home.path(), Some(&named("Targi")), hour(0));
    let text = "I want to receive the newsletter of Dobre Maszyny Sp. z o.o. with news and offers by e-mail.";
    let reworded = |version: &str| {
        let toml = named("Targi").replace(text, "Send me news by e-mail.");
        toml.replacen(
            "version = \"2026-1\"",
            &format!("version = \"{version}\""),
            1,
        )
    };
    assert_eq!(
        import(&mut booth, &reworded("2026-1")),
        Err("profile_refused")
    );
    import(&mut booth, &reworded("2026-2")).unwrap();
    // The version of before, with the text of after: whoever agreed to it agreed to something else.
    let back = reworded("2026-1");
    assert_eq!(import(&mut booth, &back), Err("profile_refused"));
    import(&mut booth, &named("Targi")).unwrap();
}
