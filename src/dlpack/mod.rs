//! Exchanges arrays with NumPy, torch and other libraries in the same process, through [DLPack].
//!
//! [`Export`] gives an array away without a copy; [`Imported`] holds a tensor of another library, shows it as
//! an ndarray view without a copy, and gives it back when dropped. Both are of host memory: a tensor on
//! another device is refused by name. The handles are those of [`dlpark`], which also turns them into
//! Python objects (its feature `pyo3`).
//!
//! ```
//! use burn_prep::dlpack::{Export, Imported};
//! use ndarray::array;
//!
//! let mut array = array![[1.0_f32, 2.0], [3.0, 4.0]];
//! array.invert_axis(ndarray::Axis(1));
//! let first = array.as_ptr();
//!
//! let tensor = Export::new(array).into_versioned()?;           // owns the array from here on
//! let imported = unsafe { Imported::new(tensor) }?;            // the tensor is ours: nobody writes to it
//! let view = imported.view::<f32>()?;
//! assert_eq!(view, array![[2.0, 1.0], [4.0, 3.0]].into_dyn());
//! assert_eq!((view.as_ptr(), view.strides()), (first, &[2, -1][..]));
//! # Ok::<(), burn_prep::Error>(())
//! ```
//!
//! What crosses, in both directions: `bool` (one byte), `u8` to `u64`, `i8` to `i64`, `f16`, `bf16`, `f32`
//! and `f64`, of any rank, of any strides. The exchange has no other byte order than the machine's.
//!
//! [DLPack]: https://dmlc.github.io/dlpack/latest/

mod export;

mod imported;

mod names;

mod raw;

mod span;

pub use dlpark;

pub use export::Export;

pub use imported::Imported;
