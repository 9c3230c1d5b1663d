//! Host-side steps between a decoded image and a batch: geometry first, numbers last.

mod compose;
mod crop;
mod normalize;
mod resize;

pub use compose::{Compose, Transform};
pub use crop::CenterCrop;
pub use normalize::Normalize;
pub use resize::{Filter, Resize};
