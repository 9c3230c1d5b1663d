//! Views of `.npy` files in memory, without a copy.

use ndarray::{ArrayViewD, IxDyn, ShapeBuilder};

use crate::arrays::DType;
use bytemuck::checked::CheckedCastError;

use crate::arrays::ArrayElement;
use crate::error::{Error, NpyFault, Result};
use crate::npy::descr::Order;
use crate::npy::header::{Header, whole};
use crate::npy::read::MAX_HEADER;

/// Views the array of a `.npy` file that is in memory, without a copy: of a `Vec<u8>`, of bytes that are part
/// of the program, or of a memory map.
///
/// It is strict where [`read`](crate::npy::read()) converts: the elements have to be of type `E`, in this
/// machine's byte order, at addresses that fit them, and bytes of a `bool` have to be 0 or 1. A `V2` file is
/// viewed as [`bf16`](half::bf16) alone. A file in Fortran order gives a view with its strides.
///
/// # Errors
///
/// The bytes are no such array.
///
/// ```
/// use burn_prep::npy;
/// use ndarray::array;
///
/// let mut bytes = Vec::new();
/// npy::write(&mut bytes, array![[1_u8, 2], [3, 4]].view())?;
/// let view = npy::view::<u8>(&bytes)?;
/// assert_eq!(view, array![[1, 2], [3, 4]].into_dyn());
/// assert_eq!(view.as_ptr(), bytes[128..].as_ptr());             // the same memory
///
/// let error = npy::view::<f32>(&bytes).unwrap_err();
/// assert_eq!(error.to_string(), "npy::view: found dtype U8, expected F32 (npy::read and AnyArray::cast convert)");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "np.frombuffer")]
pub fn view<E: ArrayElement>(bytes: &[u8]) -> Result<ArrayViewD<'_, E>> {
    let header = Header::read(&mut &*bytes, MAX_HEADER)?;
    view_data(&header, bytes)
}

/// `bytes` are those of the whole file.
pub(super) fn view_data<'a, E: ArrayElement>(header: &Header, bytes: &'a [u8]) -> Result<ArrayViewD<'a, E>> {
    if header.descr.dtype.unwrap_or(DType::BF16) != E::DTYPE {
        let expected = format!("{:?} (npy::read and AnyArray::cast convert)", E::DTYPE);
        return Err(match header.descr.dtype {
            Some(found) => Error::dtype("npy::view", found, expected),
            None => NpyFault::VoidDType { descr: header.descr_text.clone() }.into(),
        });
    }
    let data = bytes.get(header.data_offset..).unwrap_or_default();
    whole("data", data.len(), header.data_bytes())?;
    let data = data.get(..header.data_bytes()).unwrap_or_default();
    if header.descr.order != Order::NATIVE && size_of::<E>() > 1 {
        let reason =
            format!("the bytes of dtype {} are in another order than this machine's", header.descr_text);
        return Err(NpyFault::NotInPlace { reason }.into());
    }
    let values: &[E] = if data.is_empty() {
        &[]
    } else {
        bytemuck::checked::try_cast_slice(data).map_err(|error| NpyFault::NotInPlace {
            reason: match error {
                CheckedCastError::InvalidBitPattern => "a byte of a bool is neither 0 nor 1".to_owned(),
                CheckedCastError::PodCastError(_) => {
                    format!("the data begins at an address that is no multiple of {}", align_of::<E>())
                }
            },
        })?
    };
    let shape = IxDyn(&header.shape).set_f(header.fortran_order);
    let view = ArrayViewD::from_shape(shape, values);
    Ok(view.map_err(|_| NpyFault::ShapeOverflow { shape: format!("{:?}", header.shape) })?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::npy::{WriteOptions, write};
    use half::bf16;
    use ndarray::{Array2, array};

    /// Bytes that begin `shift` behind a multiple of 8.
    fn shifted(bytes: &[u8], shift: usize) -> (Vec<u64>, std::ops::Range<usize>) {
        let mut room = vec![0_u64; bytes.len() / 8 + 2];
        let range = shift..shift + bytes.len();
        bytemuck::cast_slice_mut::<u64, u8>(&mut room)[range.clone()].copy_from_slice(bytes);
        (room, range)
    }

    fn text<E: ArrayElement>(bytes: &[u8]) -> String {
        view::<E>(bytes).unwrap_err().to_string()
    }

    #[test]
    fn views_need_the_machines_byte_order_and_alignment() {
        let array = array![[1.0_f32, 2.0], [3.0, 4.0]];
        let mut bytes = Vec::new();
        WriteOptions::new().fortran_order(true).write(&mut bytes, array.view()).unwrap();
        let (room, range) = shifted(&bytes, 0);
        assert_eq!(view::<f32>(&bytemuck::cast_slice(&room)[range]).unwrap(), array.view().into_dyn());
        let (room, range) = shifted(&bytes, 2);
        let error = text::<f32>(&bytemuck::cast_slice(&room)[range]);
        assert!(error.contains("no multiple of 4 (npy::read_file"), "{error}");
        let mut big = Vec::new();
        WriteOptions::new().big_endian(true).write(&mut big, array.view()).unwrap();
        assert!(text::<f32>(&big).contains("dtype >f4 are in another order"));
    }

    #[test]
    fn bytes_that_are_no_bool_are_refused_and_ends_are_checked() {
        let mut bytes = Vec::new();
        write(&mut bytes, array![true, false, true].view()).unwrap();
        assert_eq!(view::<bool>(&bytes).unwrap(), array![true, false, true].into_dyn());
        bytes[129] = 2;
        assert!(text::<bool>(&bytes).contains("neither 0 nor 1"));
        assert_eq!(text::<bool>(&bytes[..130]), "truncated: found 2 bytes of data, expected 3");
    }

    #[test]
    fn two_bytes_without_a_meaning_are_viewed_as_bfloat16_alone() {
        let mut bytes = Vec::new();
        write(&mut bytes, array![bf16::from_f32(2.5)].view()).unwrap();
        let (room, range) = shifted(&bytes, 0);
        let bytes = &bytemuck::cast_slice(&room)[range];
        assert_eq!(view::<bf16>(bytes).unwrap()[0].to_f32(), 2.5);
        assert!(text::<u16>(bytes).contains("assume(DType::BF16)"));
    }

    #[test]
    fn no_elements_need_no_alignment() {
        let mut bytes = Vec::new();
        write(&mut bytes, Array2::<f64>::zeros([0, 3]).view()).unwrap();
        let (room, range) = shifted(&bytes, 1);
        assert_eq!(view::<f64>(&bytemuck::cast_slice(&room)[range]).unwrap().shape(), [0, 3]);
    }
}
