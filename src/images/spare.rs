//! The memory of a large decoded picture, which is used again for the next one.
//!
//! It would come from the system each time, which clears it first: 5 % of the time from a file of 12 megapixels to a batch. Each thread
//! keeps the memory of one picture.

use crate::images::Image;
use crate::memory::{self, Kept};

thread_local! {
    static SPARE: Kept = const { Kept::new() };
}

/// An empty vector with room for so many samples, or `None` where memory has not so much.
pub(super) fn room(samples: usize) -> Option<Vec<u8>> {
    if samples < memory::LARGE {
        return memory::reserved(samples);
    }
    let mut spare = SPARE.with(Kept::take);
    if !(samples..=4 * samples).contains(&spare.capacity()) {
        // Before other memory is asked for.
        drop(spare);
        return memory::reserved(samples);
    }
    spare.clear();
    Some(spare)
}

/// Takes a picture that is not needed any more, and keeps its memory where it is large.
#[cfg_attr(not(feature = "burn"), allow(dead_code))]
pub(crate) fn recycle(image: Image) {
    let pixels = image.into_pixels();
    if pixels.capacity() >= memory::LARGE {
        SPARE.with(|spare| spare.keep(pixels));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, ImageSize};

    fn filled(mut samples: Vec<u8>, count: usize) -> Vec<u8> {
        samples.resize(count, 7);
        samples
    }

    #[test]
    fn memory_of_a_large_picture_serves_smaller_ones() {
        let image = Image::new(ImageSize::square(2100), ColorMode::L, vec![7; 2100 * 2100]).unwrap();
        let at = image.pixels().as_ptr();
        recycle(image);
        recycle(Image::new(ImageSize::square(1), ColorMode::L, vec![7]).unwrap());
        let less = room(memory::LARGE).unwrap();
        assert_eq!((less.as_ptr(), less.len()), (at, 0));
        recycle(Image::new(ImageSize::new(1, 2100 * 2100), ColorMode::L, filled(less, 2100 * 2100)).unwrap());
        let more = room(2100 * 2100 + 1).unwrap();
        assert!(more.capacity() > 2100 * 2100);
        assert!(room(9).is_some_and(|room| room.capacity() < memory::LARGE));
    }
}
