//! Writes down what is asked of the disk.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// One thing that the disk was asked, or that the program said was done.
#[derive(Clone, Debug)]
pub enum Op {
    /// Bytes of a file, by inode.
    Write {
        /// Inode.
        file: u64,
        /// Offset.
        at: u64,
        /// What.
        bytes: Vec<u8>,
    },
    /// A file's new length.
    Truncate {
        /// Inode.
        file: u64,
        /// Length.
        length: u64,
    },
    /// Everything asked of the file before this is on the disk.
    Sync {
        /// Inode.
        file: u64,
    },
    /// A name in the directory.
    Name {
        /// The name.
        name: String,
        /// The file, or none where the name was removed.
        file: Option<u64>,
    },
    /// Everything asked of the directory's names before this is on the disk.
    SyncNames,
    /// The program told somebody that something is done.
    Acknowledge(u32),
}

/// The files of a directory as they were when recording began.
#[derive(Clone, Debug, Default)]
pub struct Start {
    /// Contents by inode.
    pub files: BTreeMap<u64, Vec<u8>>,
    /// Inodes by name.
    pub names: BTreeMap<String, u64>,
}

/// A whole recording.
#[derive(Clone, Debug, Default)]
pub struct Recording {
    /// How it was.
    pub start: Start,
    /// What was asked, in order.
    pub ops: Vec<Op>,
}

#[derive(Default)]
struct Watch {
    directory: PathBuf,
    recording: Recording,
    names: BTreeMap<String, u64>,
}

static WATCH: Mutex<Option<Watch>> = Mutex::new(None);

fn watch() -> MutexGuard<'static, Option<Watch>> {
    WATCH.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Begins to write down what is asked of `directory`. Its files are taken to be on the disk as they are.
pub fn begin(directory: &Path) {
    let mut start = Start::default();
    for entry in fs::read_dir(directory).into_iter().flatten().flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if let (Ok(bytes), Ok(meta)) = (fs::read(entry.path()), entry.metadata()) {
            start.files.insert(meta.ino(), bytes);
            start.names.insert(name, meta.ino());
        }
    }
    *watch() = Some(Watch {
        directory: directory.to_owned(),
        names: start.names.clone(),
        recording: Recording {
            start,
            ops: Vec::new(),
        },
    });
    crate::calls::listen(true);
}

/// The program tells somebody that `number` is done.
pub fn acknowledge(number: u32) {
    if let Some(watch) = watch().as_mut() {
        watch.recording.ops.push(Op::Acknowledge(number));
    }
}

/// Ends the recording.
pub fn end() -> Recording {
    crate::calls::listen(false);
    watch()
        .take()
        .map(|watch| watch.recording)
        .unwrap_or_default()
}

/// A call about an open file.
pub(crate) enum Call<'a> {
    Write(u64, &'a [u8]),
    Truncate(u64),
    Sync,
}

pub(crate) fn about_file(descriptor: i32, call: &Call<'_>) {
    let mut watch = watch();
    let Some(watch) = watch.as_mut() else { return };
    let Some(path) = path_of(descriptor) else {
        return;
    };
    if path == watch.directory {
        watch.recording.ops.push(Op::SyncNames);
        return;
    }
    let Some(name) = watch.name_of(&path) else {
        return;
    };
    let Some(file) = inode_of(descriptor) else {
        return;
    };
    if watch.names.get(&name) != Some(&file) {
        watch.name(name, Some(file));
    }
    watch.recording.ops.push(match *call {
        Call::Write(at, bytes) => Op::Write {
            file,
            at,
            bytes: bytes.to_vec(),
        },
        Call::Truncate(length) => Op::Truncate { file, length },
        Call::Sync => Op::Sync { file },
    });
}

pub(crate) fn removed(path: &Path) {
    let mut watch = watch();
    let Some(watch) = watch.as_mut() else { return };
    if let Some(name) = watch
        .name_of(path)
        .filter(|name| watch.names.contains_key(name))
    {
        watch.name(name, None);
    }
}

pub(crate) fn renamed(from: &Path, to: &Path) {
    let mut watch = watch();
    let Some(watch) = watch.as_mut() else { return };
    if let (Some(from), Some(to)) = (watch.name_of(from), watch.name_of(to)) {
        let file = watch.names.get(&from).copied();
        watch.name(to, file);
        watch.name(from, None);
    }
}

impl Watch {
    /// The name, where `path` is a file of the directory.
    fn name_of(&self, path: &Path) -> Option<String> {
        let inside = path.parent() == Some(&self.directory);
        let name = path.file_name()?.to_str()?;
        // A removed file that is still open is written to in vain.
        (inside && !name.ends_with(" (deleted)")).then(|| name.to_owned())
    }

    fn name(&mut self, name: String, file: Option<u64>) {
        match file {
            Some(file) => self.names.insert(name.clone(), file),
            None => self.names.remove(&name),
        };
        self.recording.ops.push(Op::Name { name, file });
    }
}

/// True where the descriptor is a file of `directory`, or the directory itself.
pub(crate) fn is_within(descriptor: i32, directory: &Path) -> bool {
    path_of(descriptor).is_some_and(|path| path.starts_with(directory))
}

fn path_of(descriptor: i32) -> Option<PathBuf> {
    fs::read_link(format!("/proc/self/fd/{descriptor}")).ok()
}

fn inode_of(descriptor: i32) -> Option<u64> {
    // Through /proc, the descriptor's own file even where its name is gone.
    fs::metadata(format!("/proc/self/fd/{descriptor}"))
        .ok()
        .map(|meta| meta.ino())
}
