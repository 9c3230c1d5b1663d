//! burn-prep
mod error;

mod output;

mod source;

mod images;

mod transform;

mod ragged;

mod device;

mod bridge;

mod stats;

mod batch;

mod report;

mod validate;

pub use bridge::*;
pub use report::*;
pub use validate::*;
pub use batch::*;
pub use device::*;
pub use error::*;
pub use images::*;
pub use ragged::*;
pub use source::*;
pub use stats::*;
pub use transform::*;
