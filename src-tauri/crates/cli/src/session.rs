//! From the global options to an open booth.

use std::fs;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use chrono::{DateTime, Utc};
use zeroize::Zeroizing;
use zgoda_booth::view::{Phase, Seal};
use zgoda_booth::{Booth, Purged, Secret};
use zgoda_core::Language;

use crate::args::Global;
use crate::out::{Failure, Out};

/// The moment of the call.
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The booth of `--home`, open.
pub(crate) fn open(global: &Global, out: &mut Out) -> Result<Booth, Failure> {
    open_purging(global, out).map(|(booth, _)| booth)
}

/// As [`open`]; where there is no store yet, one is made with `--profile`, or with the demo's profile. For what brings the
/// first data alone: anywhere else a home without a store is a slip of the keyboard.
pub(crate) fn open_or_create(global: &Global, out: &mut Out) -> Result<Booth, Failure> {
    let mut booth = at_home(global)?;
    if booth.phase()? == Phase::FirstStart {
        create(&mut booth, global, out)?;
        return Ok(booth);
    }
    open(global, out)
}

/// As [`open`], with what the purge at opening did.
pub(crate) fn open_purging(global: &Global, out: &mut Out) -> Result<(Booth, Purged), Failure> {
    let mut booth = at_home(global)?;
    require_store(&booth, global)?;
    accept_older(&mut booth, global, out)?;
    let secret = secret(&booth, global)?;
    let purged = booth.unlock(&secret, now())?;
    Ok((booth, purged))
}

/// Refuses where there is no store in `--home`.
pub(crate) fn require_store(booth: &Booth, global: &Global) -> Result<(), Failure> {
    if booth.phase()? == Phase::FirstStart {
        return Err(Failure::NoStore(home(global)));
    }
    Ok(())
}

/// Goes on with an older database, where `--accept-older` says so.
pub(crate) fn accept_older(
    booth: &mut Booth,
    global: &Global,
    out: &mut Out,
) -> Result<(), Failure> {
    if global.accept_older {
        booth.accept_older()?;
        out.say("zgoda: goes on with the database as it is");
    }
    Ok(())
}

/// The booth of `--home`, as it lies there.
pub(crate) fn at_home(global: &Global) -> Result<Booth, Failure> {
    let booth = Booth::at(home(global))?;
    let Some(event) = &global.event else {
        return Ok(booth);
    };
    if !booth.events()?.contains(event) {
        return Err(Failure::NoEvent(event.clone()));
    }
    Ok(booth.of_event(event))
}

pub(crate) fn home(global: &Global) -> PathBuf {
    global
        .home
        .clone()
        .unwrap_or_else(zgoda_booth::default_home)
}

/// Reads a text file that was named.
pub(crate) fn read_text(path: &Path) -> Result<String, Failure> {
    fs::read_to_string(path).map_err(|source| file_error(path, source))
}

/// Reads a file that was named.
pub(crate) fn read_bytes(path: &Path) -> Result<Zeroizing<Vec<u8>>, Failure> {
    fs::read(path)
        .map(Zeroizing::new)
        .map_err(|source| file_error(path, source))
}

/// True where `path` stands for standard output.
pub(crate) fn is_standard(path: &Path) -> bool {
    path == Path::new("-")
}

/// `path`, with the event in its name where one call writes a file for each.
pub(crate) fn named_for(path: &Path, global: &Global) -> PathBuf {
    let (Some(event), true) = (&global.event, global.all_events) else {
        return path.to_owned();
    };
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let name = match path.extension() {
        Some(ending) => format!("{stem}-{event}.{}", ending.to_string_lossy()),
        None => format!("{stem}-{event}"),
    };
    path.with_file_name(name)
}

/// Writes a file that was named, over what was there.
pub(crate) fn write(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    fs::write(path, bytes).map_err(|source| file_error(path, source))
}

/// Writes a file for its owner alone, and onto the disk before it returns; one that is there is left as it is.
pub(crate) fn write_new(path: &Path, bytes: &[u8]) -> Result<(), Failure> {
    let mut options = fs::File::options();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let write = || {
        let mut file = options.open(path)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        sync_folder(path)
    };
    write().map_err(|source| file_error(path, source))
}

/// So that the name of a new file stays too; Windows writes it with the file.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(windows) {
        return Ok(());
    }
    let folder = path.parent().filter(|folder| *folder != Path::new(""));
    fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
}

/// Writes to the file that was named, or prints.
pub(crate) fn write_or_print(
    path: Option<&Path>,
    text: &str,
    out: &mut Out,
) -> Result<(), Failure> {
    match path.filter(|path| !is_standard(path)) {
        Some(path) => write(path, text.as_bytes()),
        None => {
            out.line(text);
            Ok(())
        }
    }
}

/// A passphrase from `--passphrase-file`, or from the person at the terminal.
pub(crate) fn passphrase(global: &Global, prompt: &str) -> Result<Secret, Failure> {
    if let Some(path) = &global.passphrase_file {
        return Ok(Secret::Passphrase(first_line(path)?));
    }
    Ok(Secret::Passphrase(ask(prompt)?))
}

/// Asks the person at the terminal, unseen.
pub(crate) fn ask(prompt: &str) -> Result<Zeroizing<String>, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::NoSecret);
    }
    let typed = rpassword::prompt_password(prompt);
    typed.map(Zeroizing::new).map_err(|_| Failure::NoSecret)
}

pub(crate) fn first_line(path: &Path) -> Result<Zeroizing<String>, Failure> {
    let text = Zeroizing::new(read_text(path)?);
    Ok(Zeroizing::new(
        text.lines().next().unwrap_or_default().to_owned(),
    ))
}

fn file_error(path: &Path, source: io::Error) -> Failure {
    Failure::File {
        path: path.display().to_string(),
        source,
    }
}

pub(crate) fn create(booth: &mut Booth, global: &Global, out: &mut Out) -> Result<(), Failure> {
    let toml = global.profile.as_deref().map(read_text).transpose()?;
    let secret = secret(booth, global)?;
    booth.first_start(Language::En, &secret, toml.as_deref(), now())?;
    out.say(match toml {
        Some(_) => "zgoda: made a new store with this profile",
        None => {
            "zgoda: made a new store with the demo profile; `zgoda profile use FILE` takes your own"
        }
    });
    Ok(())
}

/// The secret from a file, or from the person at the terminal.
pub(crate) fn secret(booth: &Booth, global: &Global) -> Result<Secret, Failure> {
    if let Some(path) = &global.passphrase_file {
        return Ok(Secret::Passphrase(first_line(path)?));
    }
    if let Some(path) = &global.pin_file {
        return Ok(Secret::Pin(first_line(path)?));
    }
    // Only who can be asked is asked: what the store is sealed with costs a look at the keyring.
    if !io::stdin().is_terminal() {
        return Err(Failure::NoSecret);
    }
    let prompt = match booth.seal()? {
        Seal::Pin => "PIN: ",
        Seal::Passphrase => "Passphrase: ",
    };
    Ok(booth.secret(&ask(prompt)?)?)
}
