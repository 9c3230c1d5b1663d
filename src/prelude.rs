//! The names that a first program needs: `use burn_prep::prelude::*`.
//!
//! It exports no name of `burn::prelude`, `ndarray` or `image`, so that it can be imported together with them. All
//! other items are in the modules.
//!
//! ```
//! use burn_prep::prelude::*;
//!
//! let rows = Ragged::from_rows([vec![1, 2, 3], vec![4]]);
//! assert_eq!(rows.pad(&Padding::new(0))?.into_data(), ndarray::array![[1, 2, 3], [4, 0, 0]]);
//! # Ok::<(), burn_prep::Error>(())
//! ```

pub use crate::arrays::{AnyArray, CastArray, Layout};
#[cfg(feature = "burn")]
pub use crate::batch::{ImageBatch, ImageBatcher, ImageDataset, OnError, SequenceBatch};
#[cfg(feature = "burn")]
pub use crate::bridge::{IntoNdarray, IntoTensor};
pub use crate::collate::{Collator, Record};
#[cfg(feature = "burn")]
pub use crate::device::DeviceSpec;
pub use crate::images::{Decoder, ImageSize, Limits};
#[cfg(feature = "burn")]
pub use crate::loader::ImageLoader;
pub use crate::order::SampleOrder;
pub use crate::ragged::{Padding, Ragged, Side};
pub use crate::report::Report;
pub use crate::source::ImageFolder;
pub use crate::stats::{BatchStats, Reduce};
pub use crate::transform::{CenterCrop, Normalize, Recipe, Resize};
pub use crate::validate::Validator;
