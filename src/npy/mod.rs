//! NumPy's files: `.npy`, one array, and `.npz`, an archive of them.
//!
//! ```
//! use burn_prep::npy;
//! use ndarray::array;
//!
//! let folder = tempfile::tempdir()?;
//! let path = folder.path().join("scores.npy");
//! npy::write_file(&path, array![[0.5_f32, 1.0], [2.0, 4.0]].view())?;       // np.save
//! let any = npy::read_file(&path)?;                                         // np.load
//! assert_eq!((any.dtype_name(), any.shape()), ("f32", &[2, 2][..]));
//! assert_eq!(any.into_array::<f32>()?.sum(), 7.5);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! | to | use |
//! |---|---|
//! | read, of any dtype, byte order and memory order | [`read_file`], [`read`](read()), [`ReadOptions`] |
//! | write as NumPy writes | [`write_file`], [`write`](write()), [`write_any`], [`WriteOptions`] |
//! | look at bytes in memory, or at a file larger than memory | [`view`](view()), [`map_file`] |
//! | write what is larger than memory, batch by batch | [`Appender`] |
//! | read and write archives | [`read_npz`], [`NpzReader`], [`NpzWriter`] |
//!
//! # What is read
//!
//! Versions 1.0, 2.0 and 3.0, in C and in Fortran order.
//!
//! | dtype | read as |
//! |---|---|
//! | `f8` `f4` `f2`, either byte order | `f64` `f32` `f16` |
//! | `i8` `i4` `i2` `i1`, either byte order | `i64` `i32` `i16` `i8` |
//! | `u8` `u4` `u2` `u1`, either byte order | `u64` `u32` `u16` `u8` |
//! | `b1` | `bool`; any byte but 0 is true |
//! | `V2` | an error, unless [`ReadOptions::assume`] says what it is: NumPy writes bfloat16 so |
//! | `bfloat16` | `bf16` |
//!
//! # What is refused
//!
//! | found | fault | because |
//! |---|---|---|
//! | `O`, Python objects | [`ObjectDType`](NpyFault::ObjectDType) | unpickling runs the author's code |
//! | records, `V` of other sizes | [`StructuredDType`](NpyFault::StructuredDType) | a tensor has one dtype |
//! | `c8`, `c16` | [`ComplexDType`](NpyFault::ComplexDType) | Burn has no complex numbers |
//! | text, dates, `f16` (of 16 bytes) | [`BadDType`](NpyFault::BadDType) | Burn has no such dtype |
//! | more data than the file, or the limit, has | [`Truncated`](NpyFault::Truncated), [`TooLarge`](NpyFault::TooLarge) | nothing is allocated for a header that lies |
//!
//! No bytes, however broken, make this module panic.

#[cfg(doc)]
use crate::error::NpyFault;

mod append;
mod descr;
mod growable;
mod header;
mod literal;
mod mapped;
#[cfg(feature = "npz")]
mod npz_reader;
#[cfg(feature = "npz")]
mod npz_writer;
mod read;
mod values;
mod view;
mod write;

pub use append::Appender;
pub use mapped::{MappedNpy, map_file};
#[cfg(feature = "npz")]
pub use npz_reader::{NpzReader, read_npz};
#[cfg(feature = "npz")]
pub use npz_writer::NpzWriter;
pub use read::{ReadOptions, read, read_file};
pub use view::view;
pub use write::{WriteOptions, write, write_any, write_any_file, write_file};
