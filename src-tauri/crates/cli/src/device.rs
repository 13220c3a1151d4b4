//! `zgoda device`: the device's key, and head office's word for it.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Subcommand;
use serde::Serialize;
use zgoda_booth::mend::{MendedKey, MendedView};
use zgoda_booth::office;
use zgoda_booth::proof::DeviceView;
use zgoda_booth::{Cost, Secret};
use zgoda_core::note::Verifier;

use crate::args::Global;
use crate::out::{Failure, Out};
use crate::session::{self, now};

/// Devices and head office.
#[derive(Debug, Subcommand)]
#[expect(clippy::large_enum_variant, reason = "made once per call")]
pub(crate) enum DeviceCommand {
    /// Show this device's public key and its certificate.
    Show,
    /// Head office: make the key that vouches for devices, sealed with a passphrase.
    Key {
        /// The file that is made; it must not be there yet.
        file: PathBuf,
    },
    /// Head office: certify a device's public key.
    Certify {
        /// The device's public key, as `zgoda device show` prints it.
        device: Verifier,
        /// Head office's key file.
        #[arg(long, value_name = "FILE")]
        office_key: PathBuf,
        /// How many days the certificate is good for.
        #[arg(long, default_value_t = 366)]
        days: u32,
    },
    /// Take head office's certificate of this device.
    Take {
        /// The certificate, or a file that holds it.
        certificate: String,
    },
    /// Set settings.json aside where it is damaged, and begin new ones.
    Mend,
}

#[derive(Serialize)]
struct Made {
    file: String,
    key: String,
}

#[derive(Serialize)]
struct Certified {
    device: String,
    certificate: String,
}

pub(crate) fn run(
    global: &Global,
    command: &DeviceCommand,
    out: &mut Out,
) -> Result<ExitCode, Failure> {
    match command {
        DeviceCommand::Show => {
            let view = session::open(global, out)?.device()?;
            out.print(&view, device_text);
        }
        DeviceCommand::Key { file } => {
            let (text, public) = office::make_key(&passphrase(global)?, Cost::default())?;
            session::write_new(file, text.as_bytes())?;
            let made = Made {
                file: file.display().to_string(),
                key: public.to_string(),
            };
            out.print(&made, |made| {
                format!(
                    "{}: made. For the profile:\n[receipt]\nhead_office_key = \"{}\"",
                    made.file, made.key
                )
            });
        }
        DeviceCommand::Certify {
            device,
            office_key,
            days,
        } => {
            let office = office::open_key(&session::read_text(office_key)?, &passphrase(global)?)?;
            let certificate = office::certify(&office, device, now().date_naive(), *days)?;
            let certified = Certified {
                device: device.name.clone(),
                certificate: certificate.to_string(),
            };
            out.print(&certified, |certified| certified.certificate.clone());
        }
        DeviceCommand::Take { certificate } => {
            let path = PathBuf::from(certificate);
            let text = if path.is_file() {
                session::read_text(&path)?
            } else {
                certificate.clone()
            };
            let view = session::open(global, out)?.take_certificate(&text, now())?;
            out.print(&view, device_text);
        }
        DeviceCommand::Mend => {
            let mut booth = session::at_home(global)?;
            let mended = booth.settings_mend(booth.language(), now())?;
            out.print(&mended, mended_text);
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn passphrase(global: &Global) -> Result<Secret, Failure> {
    session::passphrase(global, "Passphrase of head office's key: ")
}

fn mended_text(mended: &Option<MendedView>) -> String {
    let Some(mended) = mended else {
        return "settings.json can be read: nothing was done.".to_owned();
    };
    let key = match mended.key {
        MendedKey::Kept => "Head office's key was in it and counts on.",
        MendedKey::InEvents => "The events keep what they were told of head office's key.",
        MendedKey::Unknown => {
            "Whether the device knew head office's key cannot be told: tell it again by `zgoda profile trust`."
        }
    };
    format!(
        "{}: the damaged file. New settings were begun. {key}",
        mended.kept_as
    )
}

fn device_text(view: &DeviceView) -> String {
    let certificate = match &view.certificate {
        None => {
            "not certified: zgoda device certify KEY --office-key FILE, at head office".to_owned()
        }
        Some(one) => {
            let by = match one.by_head_office {
                Some(true) => "by the profile's head office",
                Some(false) => "NOT by the profile's head office",
                None => "the profile names no head office",
            };
            format!("certified from {} until {}, {by}", one.from, one.until)
        }
    };
    format!("{}\n{}\n{certificate}", view.device, view.key)
}
