//! One pass over the pixels of a color image.

use crate::measure::brightness::{self, Brightness, StepCounts};
use crate::measure::byte_counts::ByteCounts;
use crate::measure::clipping::Clipping;
use crate::measure::pair_counts::PairCounts;
use crate::measure::{color_difference, luma};
use crate::memory::on_large_pages;
use crate::simd::{Kernel, widest};

/// Pixels that are measured at a time: what is kept of them stays in the fastest cache.
const PART: usize = 1024;

/// What depends on the colors of the pixels, not on their places.
pub(super) struct Colors {
    pub(super) brightness: Brightness,
    pub(super) clipping: Clipping,
    /// How often each value of each channel occurs.
    pub(super) counts: Vec<[u64; 256]>,
    /// See [`color_difference`].
    pub(super) difference: u8,
}

impl Colors {
    /// Of one channel.
    pub(super) fn of_samples(samples: &[u8]) -> Self {
        let mut counts = ByteCounts::new();
        // As many at a time as 32 bits count.
        samples.chunks(1 << 30).for_each(|samples| counts.add(samples));
        let counts = counts.total();
        Self {
            brightness: Brightness::of_counts(&counts),
            clipping: Clipping::of_counts(&counts),
            counts: vec![counts],
            difference: 0,
        }
    }

    /// Of pixels of `C` samples, the first three of which are red, green and blue; and the luma of each.
    pub(super) fn of_pixels<const C: usize>(pixels: &[u8]) -> (Vec<u8>, Self) {
        widest(Sweep { pixels: pixels.as_chunks::<C>().0 })
    }
}

struct Sweep<'a, const C: usize> {
    pixels: &'a [[u8; C]],
}

impl<const C: usize> Kernel for Sweep<'_, C> {
    type Output = (Vec<u8>, Colors);

    #[inline(always)]
    fn run(self) -> Self::Output {
        let mut luma = on_large_pages(Vec::with_capacity(self.pixels.len()));
        let mut brightness = StepCounts::new();
        let mut clipping = Clipping::default();
        let mut counts = ChannelCounts::of(self.pixels.len());
        let mut differences = on_large_pages(Vec::with_capacity(self.pixels.len()));

        let (mut red, mut green, mut blue) = ([0; PART], [0; PART], [0; PART]);
        let (mut steps, mut bytes) = ([0; PART], [0; PART]);
        for pixels in self.pixels.chunks(PART) {
            let planes = red.iter_mut().zip(&mut green).zip(&mut blue);
            for (pixel, ((red, green), blue)) in pixels.iter().zip(planes) {
                (*red, *green, *blue) = (pixel[0], pixel[1], pixel[2]);
            }
            let count = pixels.len();
            let planes = [&red[..count], &green[..count], &blue[..count]];
            luma::weigh(planes, &mut bytes);
            luma.extend_from_slice(&bytes[..count]);
            brightness::steps(planes, &mut steps);
            brightness.add(&steps[..count]);
            color_difference::differences(planes, &mut bytes);
            differences.extend_from_slice(&bytes[..count]);
            clipping.add(planes);
            counts.add(planes);
        }
        let colors = Colors {
            brightness: brightness.brightness(),
            clipping,
            counts: counts.total(),
            difference: color_difference::percentile_99(&differences),
        };
        (luma, colors)
    }
}

/// Counts of three channels, by what is faster for so many pixels.
enum ChannelCounts {
    Bytes(Box<[ByteCounts; 3]>),
    Pairs(Box<PairCounts>),
}

impl ChannelCounts {
    #[inline(always)]
    fn of(pixels: usize) -> Self {
        if pixels < PairCounts::FEWEST_PIXELS {
            return Self::Bytes(Box::new([const { ByteCounts::new() }; 3]));
        }
        Self::Pairs(Box::new(PairCounts::new()))
    }

    #[inline(always)]
    fn add(&mut self, planes: [&[u8]; 3]) {
        match self {
            Self::Bytes(counts) => {
                counts.iter_mut().zip(planes).for_each(|(counts, plane)| counts.add(plane))
            }
            Self::Pairs(counts) => counts.add(planes),
        }
    }

    fn total(self) -> Vec<[u64; 256]> {
        match self {
            Self::Bytes(counts) => counts.iter().map(ByteCounts::total).collect(),
            Self::Pairs(counts) => counts.total().to_vec(),
        }
    }
}
