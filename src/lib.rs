//! burn-prep
mod error;

mod output;

mod source;

mod images;

mod transform;

mod ragged;

mod device;

mod bridge;

pub use bridge::*;
pub use device::*;
pub use error::*;
pub use images::*;
pub use ragged::*;
pub use source::*;
pub use transform::*;
