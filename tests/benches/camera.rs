//! From the camera to the draft on the screen: the release build in a real window, a film of badges before the camera.
//!
//! How: a script in the page notes when it is given the first frame that shows a badge (a patch in the film's corner is
//! lit with it), what of the time goes by until the page takes a frame, until that is read, until the sheet stands in the
//! page and until it has been painted; when the badge has left the film it discards the draft. When: `make bench-camera`;
//! [`WARMUP`] first badges are left out, as the page is still being compiled. What decoding alone takes is in
//! `make bench-scan` (frames).
#![allow(clippy::print_stdout, clippy::unwrap_used)]

use std::time::Duration;

use thirtyfour::error::WebDriverResult;
use zgoda_tests::window::{Window, camera, film, root};

const PIN: &str = "2468";
const SCENES: u32 = 12;
const WARMUP: usize = 3;
const MEASURED: usize = 60;
/// How often it may begin anew.
const STARTS: usize = 5;
const FOLDER: &str = "target/film";

/// From the first frame with a badge, in this order, and their sum.
const PARTS: [&str; 6] = [
    "a frame is taken",
    "it is grey",
    "it is read",
    "the sheet stands",
    "it is painted",
    "camera to draft",
];

/// Notes every badge: milliseconds from the first frame with it, for each of [`PARTS`] but the last.
const WATCH: &str = r#"
const [left, top, side] = PATCH;
const video = document.querySelector('video');
const canvas = document.createElement('canvas');
canvas.width = canvas.height = 1;
const context = canvas.getContext('2d', { willReadFrequently: true });
window.noted = [];
window.missed = 0;
let lit = false, since = null, taken = 0, sent = 0, told = 0;
const sheet = () => document.querySelector('[data-testid="sheet"]');
const painted = (then) => requestAnimationFrame(() => requestAnimationFrame(then));
const draw = CanvasRenderingContext2D.prototype.drawImage;
CanvasRenderingContext2D.prototype.drawImage = function (...what) {
  if (this !== context) taken = performance.now();
  return draw.apply(this, what);
};
const fetched = window.fetch;
window.fetch = async (...what) => {
  const frame = String(what[0]).includes('scan_frame');
  if (frame) sent = performance.now();
  const answer = await fetched(...what);
  if (frame) told = performance.now();
  return answer;
};
new MutationObserver(() => {
  if (since === null || !sheet()) return;
  const steps = [since, taken, sent, told, performance.now()];
  since = null;
  painted(() => {
    steps.push(performance.now());
    window.noted.push(steps.slice(1).map((step, at) => step - steps[at]));
  });
}).observe(document.body, { childList: true, subtree: true });
const look = (now) => {
  context.drawImage(video, left, top, side, side, 0, 0, 1, 1);
  const shown = context.getImageData(0, 0, 1, 1).data[0] > 128;
  if (shown && !lit && !sheet()) since = now;
  if (!shown && lit) {
    if (since !== null) {
      window.missed += 1;
      since = null;
    }
    document.querySelector('[data-testid="discard"]')?.click();
  }
  lit = shown;
  video.requestVideoFrameCallback(look);
};
video.requestVideoFrameCallback(look);
"#;

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let folder = root().join(FOLDER);
    film::shoot(&folder, SCENES).unwrap();
    let _camera = camera::playing(&format!("{FOLDER}/%04d.yuy2"), film::PER_SECOND);
    // The system's plugin ends the page now and then (ARCHITECTURE.md): then it is begun anew.
    let measured = (0..STARTS).find_map(|_| {
        runtime.block_on(async {
            let mut window = Window::of("target/release/zgoda-app", "bench-camera").await;
            let noted = measure(&mut window).await;
            window.close().await;
            noted.ok()
        })
    });
    let (noted, missed) = measured.expect("a window that lives as long as the film");
    for (at, part) in PARTS.into_iter().enumerate() {
        let of = |steps: &Vec<f64>| steps.get(at).copied().unwrap_or_else(|| steps.iter().sum());
        report(part, &noted.iter().map(of).collect::<Vec<f64>>());
    }
    println!("badges that went by unread: {missed}");
}

/// Milliseconds for each badge, and how many went by unread.
async fn measure(window: &mut Window) -> WebDriverResult<(Vec<Vec<f64>>, u64)> {
    window.click("first-en").await?;
    for field in ["secret", "secret-again"] {
        window.type_in(field, PIN).await?;
        window.click("submit").await?;
    }
    window.click("submit").await?;
    window.click("tour-skip").await?;
    window.find("sheet").await?;
    let (left, top, side) = film::PATCH;
    let patch = format!("[{left}, {top}, {side}]");
    window.run(&WATCH.replace("PATCH", &patch)).await?;
    window.click("discard").await?;
    loop {
        tokio::time::sleep(Duration::from_secs(2)).await;
        let told = window.run("return [window.noted, window.missed]").await?;
        // A page that was loaded anew knows of no badge.
        let noted: Vec<Vec<f64>> = serde_json::from_value(told[0].clone())?;
        let missed = told[1].as_u64().unwrap_or_default();
        if noted.len() + missed as usize >= WARMUP + MEASURED {
            window.picture("last").await;
            return Ok((noted[WARMUP.min(noted.len())..].to_vec(), missed));
        }
    }
}

fn report(what: &str, measured: &[f64]) {
    let mut sorted = measured.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |part: f64| {
        sorted.get(((sorted.len() as f64 * part) as usize).min(sorted.len().saturating_sub(1)))
    };
    let ms = |part: f64| at(part).copied().unwrap_or(f64::NAN);
    println!(
        "{what}: {} measured, median {:.1} ms, p95 {:.1} ms, longest {:.1} ms",
        sorted.len(),
        ms(0.5),
        ms(0.95),
        ms(1.0)
    );
}
