//! A camera without hardware: a source of the session's PipeWire that shows pictures, at 1280 x 720.
#![allow(clippy::unwrap_used)]

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

use super::film::SIZE;

/// How the source calls itself.
const NAME: &str = "Badge";
/// How long it may take to be there.
const PATIENCE: Duration = Duration::from_secs(20);

/// The camera; unplugged when dropped.
pub struct Camera(Child);

/// A camera before which one picture is held, a JPEG of the project.
///
/// # Panics
/// As [`playing`].
pub fn showing(picture: &str, per_second: u32) -> Camera {
    begin(
        picture,
        &format!(
            "caps=image/jpeg,framerate={per_second}/1 ! jpegdec ! videoconvert ! videoscale add-borders=true"
        ),
        per_second,
    )
}

/// A camera before which a film is played over and over: frames as [`super::film::shoot`] writes them, with `%04d` for
/// their number.
///
/// # Panics
/// Where the session has no PipeWire, or GStreamer is not installed.
pub fn playing(frames: &str, per_second: u32) -> Camera {
    let (width, height) = SIZE;
    begin(
        frames,
        &format!(
            "! rawvideoparse width={width} height={height} format=yuy2 framerate={per_second}/1"
        ),
        per_second,
    )
}

/// It is there, with all that it can do, when this returns.
fn begin(pictures: &str, read: &str, per_second: u32) -> Camera {
    let location = format!("location={}", super::root().join(pictures).display());
    let (width, height) = SIZE;
    let frame = format!(
        "video/x-raw,width={width},height={height},pixel-aspect-ratio=1/1,format=YUY2,framerate={per_second}/1"
    );
    let node = format!(
        "stream-properties=props,media.class=Video/Source,media.role=Camera,node.description={NAME}"
    );
    let child = Command::new("gst-launch-1.0")
        .args(["-q", "multifilesrc", &location, "loop=true"])
        .args(read.split(' '))
        .args(["!", &frame, "!"])
        // A file is read as fast as can be: `identity` makes a camera's pace of it.
        .args(["identity", "sync=true", "!", "videorate", "!", "queue", "!"])
        .args(["pipewiresink", "mode=provide", "sync=false", &node])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("`make setup-test` installs GStreamer");
    let camera = Camera(child);
    camera.wait_until_it_is_whole();
    camera
}

impl Camera {
    /// WebKit's page dies of a source that does not say yet how many frames a second it gives (an assertion where it
    /// lists the cameras' sizes), which is so for a moment after the source was registered.
    fn wait_until_it_is_whole(&self) {
        let since = Instant::now();
        while since.elapsed() < PATIENCE {
            if objects().iter().any(is_whole) {
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("no camera appears in the session's PipeWire: run this through tests/e2e/session");
    }
}

/// What PipeWire knows at the moment.
fn objects() -> Vec<Value> {
    let told = Command::new("pw-dump").arg("--no-colors").output();
    let told = told.expect("`make setup-test` installs PipeWire");
    serde_json::from_slice(&told.stdout).unwrap_or_default()
}

/// True for our source, once it tells its formats.
fn is_whole(object: &Value) -> bool {
    let info = &object["info"];
    let formats = info["params"]["EnumFormat"].as_array();
    info["props"]["node.description"] == NAME
        && formats.is_some_and(|formats| {
            !formats.is_empty() && formats.iter().all(|one| one.get("framerate").is_some())
        })
}

impl Drop for Camera {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
