//! Room for many values: asked for before it is taken, on large pages where Linux has them.
//!
//! Memory that is fresh from the system costs more than what is written to it: each page of 4 KiB is a fault
//! of its own. NumPy asks for large pages from 4 MB on, malloc does not; what is batched here does as NumPy.

use std::cell::Cell;
use std::mem::MaybeUninit;

use crate::error::{Error, Result};

/// Memory from this size on is worth large pages: NumPy's own limit.
pub(crate) const LARGE: usize = 4 << 20;

/// More than this is not kept.
const MOST_KEPT: usize = 64 << 20;

/// Memory that a thread uses again and again: for a `thread_local`.
pub(crate) struct Kept(Cell<Vec<u8>>);

impl Kept {
    pub(crate) const fn new() -> Self {
        Self(Cell::new(Vec::new()))
    }

    /// The vector that was kept last, as it was left. Until the next one is kept there is none.
    pub(crate) fn take(&self) -> Vec<u8> {
        self.0.take()
    }

    /// Keeps a vector in the stead of the last one, or gives its memory back where that is more than 64 MiB.
    pub(crate) fn keep(&self, bytes: Vec<u8>) {
        if bytes.capacity() <= MOST_KEPT {
            self.0.set(bytes);
        }
    }
}

/// Room for `count` values, or `None` where memory has not so much.
pub(crate) fn reserved<T>(count: usize) -> Option<Vec<T>> {
    let mut values = Vec::new();
    values.try_reserve_exact(count).ok()?;
    Some(on_large_pages(values))
}

/// Room for `count` values, or an error of the operation that needs it; `None` is a count beyond `usize`.
pub(crate) fn reserved_for<T>(op: &'static str, count: Option<usize>) -> Result<Vec<T>> {
    let count = count.ok_or_else(|| too_large(op, usize::MAX))?;
    reserved(count).ok_or_else(|| too_large(op, count))
}

/// The error of an operation whose result is too large for memory.
pub(crate) fn too_large(op: &'static str, found: usize) -> Error {
    Error::shape(op, [found], "a size that fits into memory")
}

/// A value `count` times, or `None` where memory has no room for it. Zeros of Rust's own numbers are asked for as
/// zeroed memory, which is not written where it is fresh; whether there is room is asked before.
pub(crate) fn repeated<T: Clone>(value: &T, count: usize) -> Option<Vec<T>> {
    if is_zero(value) {
        Vec::<T>::new().try_reserve_exact(count).ok()?;
        return Some(on_large_pages(vec![value.clone(); count]));
    }
    let mut values = reserved(count)?;
    values.resize(count, value.clone());
    Some(values)
}

/// A vector of `count` values that `write` puts into memory where nothing was written before. Memory that the allocator
/// hands out again is not zero, and to zero it first takes half as long as a copy.
///
/// # Safety
///
/// `write` writes each of the `count` values.
#[allow(unsafe_code)] // for those who show that they write all of it
pub(crate) unsafe fn written<T>(count: usize, write: impl FnOnce(&mut [MaybeUninit<T>])) -> Vec<T> {
    let mut values = on_large_pages(Vec::with_capacity(count));
    write(&mut values.spare_capacity_mut()[..count]);
    // SAFETY: the vector has room for `count` values, and the caller promises that all of them are written.
    unsafe { values.set_len(count) };
    values
}

/// As [`written`], over memory in which `before` stands: what `write` leaves out shows.
#[cfg(test)]
#[allow(unsafe_code)] // all of it is written before `write` comes
pub(crate) fn overwritten<T: Copy>(
    before: T,
    count: usize,
    write: impl FnOnce(&mut [MaybeUninit<T>]),
) -> Vec<T> {
    // SAFETY: `fill` writes each value.
    unsafe {
        written(count, |values| {
            values.fill(MaybeUninit::new(before));
            write(values);
        })
    }
}

/// The vector, whose memory comes in large pages as far as nothing was written there yet.
pub(crate) fn on_large_pages<T>(values: Vec<T>) -> Vec<T> {
    let bytes = values.capacity().saturating_mul(size_of::<T>());
    if bytes >= LARGE {
        advise(values.as_ptr().cast(), bytes);
    }
    values
}

#[cfg(target_os = "linux")]
#[allow(unsafe_code)] // one call, which changes how memory is mapped and not what it holds
fn advise(start: *const u8, bytes: usize) {
    /// Only a whole one that begins at a multiple of its size can be had.
    const LARGE_PAGE: usize = 2 << 20;
    let before = start.align_offset(LARGE_PAGE);
    let Some(whole) = bytes.checked_sub(before).map(|rest| rest - rest % LARGE_PAGE) else { return };
    let start = start.wrapping_add(before).cast_mut().cast();
    // SAFETY: the advice changes nothing that can be read from the pages, which lie within the vector's memory.
    // A system without large pages refuses it, and that is all the same.
    unsafe { libc::madvise(start, whole, libc::MADV_HUGEPAGE) };
}

#[cfg(not(target_os = "linux"))]
fn advise(_: *const u8, _: usize) {}

/// Whether a number is zero. `vec![value; count]` looks too, but does not tell.
fn is_zero<T>(value: &T) -> bool {
    castaway::match_type!(value, {
        &bool as value => !*value,
        &i8 as value => *value == 0,
        &i16 as value => *value == 0,
        &i32 as value => *value == 0,
        &i64 as value => *value == 0,
        &isize as value => *value == 0,
        &u8 as value => *value == 0,
        &u16 as value => *value == 0,
        &u32 as value => *value == 0,
        &u64 as value => *value == 0,
        &usize as value => *value == 0,
        &f32 as value => value.to_bits() == 0,
        &f64 as value => value.to_bits() == 0,
        _ => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_that_are_zero_come_from_the_system() {
        assert!(is_zero(&0_i64) && is_zero(&0_u8) && is_zero(&0.0_f32) && is_zero(&false));
        assert!(!is_zero(&-0.0_f64) && !is_zero(&1_usize) && !is_zero(&true) && !is_zero(&""));
        // A reference to a zero is none.
        assert!(!is_zero(&&0_i32));
    }

    #[test]
    fn memory_is_kept_up_to_a_size_and_is_of_one_user_at_a_time() {
        let kept = Kept::new();
        let bytes = vec![7; 100];
        let at = bytes.as_ptr();
        kept.keep(bytes);
        let bytes = kept.take();
        assert_eq!((bytes.as_ptr(), bytes.len(), kept.take().capacity()), (at, 100, 0));
        kept.keep(Vec::with_capacity(MOST_KEPT + 1));
        assert_eq!(kept.take().capacity(), 0);
    }

    #[test]
    fn repeated_values_are_the_same_on_pages_of_any_size() {
        for count in [0, 3, LARGE / 8 - 1, LARGE / 8, LARGE + 1] {
            assert_eq!(repeated(&0_i64, count).unwrap(), vec![0; count]);
            assert_eq!(repeated(&-100_i64, count).unwrap(), vec![-100; count]);
        }
        assert!(repeated(&-0.0_f64, LARGE).unwrap().iter().all(|value| value.is_sign_negative()));
        assert!(repeated(&0_u8, usize::MAX).is_none() && repeated(&0_i64, usize::MAX / 16).is_none());
        assert!(reserved::<u64>(usize::MAX).is_none());
        // What takes no memory has room for any number.
        assert_eq!(repeated(&(), 7).unwrap().len(), 7);
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn fresh_memory_of_many_values_is_advised() {
        let flags_at = |address: usize| -> Option<String> {
            let maps = std::fs::read_to_string("/proc/self/smaps").ok()?;
            let mut inside = false;
            for line in maps.lines() {
                let (first, rest) = line.split_once(' ').unwrap_or((line, ""));
                if let Some((from, to)) = first.split_once('-')
                    && let (Ok(from), Ok(to)) =
                        (usize::from_str_radix(from, 16), usize::from_str_radix(to, 16))
                {
                    inside = (from..to).contains(&address);
                }
                if inside && first == "VmFlags:" {
                    return Some(rest.to_owned());
                }
            }
            None
        };
        if !std::path::Path::new("/sys/kernel/mm/transparent_hugepage/enabled").exists() {
            println!("skipped: this kernel has no transparent large pages");
            return;
        }
        let all = 64 << 20;
        let made = [
            ("zeros", repeated(&0_u8, all).unwrap()),
            ("others", repeated(&7_u8, all).unwrap()),
            ("room", reserved(all).unwrap()),
            ("a vector", on_large_pages(Vec::with_capacity(all))),
        ];
        for (what, values) in &made {
            let Some(flags) = flags_at(values.as_ptr() as usize + all / 2) else {
                println!("skipped: this system does not tell how memory is mapped");
                return;
            };
            assert!(flags.split_whitespace().any(|flag| flag == "hg"), "{what}: {flags}");
        }
    }
}
