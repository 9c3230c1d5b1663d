//! Arrays in host memory: element types, dtype-erased arrays, checked casts, the order of axes.

mod any;
mod cast;
mod element;
mod layout;
mod nested;

pub use any::AnyArray;
pub use cast::CastArray;
pub(crate) use cast::cast_array;
pub use element::ArrayElement;
pub use layout::Layout;
pub use nested::rows_to_array;
