//! A camera without hardware: a source of the session's PipeWire that shows one picture, at 1280 x 720.

use std::process::{Child, Command, Stdio};

/// The camera; unplugged when dropped.
pub(crate) struct Camera(Child);

/// A camera before which `picture`, a JPEG of the project, is held. The app finds it when it looks for one.
pub(crate) fn showing(picture: &str) -> Camera {
    let picture = super::driver::root().join(picture);
    let location = format!("location={}", picture.display());
    let source = [
        "multifilesrc",
        &location,
        "loop=true",
        "caps=image/jpeg,framerate=15/1",
    ];
    let fit = [
        "jpegdec",
        "!",
        "videoconvert",
        "!",
        "videoscale",
        "add-borders=true",
    ];
    let frame =
        "video/x-raw,width=1280,height=720,pixel-aspect-ratio=1/1,format=YUY2,framerate=15/1";
    let node =
        "stream-properties=props,media.class=Video/Source,media.role=Camera,node.description=Badge";
    let child = Command::new("gst-launch-1.0")
        .arg("-q")
        .args(source)
        .arg("!")
        .args(fit)
        .args(["!", frame, "!"])
        // A file is read as fast as can be: `identity` makes a camera's pace of it.
        .args(["identity", "sync=true", "!", "videorate", "!", "queue", "!"])
        .args(["pipewiresink", "mode=provide", "sync=false", node])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("`make setup-test` installs GStreamer");
    Camera(child)
}

impl Drop for Camera {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}
