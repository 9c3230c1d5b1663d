//! The memory of a batch, of which each sample has its own part.
#![allow(unsafe_code)] // threads write parts of one buffer that do not overlap

use std::cell::UnsafeCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::loader::pool::Pool;

/// The slots of a batch, one after the other in one buffer, which threads fill in any order.
#[doc(hidden)]
#[allow(unreachable_pub)] // a type of a public trait's, which nobody names
#[derive(Debug)]
pub struct Slots {
    words: Vec<UnsafeCell<u32>>,
    /// Bytes of a slot.
    size: usize,
    /// Whether a slot was given out.
    taken: Box<[AtomicBool]>,
}

// SAFETY: the words are reached through a `Slot` alone, of which there is at most one for each part of them, or by whoever owns
// the whole.
unsafe impl Sync for Slots {}

impl Slots {
    /// `count` slots of `size` bytes; `None` where memory has no room for them.
    pub(super) fn new(count: usize, size: usize, pool: &Pool) -> Option<Self> {
        let words = pool.take(count.checked_mul(size)?.div_ceil(4))?;
        let mut words = std::mem::ManuallyDrop::new(words);
        let (start, length, capacity) = (words.as_mut_ptr(), words.len(), words.capacity());
        // SAFETY: the parts are those of a vector that is not dropped, and a cell has the layout of what is in it.
        let words = unsafe { Vec::from_raw_parts(start.cast(), length, capacity) };
        Some(Self { words, size, taken: (0..count).map(|_| AtomicBool::new(false)).collect() })
    }

    /// The slot of a place; `None` where there is no such place, or its slot was given out before.
    pub(super) fn slot(self: &Arc<Self>, place: usize) -> Option<Slot> {
        let was_taken = self.taken.get(place)?.swap(true, Ordering::AcqRel);
        (!was_taken).then(|| Slot { slots: self.clone(), place })
    }

    /// The buffer.
    pub(super) fn into_words(self) -> Vec<u32> {
        let mut words = std::mem::ManuallyDrop::new(self.words);
        let (start, length, capacity) = (words.as_mut_ptr(), words.len(), words.capacity());
        // SAFETY: as in `new`, the other way.
        unsafe { Vec::from_raw_parts(start.cast(), length, capacity) }
    }
}

/// The part of a batch's memory that belongs to one sample.
pub(crate) struct Slot {
    slots: Arc<Slots>,
    place: usize,
}

impl Slot {
    /// The bytes of the slot; of the first, and of all whose size is a multiple of 4, they begin at a multiple of 4.
    pub(super) fn bytes(&mut self) -> &mut [u8] {
        let size = self.slots.size;
        let start = self.slots.words.as_ptr().cast::<u8>().cast_mut();
        // SAFETY: `new` made room for as many slots of this size as can be taken. The bytes are those of cells, whose
        // content may change while it is shared; of this place there is no other `Slot`, and this one is borrowed.
        unsafe { std::slice::from_raw_parts_mut(start.add(self.place * size), size) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slots_are_parts_of_one_buffer_and_given_out_once() {
        let pool = Arc::new(Pool::default());
        for size in [0, 2, 6, 12] {
            let slots = Arc::new(Slots::new(5, size, &pool).unwrap());
            std::thread::scope(|scope| {
                for place in 0..5 {
                    let slots = &slots;
                    scope.spawn(move || slots.slot(place).unwrap().bytes().fill(place as u8 + 1));
                }
            });
            assert!(slots.slot(0).is_none() && slots.slot(5).is_none());
            let words = Arc::into_inner(slots).unwrap().into_words();
            let bytes = bytemuck::cast_slice::<u32, u8>(&words);
            let expected: Vec<u8> = (1..=5).flat_map(|place| vec![place; size]).collect();
            assert_eq!(bytes[..5 * size], expected);
        }
        assert!(Slots::new(usize::MAX, 2, &pool).is_none());
    }
}
