//! The app without a driver: its processes, as the system lists them.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use zgoda_tests::window::root;

const PATIENCE: Duration = Duration::from_secs(15);
const STEP: Duration = Duration::from_millis(100);
/// How WebKit calls the process of a page; Linux keeps fifteen letters of a name.
const PAGE: &str = "WebKitWebProces";

/// The running app; ended when dropped.
pub(crate) struct App {
    child: Child,
    _home: tempfile::TempDir,
}

/// The process of a page.
#[derive(PartialEq, Eq)]
pub(crate) struct Page(u32);

impl App {
    pub(crate) fn start() -> Self {
        let home = tempfile::tempdir().unwrap();
        let child = Command::new(root().join("target/debug/zgoda-app"))
            .env("ZGODA_HOME", home.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("build it first: cargo build -p zgoda-app --bin zgoda-app");
        Self { child, _home: home }
    }

    /// The process of a page that is another than `not`, once there is one.
    pub(crate) fn page(&self, not: Option<&Page>) -> Option<Page> {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            let mut pages = descendants(self.child.id()).into_iter().map(Page);
            let page = pages.find(|page| page.is() && Some(page) != not);
            if page.is_some() {
                return page;
            }
            std::thread::sleep(STEP);
        }
        None
    }
}

impl Drop for App {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

impl Page {
    fn is(&self) -> bool {
        read(self.0, "comm").trim() == PAGE && !read(self.0, "stat").contains(") Z ")
    }

    pub(crate) fn kill(&self) {
        let killed = Command::new("kill")
            .args(["-9", &self.0.to_string()])
            .status();
        assert!(killed.unwrap().success());
    }
}

/// The processes that `parent` started, and those that they started.
fn descendants(parent: u32) -> Vec<u32> {
    let listed = std::fs::read_dir(format!("/proc/{parent}/task"));
    let tasks = listed.into_iter().flatten().filter_map(Result::ok);
    let mut all = Vec::new();
    for task in tasks {
        let children = std::fs::read_to_string(task.path().join("children")).unwrap_or_default();
        for child in children
            .split_whitespace()
            .filter_map(|pid| pid.parse().ok())
        {
            all.push(child);
            all.extend(descendants(child));
        }
    }
    all
}

fn read(process: u32, what: &str) -> String {
    let file = Path::new("/proc").join(process.to_string()).join(what);
    std::fs::read_to_string(file).unwrap_or_default()
}
