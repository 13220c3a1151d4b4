//! One window of the app under WebDriver: find, click, type, look.
#![allow(clippy::unwrap_used)]

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use thirtyfour::Capabilities;
use thirtyfour::error::WebDriverResult;
use thirtyfour::prelude::{By, ElementQueryable as _, ElementWaitable as _, WebDriver, WebElement};

/// How long a thing may take to appear on two busy cores.
const PATIENCE: Duration = Duration::from_secs(30);
const STEP: Duration = Duration::from_millis(100);
const APP: &str = "target/debug/zgoda-app";
/// What names the app's home, and what the system names the folder of all apps' data by.
const HOME: &str = "ZGODA_HOME";
const DATA: &str = "XDG_DATA_HOME";

/// The app, its driver and its home.
pub struct Window {
    driver: WebDriver,
    server: Child,
    home: tempfile::TempDir,
    pictures: PathBuf,
    taken: u32,
}

impl Window {
    /// Starts the app of the debug build in a home of its own.
    ///
    /// # Panics
    /// As [`Window::of`].
    pub async fn open(name: &str) -> Self {
        Self::of(APP, name).await
    }

    /// The same with the home that the app has by itself, in a folder of data of its own: only there one start of it
    /// knows of another.
    ///
    /// # Panics
    /// As [`Window::of`].
    pub async fn open_at_home(name: &str) -> Self {
        Self::begin(APP, name, DATA).await
    }

    /// Another start of that app, with `file`, while this one runs. It has no display, as it ends before it asks for one.
    ///
    /// # Panics
    /// Where it does not end by itself, having handed the file over.
    pub async fn start_again(&self, file: &Path) {
        let mut again = Command::new(root().join(APP))
            .arg(file)
            .env(DATA, self.home())
            .env_remove(HOME)
            .env_remove("DISPLAY")
            .env_remove("WAYLAND_DISPLAY")
            .spawn()
            .unwrap();
        for _ in 0..tries() {
            if let Some(ended) = again.try_wait().unwrap() {
                assert!(ended.success(), "{ended}");
                return;
            }
            tokio::time::sleep(STEP).await;
        }
        drop(again.kill());
        drop(again.wait());
        panic!("the second start goes on beside the first");
    }

    /// Starts `app`, a path of the project, in a home of its own. A driver that does not come up is tried once more.
    ///
    /// # Panics
    /// Where the app is not built, or no session can be had.
    pub async fn of(app: &str, name: &str) -> Self {
        Self::begin(app, name, HOME).await
    }

    async fn begin(app: &str, name: &str, home_is: &str) -> Self {
        // The driver is spoken to without TLS, but its client wants to know whose it would be.
        drop(rustls::crypto::ring::default_provider().install_default());
        let root = root();
        let app = root.join(app);
        assert!(app.exists(), "build it first: {}", app.display());
        let home = tempfile::tempdir().unwrap();
        let pictures = root.join("target/window").join(name);
        std::fs::create_dir_all(&pictures).unwrap();
        for _ in 0..2 {
            if let Some((driver, server)) = start(&app, (home_is, home.path())).await {
                return Self {
                    driver,
                    server,
                    home,
                    pictures,
                    taken: 0,
                };
            }
        }
        panic!(
            "tauri-driver does not answer: run this through tests/e2e/session (make test-window)"
        );
    }

    /// Ends the window and its driver.
    pub async fn close(mut self) {
        drop(self.driver.quit().await);
        drop(self.server.kill());
        drop(self.server.wait());
    }

    /// Where the app keeps its things.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    /// The element with this test id, once it is there. The first look can meet the blank page that was before.
    pub async fn find(&self, id: &str) -> WebDriverResult<WebElement> {
        let by = By::Css(format!("[data-testid=\"{id}\"]"));
        self.driver
            .query(by)
            .wait(PATIENCE, STEP)
            .ignore_errors(true)
            .first()
            .await
    }

    /// Clicks it, once it can be clicked. A page that is just being drawn anew is looked at again.
    pub async fn click(&self, id: &str) -> WebDriverResult<()> {
        let mut last = Ok(());
        for _ in 0..5 {
            let element = self.find(id).await?;
            element
                .wait_until()
                .wait(PATIENCE, STEP)
                .clickable()
                .await?;
            last = element.click().await;
            if last.is_ok() {
                break;
            }
            tokio::time::sleep(STEP * 3).await;
        }
        last
    }

    /// Types into a field, in place of what is there.
    pub async fn type_in(&self, id: &str, text: &str) -> WebDriverResult<()> {
        let element = self.find(id).await?;
        element.clear().await?;
        element.send_keys(text).await
    }

    /// Types as slowly as a person: what comes faster is taken for a hand scanner.
    pub async fn type_slowly(&self, id: &str, text: &str) -> WebDriverResult<()> {
        let element = self.find(id).await?;
        for letter in text.chars() {
            element.send_keys(letter.to_string()).await?;
            tokio::time::sleep(STEP).await;
        }
        Ok(())
    }

    /// Gives a file of the project to a file input.
    pub async fn upload(&self, id: &str, file: &str) -> WebDriverResult<()> {
        let element = self.find(id).await?;
        element
            .send_keys(root().join(file).display().to_string())
            .await
    }

    /// Its text, once there is some: a page may stand before its values have come.
    pub async fn text(&self, id: &str) -> WebDriverResult<String> {
        let mut text = String::new();
        for _ in 0..tries() {
            text = self.find(id).await?.text().await?;
            if !text.trim().is_empty() {
                break;
            }
            tokio::time::sleep(STEP).await;
        }
        Ok(text)
    }

    /// True where a box is ticked.
    pub async fn is_ticked(&self, id: &str) -> WebDriverResult<bool> {
        self.find(id).await?.is_selected().await
    }

    /// Waits until the element with this test id says `text`.
    pub async fn wait_for(&self, id: &str, text: &str) -> WebDriverResult<()> {
        self.wait_until(text, async || self.text(id).await).await
    }

    /// Waits until the page says `text`, wherever.
    pub async fn wait_for_page(&self, text: &str) -> WebDriverResult<()> {
        self.wait_until(text, async || {
            self.driver
                .query(By::Tag("body"))
                .first()
                .await?
                .text()
                .await
        })
        .await
    }

    async fn wait_until(
        &self,
        wanted: &str,
        look: impl AsyncFn() -> WebDriverResult<String>,
    ) -> WebDriverResult<()> {
        let mut seen = String::new();
        for _ in 0..tries() {
            seen = look().await?;
            if seen.contains(wanted) {
                return Ok(());
            }
            tokio::time::sleep(STEP).await;
        }
        panic!("never said {wanted:?}, but: {seen}");
    }

    /// Turns to the attendee's window, once it is there.
    pub async fn enter_attendee(&self) -> WebDriverResult<()> {
        self.enter(|page| page.contains("attendee.html")).await
    }

    /// Turns to the staff's window, once it is the only one.
    pub async fn enter_staff(&self) -> WebDriverResult<()> {
        self.enter(|page| !page.contains("attendee.html") && page.starts_with("tauri:"))
            .await
    }

    async fn enter(&self, is_it: impl Fn(&str) -> bool) -> WebDriverResult<()> {
        let mut seen = Vec::new();
        for _ in 0..tries() {
            seen.clear();
            for handle in self.driver.windows().await? {
                if self.driver.switch_to_window(handle).await.is_err() {
                    continue;
                }
                let url = self.driver.current_url().await.map(|url| url.to_string());
                if url.as_ref().is_ok_and(|url| is_it(url)) {
                    return Ok(());
                }
                seen.push(url);
            }
            tokio::time::sleep(STEP).await;
        }
        panic!("no window shows the page: {seen:?}");
    }

    /// Runs a script in the page; answers what it returns.
    pub async fn run(&self, script: &str) -> WebDriverResult<serde_json::Value> {
        let answer = self.driver.execute(script, Vec::new()).await?;
        Ok(answer.json().clone())
    }

    /// A picture of one element alone; answers where it lies.
    pub async fn picture_of(&mut self, id: &str) -> WebDriverResult<PathBuf> {
        self.taken += 1;
        let file = self.pictures.join(format!("{:02}-{id}.png", self.taken));
        self.find(id).await?.screenshot(&file).await?;
        Ok(file)
    }

    /// Keeps a picture of what is on the screen.
    pub async fn picture(&mut self, name: &str) {
        self.taken += 1;
        let file = self.pictures.join(format!("{:02}-{name}.png", self.taken));
        // A picture is for looking at afterwards; that it could not be taken fails no journey.
        drop(self.driver.screenshot(&file).await);
    }
}

fn tries() -> u128 {
    PATIENCE.as_millis() / STEP.as_millis()
}

/// The project's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

async fn start(app: &Path, home: (&str, &Path)) -> Option<(WebDriver, Child)> {
    let (port, native) = (free_port(), free_port());
    let mut server = Command::new("tauri-driver")
        .args([
            "--port",
            &port.to_string(),
            "--native-port",
            &native.to_string(),
        ])
        .env_remove(HOME)
        .env(home.0, home.1)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("tauri-driver is on the path: make setup-test");
    let mut wanted = Capabilities::new();
    wanted.set("browserName", "wry").unwrap();
    let options = serde_json::json!({ "application": app });
    wanted.set("tauri:options", options).unwrap();
    let address = format!("http://127.0.0.1:{port}");
    for _ in 0..50 {
        tokio::time::sleep(STEP).await;
        if std::net::TcpStream::connect(("127.0.0.1", port)).is_err() {
            continue;
        }
        let session = WebDriver::new(address.as_str(), wanted.clone());
        match tokio::time::timeout(PATIENCE, session).await {
            Ok(Ok(driver)) => return Some((driver, server)),
            Ok(Err(error)) => eprintln!("no session: {error}"),
            Err(_) => eprintln!("no session within {PATIENCE:?}"),
        }
        break;
    }
    drop(server.kill());
    drop(server.wait());
    None
}

fn free_port() -> u16 {
    TcpListener::bind(("127.0.0.1", 0))
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}
