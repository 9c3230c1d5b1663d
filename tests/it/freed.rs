//! An allocator that counts when chosen blocks are freed; also that of `tests/dlpack_python`.
#![allow(unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

pub(crate) struct Watching;

static WATCHED: [AtomicUsize; 64] = [const { AtomicUsize::new(0) }; 64];
static FREED: AtomicUsize = AtomicUsize::new(0);

/// Counts the block at this address when it is freed.
pub(crate) fn watch<T>(block: *const T) {
    let free = WATCHED.iter().find(|slot| slot.compare_exchange(0, block.addr(), SeqCst, SeqCst).is_ok());
    assert!(free.is_some(), "64 blocks are watched already");
}

/// How many of the watched blocks have been freed since the program began.
pub(crate) fn freed() -> usize {
    FREED.load(SeqCst)
}

// SAFETY: all memory is the system allocator's.
unsafe impl GlobalAlloc for Watching {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, block: *mut u8, layout: Layout) {
        for slot in &WATCHED {
            if slot.load(SeqCst) == block.addr() && slot.swap(0, SeqCst) == block.addr() {
                FREED.fetch_add(1, SeqCst);
            }
        }
        unsafe { System.dealloc(block, layout) }
    }
}
