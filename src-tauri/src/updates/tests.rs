//! Against a server of these tests, with a key that nobody uses: it was made by `tauri signer generate` for them.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpListener;

use tauri::App;
use tauri::test::{MockRuntime, mock_builder, noop_assets};
use zgoda_booth::{Booth, Cost};
use zgoda_core::Language;

use super::*;

const KEY: &str = "dW50cnVzdGVkIGNvbW1lbnQ6IG1pbmlzaWduIHB1YmxpYyBrZXk6IEYwNzIwNjBFMTIyNEJCNzEKUldSeHV5UVNEZ1p5OENMa3pLSTVCQmNZeEJDOXI3dE5hbUdKcHhSSkJBVlp4d3kwQU9VVHJNenoK";
const PACKAGE: &[u8] = b"a package, for tests";
/// `PACKAGE`'s, for the version 9.9.9.
const SIGNATURE: &str = "dW50cnVzdGVkIGNvbW1lbnQ6IHNpZ25hdHVyZSBmcm9tIHRhdXJpIHNlY3JldCBrZXkKUlVSeHV5UVNEZ1p5OEFmTW9PRUJEMjBuZHVOTWlUbFJzVm9vQU1NT3lOaWV1VmxndUpjSi9DalEySTVJVWkvV25tWURnZlVMYWhjOXFrUFZRTjU4QWJKY2tmamFBNENiY1FrPQp0cnVzdGVkIGNvbW1lbnQ6IHRpbWVzdGFtcDoxNzk1OTczOTcwCWZpbGU6cGFja2FnZQl2ZXJzaW9uOjkuOS45CmRKeEovcGIyOEx1ZkRoaDlPSW01ZVhiRUdCUkRvZE1ZRUVyQkNJd2JTRklLVStST1BjMFpoSi9XNHFOTUMvV1p5ZFNEaTJXNEhuZklueS9xYXU4a0FRPT0K";

/// Answers `latest.json` with this version, and whatever else is asked for with these bytes.
fn serve(version: &'static str, package: &'static [u8]) -> Url {
    serve_and(version, package, || ())
}

/// The same, and does something while the package is loaded.
fn serve_and(
    version: &'static str,
    package: &'static [u8],
    meanwhile: impl Fn() + Send + 'static,
) -> Url {
    let server = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", server.local_addr().unwrap());
    let release = serde_json::json!({
        "version": version,
        "notes": "It is faster.",
        "url": format!("{address}/package"),
        "signature": SIGNATURE,
    });
    let at = format!("{address}/latest.json");
    std::thread::spawn(move || {
        for connection in server.incoming() {
            let mut connection = connection.unwrap();
            let mut lines = BufReader::new(connection.try_clone().unwrap()).lines();
            let first = lines.next().unwrap().unwrap();
            while lines.next().is_some_and(|line| !line.unwrap().is_empty()) {}
            let body = if first.contains("latest.json") {
                release.to_string().into_bytes()
            } else {
                meanwhile();
                package.to_vec()
            };
            let head = format!(
                "HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
                body.len()
            );
            connection.write_all(head.as_bytes()).unwrap();
            connection.write_all(&body).unwrap();
        }
    });
    at.parse().unwrap()
}

fn app(home: &std::path::Path, source: Option<Source>) -> App<MockRuntime> {
    let booth = Booth::with_cost(home.to_owned(), Cost::TEST).unwrap();
    let mut context = tauri::test::mock_context(noop_assets());
    let mut builder = crate::build(mock_builder()).manage(crate::Shell::of(booth));
    if let Some(source) = source {
        builder = source.turn_on(builder, context.config_mut());
    }
    builder.build(context).unwrap()
}

fn from(url: Url) -> Source {
    let key = KEY.to_owned();
    Source { key, url }
}

fn check(app: &App<MockRuntime>) -> Answer<Option<Newer>> {
    tauri::async_runtime::block_on(update_check(app.handle().clone()))
}

#[test]
fn without_a_key_nothing_is_there_and_nobody_is_asked() {
    assert!(Source::built_in().is_none(), "this build takes no updates");
    let there = Some("https://example.org/latest.json");
    assert!(Source::of(None, there).is_none());
    assert!(Source::of(Some(""), there).is_none());
    assert!(Source::of(Some(KEY), None).is_none());
    assert!(Source::of(Some(KEY), Some("http://example.org/latest.json")).is_none());
    assert!(Source::of(Some(KEY), there).is_some());

    let home = tempfile::tempdir().unwrap();
    let app = app(home.path(), None);
    assert!(app.try_state::<Updates>().is_none());
    assert_eq!(update_source(app.handle().clone()), None);
    assert_eq!(check(&app).err().unwrap().code, "update_off");
    let install = tauri::async_runtime::block_on(update_install(app.handle().clone()));
    assert_eq!(install.unwrap_err().code, "update_off");
}

#[test]
fn a_newer_version_is_found_with_its_notes_and_an_older_one_is_none() {
    let home = tempfile::tempdir().unwrap();
    let on = app(home.path(), Some(from(serve("9.9.9", PACKAGE))));
    let source = update_source(on.handle().clone());
    assert_eq!(source.as_deref(), Some("127.0.0.1"));
    let newer = check(&on).unwrap().unwrap();
    assert_eq!(newer.version, "9.9.9");
    assert_eq!(newer.notes, "It is faster.");
    let older = app(home.path(), Some(from(serve("0.0.1", PACKAGE))));
    assert!(check(&older).unwrap().is_none());
}

#[test]
fn a_server_that_is_gone_is_told() {
    let home = tempfile::tempdir().unwrap();
    let closed = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/latest.json", closed.local_addr().unwrap());
    drop(closed);
    let app = app(home.path(), Some(from(url.parse().unwrap())));
    assert_eq!(check(&app).err().unwrap().code, "update_unreachable");
}

/// What the server gives as the package of this version.
fn loaded(version: &'static str, package: &'static [u8]) -> Result<Vec<u8>, &'static str> {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path(), Some(from(serve(version, package))));
    check(&app).unwrap().unwrap();
    let update = app.state::<Updates>().found().clone().unwrap();
    let loaded = tauri::async_runtime::block_on(load(app.handle(), &update));
    loaded.map_err(|error| {
        assert_eq!(failed(error).code, "update_signature");
        "signature"
    })
}

#[test]
fn only_what_the_key_signed_for_that_version_is_taken() {
    assert_eq!(loaded("9.9.9", PACKAGE).as_deref(), Ok(PACKAGE));
    assert_eq!(loaded("9.9.9", b"another package"), Err("signature"));
    // A true package of one version, announced as a newer one.
    assert_eq!(loaded("9.9.10", PACKAGE), Err("signature"));
}

#[test]
fn nothing_is_installed_that_no_look_found() {
    let home = tempfile::tempdir().unwrap();
    let app = app(home.path(), Some(from(serve("9.9.9", PACKAGE))));
    let install = tauri::async_runtime::block_on(update_install(app.handle().clone()));
    assert_eq!(install.unwrap_err().code, "update_gone");
}

#[cfg(unix)]
#[test]
fn what_is_published_names_no_package_of_another_version() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("zgoda-setup.exe"), PACKAGE).unwrap();
    std::fs::write(folder.path().join("zgoda-setup.exe.sig"), SIGNATURE).unwrap();
    let latest = |version: &str| {
        let tool = concat!(env!("CARGO_MANIFEST_DIR"), "/mk/package/latest");
        let mut tool = std::process::Command::new(tool);
        tool.args([version, "https://example.org"]);
        tool.arg(folder.path()).output().unwrap()
    };
    let told = String::from_utf8(latest("9.9.9").stdout).unwrap();
    assert!(told.contains(SIGNATURE), "{told}");
    let refused = latest("9.9.10");
    assert!(!refused.status.success() && refused.stdout.is_empty());
}

#[test]
fn somebody_who_came_during_the_download_is_not_lost_and_the_package_waits() {
    let home = tempfile::tempdir().unwrap();
    let handle = Arc::new(Mutex::new(None::<AppHandle<MockRuntime>>));
    let (loads, load) = std::sync::mpsc::channel();
    let there = Arc::clone(&handle);
    let server = serve_and("9.9.9", PACKAGE, move || {
        let there = there.lock().unwrap();
        let shell = there.as_ref().unwrap().state::<Shell>();
        shell.booth().scan_photo(zgoda_booth::demo::BADGE).unwrap();
        loads.send(()).unwrap();
    });
    let app = app(home.path(), Some(from(server)));
    *handle.lock().unwrap() = Some(app.handle().clone());
    let booth = || app.state::<Shell>();
    let secret = zgoda_booth::Secret::Passphrase("a passphrase for tests".to_owned().into());
    let now = "2026-11-24T10:00:00Z".parse().unwrap();
    let first = booth()
        .booth()
        .first_start(Language::En, &secret, None, now);
    first.unwrap();
    check(&app).unwrap().unwrap();
    let press = || tauri::async_runtime::block_on(ready(app.handle()));
    assert_eq!(press().err().unwrap().code, "not_now");
    assert_eq!(press().err().unwrap().code, "not_now");
    booth().booth().draft_discard().unwrap();
    assert_eq!(&*press().unwrap().1, PACKAGE);
    assert_eq!(load.try_iter().count(), 1, "it was kept");
}
