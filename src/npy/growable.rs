//! What a file must be to grow by rows.

use crate::arrays::{ArrayElement, DType};
use crate::error::{Error, NpyFault, Result};
use crate::npy::descr::Order;
use crate::npy::header::Header;

/// The number of rows of a file that can grow.
pub(super) fn rows_of_file<E: ArrayElement>(header: &Header, inner: &[usize]) -> Result<usize> {
    let dtype = header.descr.dtype.unwrap_or(DType::BF16);
    if dtype != E::DTYPE {
        let op = "Appender::open";
        return Err(match header.descr.dtype {
            Some(found) => Error::dtype(op, found, format!("{:?}", E::DTYPE)),
            None => NpyFault::VoidDType { descr: header.descr_text.clone() }.into(),
        });
    }
    let not = |reason: &str| NpyFault::NotInPlace { reason: reason.to_owned() };
    if header.descr.order != Order::Little && size_of::<E>() > 1 {
        return Err(not("the file is big-endian, and is appended to in little-endian").into());
    }
    if header.fortran_order {
        return Err(not("the file is in Fortran order, whose first axis cannot grow").into());
    }
    match header.shape.split_first() {
        Some((&rows, found)) if found == inner => Ok(rows),
        _ => Err(Error::shape("Appender::open", &header.shape, rows_of(inner))),
    }
}

/// The shape of rows, in words.
pub(super) fn rows_of(inner: &[usize]) -> String {
    let lengths: String = inner.iter().map(|length| format!(", {length}")).collect();
    format!("[rows{lengths}]")
}
