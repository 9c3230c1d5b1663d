//! Transforms of decoded images to the numbers of a batch: resizing, cropping and normalisation. Sizes are planned
//! first, then pixels are computed.
//!
//! A [`Recipe`] holds the steps: `Resize` and `CenterCrop` change the size, [`Normalize`] turns pixels into numbers,
//! and a custom [`Transform`] may come between them.
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

mod convolution;
mod crop;
mod normalize;
mod plan;
mod recipe;
mod region;
mod resize;

pub use crop::CenterCrop;
pub use normalize::Normalize;
pub(crate) use normalize::Tables;
pub use plan::Plan;
#[doc(hidden)]
pub use recipe::Geometry;
#[cfg(feature = "burn")]
pub(crate) use recipe::numbers_of;
pub use recipe::{Recipe, Transform};
pub(crate) use region::Region;
pub use resize::{Filter, Resize};
