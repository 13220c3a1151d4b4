//! Head office's file.

use zgoda_core::profile::Profile;

/// Reads `bytes` as a profile; true where it can be used.
///
/// # Panics
/// Where a refusal gives no reason, or a finding lies outside the file.
pub fn read(bytes: &[u8]) -> bool {
    let Ok(toml) = std::str::from_utf8(bytes) else {
        return false;
    };
    let lines = toml.split('\n').count();
    let (usable, findings) = match Profile::read(toml) {
        Ok((profile, warnings)) => {
            // Every deadline that it can give can be told.
            assert!(profile.event.end() > chrono::DateTime::UNIX_EPOCH);
            (true, warnings)
        }
        Err(findings) => {
            assert!(!findings.is_empty());
            (false, findings)
        }
    };
    for finding in findings {
        assert!(
            (1..=lines.max(1)).contains(&finding.place.line),
            "{finding:?}"
        );
        assert!(finding.place.column >= 1, "{finding:?}");
    }
    usable
}
