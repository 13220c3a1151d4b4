//! Updates by the app itself. When: only where the build was told whose updates it takes, and only on a person's press;
//! by itself the app asks nobody.
//!
//! How: `ZGODA_UPDATE_KEY` (the public half, as `tauri signer generate` writes it) and `ZGODA_UPDATE_URL` (where `latest.json`
//! lies) are set when the app is built; without them the plugin is not even there. A package is installed only if its
//! signature is that key's and names the version that was announced, so that an older one cannot pose as a newer. The store is
//! shut before the app starts anew. Phones and tablets have their store's updates.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde::Serialize;
use tauri::{AppHandle, Builder, Config, Emitter as _, Manager as _, Runtime, Url};
use tauri_plugin_updater::{Error, Update, UpdaterExt as _};

use crate::Shell;
use crate::commands::{Answer, failure, view};
use crate::windows::STAFF;

const KEY: Option<&str> = option_env!("ZGODA_UPDATE_KEY");
const URL: Option<&str> = option_env!("ZGODA_UPDATE_URL");
const _: () = assert!(
    is_set(KEY) == is_set(URL),
    "ZGODA_UPDATE_KEY and ZGODA_UPDATE_URL go together"
);

/// How long a server may take to say what there is.
const PATIENCE: Duration = Duration::from_secs(20);

/// An empty variable is one that is not set: a workflow's secret that nobody made is empty.
const fn is_set(said: Option<&str>) -> bool {
    matches!(said, Some(text) if !text.is_empty())
}

/// Whose updates are taken, and from where.
pub(crate) struct Source {
    key: String,
    url: Url,
}

impl Source {
    /// As the build was told.
    pub(crate) fn built_in() -> Option<Self> {
        Self::of(KEY, URL)
    }

    /// Nothing without a key, or from an address that anybody on the way could change.
    fn of(key: Option<&str>, url: Option<&str>) -> Option<Self> {
        let key = key.filter(|key| !key.is_empty())?.to_owned();
        let url: Url = url?.parse().ok()?;
        (url.scheme() == "https").then_some(Self { key, url })
    }

    /// The plugin, and what it is told.
    pub(crate) fn turn_on<R: Runtime>(
        self,
        builder: Builder<R>,
        config: &mut Config,
    ) -> Builder<R> {
        let told = serde_json::json!({
            "pubkey": self.key,
            "endpoints": [self.url],
            "requireSignedVersion": true,
        });
        config.plugins.0.insert("updater".to_owned(), told);
        builder
            .plugin(tauri_plugin_updater::Builder::new().build())
            .manage(Updates {
                source: self,
                found: Mutex::default(),
                kept: Mutex::default(),
            })
    }
}

/// There only where updates are on.
pub(crate) struct Updates {
    source: Source,
    /// What the last look found.
    found: Mutex<Option<Update>>,
    /// What was loaded and not installed, because something was in hand by then.
    kept: Mutex<Option<Package>>,
}

/// A package, by its signature.
#[derive(Clone)]
struct Package {
    signature: String,
    bytes: Arc<[u8]>,
}

impl Updates {
    fn found(&self) -> MutexGuard<'_, Option<Update>> {
        self.found.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn kept(&self) -> MutexGuard<'_, Option<Package>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A newer version.
#[derive(Serialize)]
pub(crate) struct Newer {
    version: String,
    notes: String,
}

/// How far a download is, in bytes.
#[derive(Clone, Serialize)]
struct Progress {
    received: u64,
    total: Option<u64>,
}

/// Whom a look asks; nobody where updates are off.
#[tauri::command]
pub(crate) fn update_source<R: Runtime>(app: AppHandle<R>) -> Option<String> {
    let updates = app.try_state::<Updates>()?;
    updates.source.url.host_str().map(str::to_owned)
}

/// Asks whether there is a newer version.
#[tauri::command]
pub(crate) async fn update_check<R: Runtime>(app: AppHandle<R>) -> Answer<Option<Newer>> {
    let updates = app.try_state::<Updates>().ok_or_else(off)?;
    app.state::<Shell>().booth().may_edit().map_err(view)?;
    let found = look(&app).await.map_err(failed)?;
    let newer = found.as_ref().map(|update| Newer {
        version: update.version.clone(),
        notes: update.body.clone().unwrap_or_default(),
    });
    *updates.found() = found;
    Ok(newer)
}

/// Loads what was found, checks whose it is, installs it and starts anew: this answers only where that failed.
#[tauri::command]
pub(crate) async fn update_install<R: Runtime>(app: AppHandle<R>) -> Answer<()> {
    let (update, package) = ready(&app).await?;
    let installing = tauri::async_runtime::spawn_blocking(move || update.install(package));
    installing
        .await
        .map_err(|_| failure("update_install"))?
        .map_err(failed)?;
    app.state::<Shell>().booth().lock();
    app.restart()
}

/// What may be installed now. Somebody may have come while it was loaded: then it waits for the next press.
async fn ready<R: Runtime>(app: &AppHandle<R>) -> Answer<(Update, Arc<[u8]>)> {
    let updates = app.try_state::<Updates>().ok_or_else(off)?;
    let may_end = || app.state::<Shell>().booth().may_end().map_err(view);
    may_end()?;
    let found = updates.found().clone();
    let update = found.ok_or_else(|| failure("update_gone"))?;
    let kept = updates.kept().clone();
    let kept = kept.filter(|kept| kept.signature == update.signature);
    let bytes = match kept {
        Some(kept) => kept.bytes,
        None => load(app, &update).await.map_err(failed)?.into(),
    };
    *updates.kept() = Some(Package {
        signature: update.signature.clone(),
        bytes: Arc::clone(&bytes),
    });
    may_end()?;
    Ok((update, bytes))
}

async fn look<R: Runtime>(app: &AppHandle<R>) -> Result<Option<Update>, Error> {
    let locking = app.clone();
    let updater = app
        .updater_builder()
        .configure_client(|client| client.connect_timeout(PATIENCE).read_timeout(PATIENCE))
        // On Windows the installer ends the app.
        .on_before_exit(move || {
            locking.state::<Shell>().booth().lock();
            locking.cleanup_before_exit();
        })
        .build()?;
    updater.check().await
}

/// The package, with the right signature.
async fn load<R: Runtime>(app: &AppHandle<R>, update: &Update) -> Result<Vec<u8>, Error> {
    let (mut received, mut told) = (0_u64, 0);
    let progress = |more: usize, total: Option<u64>| {
        received += u64::try_from(more).unwrap_or(u64::MAX);
        let percent = total.map_or(received >> 20, |total| received * 100 / total.max(1));
        if percent != told {
            told = percent;
            // A window that is gone needs no news.
            let _ = app.emit_to(STAFF, "update", Progress { received, total });
        }
    };
    update.download(progress, || ()).await
}

fn off() -> zgoda_booth::view::ErrorView {
    failure("update_off")
}

fn failed(error: Error) -> zgoda_booth::view::ErrorView {
    failure(match error {
        Error::Reqwest(_) | Error::Network(_) | Error::ReleaseNotFound => "update_unreachable",
        Error::TargetNotFound(_) | Error::TargetsNotFound(_) => "update_not_for_this",
        Error::Minisign(_)
        | Error::Base64(_)
        | Error::SignatureUtf8(_)
        | Error::SignedVersionMismatch { .. }
        | Error::MissingSignedVersion => "update_signature",
        Error::AuthenticationFailed => "update_not_allowed",
        Error::Serialization(_) | Error::Semver(_) | Error::UrlParse(_) => "update_answer",
        _ => "update_install",
    })
}

#[cfg(test)]
mod tests;
