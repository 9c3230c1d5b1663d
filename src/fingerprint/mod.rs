//! What recognises a picture again: a hash of its pixels, perceptual hashes that survive another encoding, size or
//! brightness, and a small gray copy.
//!
//! A [`Fingerprint`] takes about 1 KB and one pass over the pixels; `duplicates` compares many of them.

mod content_hash;
mod dct;
mod dihedral;
#[allow(clippy::module_inception)] // the file is named after the type it holds
mod fingerprint;
mod hex;
mod lanczos;
mod perceptual_hash;
mod pixel_hash;
mod thumbnail;

pub use content_hash::ContentHash;
pub use dihedral::Dihedral;
pub use fingerprint::Fingerprint;
pub use perceptual_hash::PerceptualHashes;
pub use pixel_hash::PixelHash;
pub use thumbnail::Thumbnail;

/// The side of the small pictures that hashes and thumbnails are made of.
const SIDE: usize = 32;
/// Their pixels.
const PIXELS: usize = SIDE * SIDE;
