//! The data of a file: numbers read straight into the memory of their array.

use std::io::{self, Read};

use crate::arrays::DType;
use bytemuck::Pod;
use half::{bf16, f16};
use ndarray::{ArrayD, IxDyn, ShapeBuilder};

use crate::arrays::{AnyArray, ArrayElement};
use crate::error::{Error, NpyFault, Result};
use crate::memory::on_large_pages;
use crate::npy::descr::Order;
use crate::npy::header::{Header, fill, whole};

/// What is known about how much a reader holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Length {
    /// So much is there: memory for it may be asked for at once.
    Certain(u64),
    /// So much is said to be there, by someone who may lie.
    Claimed(u64),
    Unknown,
}

impl Length {
    /// What is left when `read` bytes were taken.
    pub(super) fn after(self, read: u64) -> Self {
        match self {
            Self::Certain(length) => Self::Certain(length.saturating_sub(read)),
            Self::Claimed(length) => Self::Claimed(length.saturating_sub(read)),
            Self::Unknown => Self::Unknown,
        }
    }
}

/// Reads what a header announces, as elements of `dtype`.
pub(super) fn array(
    reader: &mut dyn Read,
    header: &Header,
    dtype: DType,
    length: Length,
) -> Result<AnyArray> {
    if let Length::Certain(found) | Length::Claimed(found) = length {
        let expected = header.data_bytes() as u64;
        if found < expected {
            return Err(NpyFault::Truncated { part: "data", found, expected }.into());
        }
    }
    let source = Source { reader, header, certain: matches!(length, Length::Certain(_)) };
    match dtype {
        DType::F64 => source.array::<f64>(),
        DType::F32 => source.array::<f32>(),
        DType::F16 => source.array::<f16>(),
        DType::BF16 => source.array::<bf16>(),
        DType::I64 => source.array::<i64>(),
        DType::I32 => source.array::<i32>(),
        DType::I16 => source.array::<i16>(),
        DType::I8 => source.array::<i8>(),
        DType::U64 => source.array::<u64>(),
        DType::U32 => source.array::<u32>(),
        DType::U16 => source.array::<u16>(),
        DType::U8 => source.array::<u8>(),
        // As NumPy sees them: any byte but 0 is true. The same memory is used again.
        DType::Bool => {
            let bools = source.values::<u8>()?.into_iter().map(|byte| byte != 0).collect();
            shaped::<bool>(header, bools)
        }
    }
}

struct Source<'a> {
    reader: &'a mut dyn Read,
    header: &'a Header,
    certain: bool,
}

impl Source<'_> {
    fn array<E: ArrayElement + Pod>(self) -> Result<AnyArray> {
        let header = self.header;
        let mut values = self.values::<E>()?;
        if header.descr.order != Order::NATIVE {
            swap_bytes(&mut values);
        }
        shaped(header, values)
    }

    fn values<E: Pod>(self) -> Result<Vec<E>> {
        let count = self.header.elements();
        if self.certain {
            let values = bytemuck::allocation::try_zeroed_vec::<E>(count).map_err(|()| no_memory())?;
            let mut values = on_large_pages(values);
            let found = fill(self.reader, bytemuck::cast_slice_mut(&mut values))?;
            whole("data", found, self.header.data_bytes())?;
            return Ok(values);
        }
        let mut values: Vec<E> = Vec::new();
        while values.len() < count {
            // As much again as has arrived, so a header that lies costs no more than twice what is there.
            let start = values.len();
            let more = start.max(FIRST_PIECE / size_of::<E>()).min(count - start);
            values.try_reserve_exact(more).map_err(|_| no_memory())?;
            values.resize(start + more, E::zeroed());
            let piece = bytemuck::cast_slice_mut(values.get_mut(start..).unwrap_or_default());
            let found = fill(self.reader, piece)?;
            if found < piece.len() {
                whole("data", start * size_of::<E>() + found, self.header.data_bytes())?;
            }
        }
        Ok(values)
    }
}

const FIRST_PIECE: usize = 1 << 16;

fn no_memory() -> Error {
    io::Error::from(io::ErrorKind::OutOfMemory).into()
}

fn shaped<E: ArrayElement>(header: &Header, values: Vec<E>) -> Result<AnyArray> {
    let shape = IxDyn(&header.shape).set_f(header.fortran_order);
    let array = ArrayD::from_shape_vec(shape, values);
    let array = array.map_err(|_| NpyFault::ShapeOverflow { shape: format!("{:?}", header.shape) })?;
    Ok(AnyArray::from(array))
}

fn swap_bytes<E: Pod>(values: &mut [E]) {
    fn each<E: Pod, U: Pod>(values: &mut [E], swapped: impl Fn(U) -> U) {
        for value in bytemuck::cast_slice_mut::<E, U>(values) {
            *value = swapped(*value);
        }
    }
    match size_of::<E>() {
        2 => each(values, u16::swap_bytes),
        4 => each(values, u32::swap_bytes),
        8 => each(values, u64::swap_bytes),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::header::header_bytes;
    use crate::npy::read;

    #[test]
    fn a_stream_of_many_pieces_is_one_array() {
        let count = 3 * FIRST_PIECE + 17;
        let mut bytes = header_bytes(">u2", false, &[count]);
        bytes.extend((0..count).flat_map(|i| (i as u16).to_be_bytes()));
        let array = read(bytes.as_slice()).unwrap().into_array::<u16>().unwrap();
        assert!(array.iter().enumerate().all(|(i, &value)| value == i as u16));
        bytes.pop();
        let text = read(bytes.as_slice()).unwrap_err().to_string();
        assert_eq!(text, format!("truncated: found {} bytes of data, expected {}", 2 * count - 1, 2 * count));
    }

    #[test]
    fn any_byte_but_zero_is_true() {
        let mut bytes = header_bytes("|b1", true, &[2, 2]);
        bytes.extend([0, 1, 2, 255]);
        let array = read(bytes.as_slice()).unwrap().into_array::<bool>().unwrap();
        assert_eq!(array, ndarray::array![[false, true], [true, true]].into_dyn());
    }

    #[test]
    fn fortran_order_is_in_the_strides_not_in_a_copy() {
        let mut bytes = header_bytes("<i4", true, &[2, 3]);
        bytes.extend((0..6_i32).flat_map(i32::to_le_bytes));
        let array = read(bytes.as_slice()).unwrap().into_array::<i32>().unwrap();
        assert_eq!(array, ndarray::array![[0, 2, 4], [1, 3, 5]].into_dyn());
        assert_eq!(array.strides(), [1, 2]);
    }

    #[test]
    fn shapes_without_elements_keep_their_lengths() {
        for shape in [vec![0], vec![2, 0, 3], vec![0, 3]] {
            for fortran_order in [false, true] {
                let bytes = header_bytes("<f8", fortran_order, &shape);
                assert_eq!(read(bytes.as_slice()).unwrap().shape(), shape);
            }
        }
    }
}
