//! What the random numbers of a sample depend on.

/// The key of the random numbers of a sample: the seed, the epoch and the index of the sample in its dataset.
///
/// What a random step draws for a sample depends on the key and on the place of the step in its recipe. It does not depend
/// on the batch, the worker, the rank, or on what was drawn before.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{RandomHorizontalFlip, SampleKey};
///
/// let row = || Image::new(ImageSize::new(3, 1), ColorMode::L, vec![1, 2, 3]).unwrap();
/// let flip = RandomHorizontalFlip::new();
/// let flipped = |epoch| {
///     let image = flip.apply_with(row(), SampleKey { seed: 7, epoch, index: 0 }).unwrap();
///     image.pixels() == [3, 2, 1]
/// };
/// assert_eq!([0, 1, 2, 3, 4, 5].map(flipped), [false, true, true, false, true, false]);
/// assert_eq!(flipped(0), flipped(0));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct SampleKey {
    /// The seed of a run.
    pub seed: u64,
    /// The epoch, from 0.
    pub epoch: u64,
    /// The index of the sample in its dataset.
    pub index: u64,
}
