//! How long until the first screen can be used, beside an empty Tauri window, both release builds, started in turn.
//!
//! How: the page tells when its first content was painted; the system tells when the process of the app began. The first
//! start of each is left out: what lies on the disk is in memory then (a warm cache). When: `make bench-start`.
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use zgoda_tests::window::Window;

const RUNS: usize = 10;
/// The app, and what is on its first screen.
const APPS: [(&str, &str, &str); 2] = [
    ("an empty window", "target/release/examples/empty", "empty"),
    ("Zgoda", "target/release/zgoda-app", "first-en"),
];

/// Milliseconds since 1970 at which something was first painted.
const PAINTED: &str = "const [paint] = performance.getEntriesByName('first-contentful-paint'); \
                       return paint ? performance.timeOrigin + paint.startTime : null;";

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let mut taken = [Vec::new(), Vec::new()];
    for run in 0..=RUNS {
        for (at, (_, app, sign)) in APPS.iter().enumerate() {
            let took = runtime.block_on(start(app, sign));
            if run > 0 {
                taken[at].push(took);
            }
        }
    }
    let [empty, ours] = taken.map(|mut taken| {
        taken.sort_by(f64::total_cmp);
        (taken[taken.len() / 2], taken[taken.len() - 1])
    });
    for ((name, ..), (median, longest)) in APPS.iter().zip([empty, ours]) {
        println!(
            "{name}: first content after {median:.0} ms, at most {longest:.0} ms, of {RUNS} starts"
        );
    }
    println!("ratio: {:.2}", ours.0 / empty.0);
}

/// Milliseconds from the start of the process to the first content in its page.
async fn start(app: &str, sign: &str) -> f64 {
    let window = Window::of(app, "bench-start").await;
    window.find(sign).await.unwrap();
    let mut painted = None;
    for _ in 0..50 {
        painted = window.run(PAINTED).await.unwrap().as_f64();
        if painted.is_some() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let began = began(app);
    window.close().await;
    painted.expect("the page tells when it was painted") - began
}

/// Milliseconds since 1970 at which the newest process of `app` began; the system counts in hundredths of a second since
/// it booted.
fn began(app: &str) -> f64 {
    let name = app.rsplit('/').next().unwrap();
    let of_app = |folder: &std::path::Path| {
        let name_of = std::fs::read_to_string(folder.join("comm")).ok()?;
        let stat = std::fs::read_to_string(folder.join("stat")).ok()?;
        let (_, rest) = stat.rsplit_once(')')?;
        let ticks: f64 = rest.split_whitespace().nth(19)?.parse().ok()?;
        (name_of.trim() == name).then_some(ticks / 100.0)
    };
    let processes = std::fs::read_dir("/proc").unwrap().flatten();
    let began = processes.filter_map(|entry| of_app(&entry.path()));
    let began = began.max_by(f64::total_cmp).expect("the app runs");
    let uptime = std::fs::read_to_string("/proc/uptime").unwrap();
    let uptime: f64 = uptime.split_whitespace().next().unwrap().parse().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
    (now.as_secs_f64() - uptime + began) * 1000.0
}
