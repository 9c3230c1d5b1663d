//! Arrays in host memory: element types, dtype-erased arrays, checked casts, the order of axes.

mod any;
mod cast;
mod dtype;
mod element;
mod layout;
mod nested;
mod pack;
mod transpose;
mod view;

pub use any::AnyArray;
pub(crate) use any::for_any_array;
pub use cast::CastArray;
pub(crate) use cast::cast_array;
pub(crate) use cast::index_of;
pub use dtype::DType;
pub use element::ArrayElement;
pub(crate) use element::Number;
pub use layout::Layout;
pub use nested::rows_to_array;
pub(crate) use pack::pack;
pub(crate) use view::AnyView;
