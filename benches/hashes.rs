//! What the search for near duplicates costs at scale.
//!
//! `cargo bench --bench hashes -- [HASHES]`; the default is 10,000,000. Of the pictures 20 % are one blank page, and 5 % are near
//! copies of others in any form, of which 2 to 10 bits differ. Everything is computed from the index, thumbnails too, so that what
//! is measured is the memory of the search.

mod process;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::error::Error;
use std::time::Instant;

use burn_prep::duplicates::{DuplicateRules, Fingerprints};
use burn_prep::fingerprint::{Dihedral, PerceptualHashes, PixelHash, Thumbnail};

use process::{cpu_time, mixed, peak_memory};

const DEFAULT: usize = 10_000_000;

fn main() -> Result<(), Box<dyn Error>> {
    // `cargo bench` hands over `--bench`.
    let count = std::env::args().skip(1).find(|argument| !argument.starts_with("--"));
    let count = count.map_or(Ok(DEFAULT), |text| text.parse())?;
    let pictures = Generated(count);
    let before = peak_memory();
    let (began, cpu) = (Instant::now(), cpu_time());
    let clusters = DuplicateRules::new().find(&pictures);
    let (took, cpu) = (began.elapsed(), cpu_time() - cpu);

    let planted = (0..count).filter(|&index| matches!(Kind::of(index), Kind::Copy { .. })).count();
    let blank = (0..count).filter(|&index| matches!(Kind::of(index), Kind::Blank)).count();
    let (mut found, mut blanks, mut others) = (0, 0, 0);
    let mut by_bits: BTreeMap<u32, usize> = BTreeMap::new();
    for cluster in &clusters {
        let members: Vec<usize> = cluster.members.iter().map(|member| member.index).collect();
        if cluster.kind.is_exact() && matches!(Kind::of(members[0]), Kind::Blank) {
            blanks += members.len();
            continue;
        }
        let mut pairs = 0;
        for &index in &members {
            if let Kind::Copy { original, bits, .. } = Kind::of(index)
                && members.binary_search(&original).is_ok()
            {
                *by_bits.entry(bits).or_default() += 1;
                pairs += 1;
            }
        }
        found += pairs;
        others += usize::from(pairs == 0);
    }
    println!("{count} hashes, {} threads", rayon::current_num_threads());
    println!("search            {:8.1} s, {:.1} s of CPU time", took.as_secs_f64(), cpu.as_secs_f64());
    println!("near copies       {found} of {planted} planted");
    println!("by bits           {by_bits:?}");
    println!("blank pages       {blanks} of {blank} in one cluster");
    println!("other clusters    {others}");
    if let (Some(before), Some(peak)) = (before, peak_memory()) {
        println!("peak memory       {} MB, {} MB before the search", peak / 1000, before / 1000);
    }
    assert_eq!((found, blanks, others), (planted, blank, 0), "what was planted was not what was found");
    Ok(())
}

/// Pictures by their index.
struct Generated(usize);

/// What a picture is.
enum Kind {
    /// The same as all others of its kind.
    Blank,
    /// A picture of its own.
    Own,
    /// In this form it is the original, but for some bits of the hash.
    Copy { original: usize, form: Dihedral, bits: u32 },
}

impl Kind {
    fn of(index: usize) -> Self {
        match index % 20 {
            0 | 5 | 10 | 15 => Self::Blank,
            // The one before it is a picture of its own.
            7 => {
                let drawn = mixed((index as u64 ^ 0xC0B1).wrapping_add(1));
                let form = Dihedral::ALL[(drawn % 8) as usize];
                Self::Copy { original: index - 1, form, bits: 2 + ((drawn >> 8) % 9) as u32 }
            }
            _ => Self::Own,
        }
    }
}

/// The `n`-th number of a stream of a picture.
fn number(index: usize, n: u64) -> u64 {
    mixed(((index as u64) << 16 | n).wrapping_add(1))
}

fn hashes(index: usize) -> [u64; 8] {
    std::array::from_fn(|form| number(index, form as u64))
}

/// Noise, 8 samples of each number.
fn noise(index: usize) -> [u8; 1024] {
    let mut samples = [0; 1024];
    for (n, part) in samples.chunks_exact_mut(8).enumerate() {
        part.copy_from_slice(&number(index, 0x100 + n as u64).to_le_bytes());
    }
    samples
}

impl Fingerprints for Generated {
    fn count(&self) -> usize {
        self.0
    }

    fn bytes(&self, index: usize) -> Option<u128> {
        matches!(Kind::of(index), Kind::Blank).then_some(1)
    }

    fn pixels(&self, index: usize) -> PixelHash {
        let hash = match Kind::of(index) {
            Kind::Blank => 0,
            _ => u128::from(number(index, 8)) << 64 | u128::from(number(index, 9)),
        };
        hash.into()
    }

    fn perceptual(&self, index: usize) -> PerceptualHashes {
        let mut hashes = match Kind::of(index) {
            Kind::Blank => [1_u64 << 63; 8],
            _ => hashes(index),
        };
        if let Kind::Copy { original, form, bits } = Kind::of(index) {
            let mut hash = number(original, 0);
            let mut drawn = 0;
            let unchanged = hash;
            while (hash ^ unchanged).count_ones() < bits {
                // A bit that is drawn twice stays changed.
                hash = unchanged ^ ((hash ^ unchanged) | 1_u64 << (number(index, 0x400 + drawn) % 64));
                drawn += 1;
            }
            hashes[Dihedral::ALL.iter().position(|other| *other == form).unwrap_or(0)] = hash;
        }
        hashes.into()
    }

    fn thumbnail(&self, index: usize) -> Cow<'_, Thumbnail> {
        Cow::Owned(match Kind::of(index) {
            Kind::Blank => [255_u8; 1024].into(),
            Kind::Own => noise(index).into(),
            Kind::Copy { original, form, .. } => {
                let mut samples = noise(original);
                for (sample, other) in samples.iter_mut().zip(noise(index)) {
                    *sample = sample.saturating_add(other % 16);
                }
                Thumbnail::from(samples).formed(form.inverse())
            }
        })
    }
}
