//! Transforms of decoded images to the numbers of a batch: resizing, cropping, random changes and normalisation. Sizes are
//! planned first, then pixels are computed.
//!
//! A [`Recipe`] holds the steps: [`Resize`] and [`CenterCrop`] change the size, [`RandomResizedCrop`], [`RandomCrop`],
//! [`RandomHorizontalFlip`], [`ColorJitter`] and [`RandomErasing`] draw by a [`SampleKey`], [`Normalize`] turns pixels into
//! numbers, and a custom [`Transform`] may come between them.
//!
//! ```
//! use burn_prep::images::{Decoder, ImageSize};
//! use burn_prep::transform::{CenterCrop, Normalize, Recipe, Resize, Transform};
//!
//! let recipe = Recipe::new().then(Resize::shorter_side(72)).then(CenterCrop::square(64)).normalize(Normalize::imagenet());
//! let decoded = Decoder::rgb8().decode_file("assets/photos/animals/cat.jpg".as_ref())?;
//! let image = recipe.apply(decoded.image)?;
//! let numbers = recipe.numbers(&image)?;
//! assert_eq!(numbers.shape(), [3, 64, 64]);
//! assert_eq!(Some(numbers[[0, 0, 0]]), Normalize::imagenet().apply(0, image.pixels()[0]));
//! # Ok::<(), burn_prep::Error>(())
//! ```

mod avx2;
mod convolution;
mod crop;
#[cfg(feature = "burn")]
mod fidelity;
#[cfg(feature = "burn")]
mod fused;
mod normalize;
mod plan;
mod planes;
mod random;
mod recipe;
mod resample;
mod resize;
mod step;
mod weights;

pub use crop::CenterCrop;
#[cfg(feature = "burn")]
pub use fidelity::Fidelity;
#[cfg(feature = "burn")]
pub(crate) use fused::PlanesPlan;
pub use normalize::Normalize;
pub use plan::Plan;
pub(crate) use planes::{PlaneWriter, Planes};
pub use random::{
    ColorJitter, EraseValue, Fill, JitterRange, RandomCrop, RandomErasing, RandomHorizontalFlip,
    RandomResizedCrop, SampleKey,
};
pub use recipe::Recipe;
#[cfg(feature = "burn")]
pub(crate) use recipe::numbers_of;
pub use resize::{Filter, Resize};
pub use step::{Step, Transform};
