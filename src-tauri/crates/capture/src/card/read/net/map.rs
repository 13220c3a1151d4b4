//! What flows through a network: channels of numbers, and the room that they lie in.

use std::sync::Mutex;

/// Channels of numbers, each as a picture: row by row.
pub(crate) struct Map {
    pub(crate) channels: usize,
    pub(crate) height: usize,
    pub(crate) width: usize,
    pub(crate) data: Vec<f32>,
}

impl Map {
    pub(super) fn size(&self) -> [usize; 2] {
        [self.height, self.width]
    }

    /// Channel by channel; none where there is no area.
    pub(super) fn planes(&self) -> impl Iterator<Item = &[f32]> {
        self.data.chunks_exact((self.height * self.width).max(1))
    }
}

/// Room is used for what is smaller by this factor at most, or smaller than this.
const MOST_LEFT: usize = 6;
const SMALL: usize = 4096;

/// Room that is used again while a network runs: fresh room is zeroed by the system page by page.
#[derive(Default)]
pub(super) struct Room {
    free: Vec<Vec<f32>>,
    pub(super) panels: Vec<f32>,
    pub(super) strip: Vec<f32>,
}

impl Room {
    /// A map; what stands in it is to be overwritten.
    pub(super) fn map(&mut self, channels: usize, [height, width]: [usize; 2]) -> Map {
        let length = channels * height * width;
        // Much larger room is left to what needs it.
        let fits = length..=(length * MOST_LEFT).max(SMALL);
        let free = self.free.iter().enumerate();
        let fits = free.filter(|(_, data)| fits.contains(&data.capacity()));
        let least = fits.min_by_key(|(_, data)| data.capacity());
        let least = least.map(|(at, _)| at);
        let mut data = least.map_or_else(Vec::new, |at| self.free.swap_remove(at));
        data.resize(length, 0.0);
        Map {
            channels,
            height,
            width,
            data,
        }
    }

    pub(super) fn copy(&mut self, map: &Map) -> Map {
        let mut copy = self.map(map.channels, map.size());
        copy.data.copy_from_slice(&map.data);
        copy
    }

    pub(super) fn give_back(&mut self, map: Map) {
        self.free.push(map.data);
    }
}

/// Room that the networks share while a photo is read. Whoever finds it taken has room of their own.
#[derive(Default)]
pub(crate) struct Workroom(Mutex<Room>);

impl Workroom {
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Room) -> R) -> R {
        match self.0.try_lock() {
            Ok(mut room) => work(&mut room),
            Err(_) => work(&mut Room::default()),
        }
    }

    /// Gives all of it back to the system.
    pub(crate) fn clear(&self) {
        self.with(|room| *room = Room::default());
    }
}
