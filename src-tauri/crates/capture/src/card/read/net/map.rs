//! What flows through a network: channels of numbers, and the room that they lie in.

use std::sync::{Mutex, PoisonError};

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Channels of numbers, each as a picture: row by row. Wiped when dropped.
#[derive(Zeroize, ZeroizeOnDrop)]
pub(crate) struct Map {
    #[zeroize(skip)]
    pub(crate) channels: usize,
    #[zeroize(skip)]
    pub(crate) height: usize,
    #[zeroize(skip)]
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

/// Room that is used again while a network runs: fresh room is zeroed by the system page by page. Wiped when dropped, for a
/// photo can be made out in it.
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

    pub(super) fn give_back(&mut self, mut map: Map) {
        self.free.push(std::mem::take(&mut map.data));
    }
}

/// The first `length` numbers of `data`. Where they need a larger block, the one that is given up for it is wiped.
pub(super) fn sized(data: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if data.capacity() < length {
        data.zeroize();
    }
    if data.len() < length {
        data.resize(length, 0.0);
    }
    &mut data[..length]
}

#[cfg(test)]
impl Room {
    /// Room in which no number stands: what a step leaves unwritten, or adds to, is seen.
    pub(super) fn dirty() -> Self {
        let lengths = [1, 1, 4, 4, 7].map(|power| SMALL * power);
        Self {
            free: lengths.map(|length| vec![f32::NAN; length]).into(),
            panels: vec![f32::NAN; 4 * SMALL],
            strip: vec![f32::NAN; 4 * SMALL],
        }
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.free.zeroize();
        self.panels.zeroize();
        self.strip.zeroize();
    }
}

/// Room that the networks share while a photo is read: as much as lines are read side by side.
#[derive(Default)]
pub(crate) struct Workroom(Mutex<Vec<Room>>);

impl Workroom {
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Room) -> R) -> R {
        let free = self.rooms(Vec::pop);
        let mut room = free.unwrap_or_default();
        let result = work(&mut room);
        self.rooms(|rooms| rooms.push(room));
        result
    }

    /// Wipes all of it and gives it back to the system.
    pub(crate) fn clear(&self) {
        drop(self.rooms(std::mem::take));
    }

    fn rooms<R>(&self, act: impl FnOnce(&mut Vec<Room>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dirty_room_is_what_a_map_gets() {
        for side in [1, 20, 70] {
            let map = Room::dirty().map(3, [side, side]);
            assert!(map.data.iter().all(|number| number.is_nan()));
        }
    }

    #[test]
    fn room_that_is_large_enough_stays_as_it_is() {
        let mut data = vec![1.0; 8];
        assert_eq!(sized(&mut data, 5), [1.0; 5]);
        assert_eq!(sized(&mut data, 8), [1.0; 8]);
        let wider = data.capacity() + 1;
        assert!(sized(&mut data, wider).iter().all(|number| *number == 0.0));
    }

    #[test]
    fn room_is_used_again_until_it_is_cleared() {
        let workroom = Workroom::default();
        workroom.with(|room| {
            let map = room.map(2, [50, 50]);
            room.give_back(map);
            let others = workroom.with(|other| other.free.len());
            assert_eq!(others, 0, "a line beside it has room of its own");
        });
        assert_eq!(workroom.with(|room| room.free.len()), 1);
        workroom.clear();
        assert_eq!(workroom.with(|room| room.free.len()), 0);
    }
}
