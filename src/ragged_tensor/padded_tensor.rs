//! Padding of rows on a device, and its inverse: one selection each.

use burn::tensor::Tensor;
use burn::tensor::kind::{Basic, TensorKind};

use crate::arrays::ArrayElement;
use crate::bridge::{reshape, upload};
use crate::error::{Error, Result, fault};
use crate::ragged::{AsIndex, Padding, RowExtents, RowPartition, Side};
use crate::ragged_tensor::RaggedTensor;
use crate::ragged_tensor::index::{index_tensor, select_rows};

impl<const D: usize, K: Basic + TensorKind> RaggedTensor<D, K> {
    /// Pads the rows of the innermost partition to a tensor `[rows, width, shape of a cell..]` of rank `P = D + 1`, and
    /// returns it with the extents of the rows: one selection from the cells and a cell of padding.
    ///
    /// Side, width and overflow are the padding's; no gradient flows to the padding.
    ///
    /// # Errors
    ///
    /// `P` is not `D + 1`; the padding's value is not of the tensor's dtype or does not broadcast to the shape
    /// of a cell; a row is longer than the padding allows.
    ///
    /// ```
    /// use burn::tensor::Int;
    /// use burn_prep::bridge::IntoNdarray;
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::{Padding, Ragged, Side};
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let ids = RaggedTensor::<1, Int>::from_ragged(Ragged::from_rows([vec![5, 6], vec![7]]), &DeviceSpec::Cpu.init()?)?;
    /// let (padded, extents) = ids.to_padded::<2, i32>(&Padding::new(-1).side(Side::Left))?;
    /// assert_eq!(padded.into_ndarray::<i32>()?, ndarray::array![[5, 6], [-1, 7]]);
    /// assert_eq!(extents.lengths(), [2, 1]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "to_tensor")]
    #[doc(alias = "to_padded_tensor")]
    #[doc(alias = "pad_sequence")]
    pub fn to_padded<const P: usize, T: ArrayElement>(
        &self,
        padding: &Padding<T>,
    ) -> Result<(Tensor<P, K>, RowExtents)> {
        let dims = self.values.dims();
        let (cells, inner) = (dims[0], &dims[1..]);
        if P != D + 1 {
            return Err(Error::shape("RaggedTensor::to_padded", dims, format!("rank {P} - 1")));
        }
        // Each device stores flags as it likes.
        let both_flags = T::dtype().is_bool() && self.values.dtype().is_bool();
        if T::dtype() != self.values.dtype() && !both_flags {
            let expected = format!("{:?} as the rows'", self.values.dtype());
            return Err(Error::dtype("RaggedTensor::to_padded", T::dtype(), expected));
        }
        let (places, extents) = padding.places(self.innermost(), cells)?;
        let shape = [&[extents.lengths().len(), extents.width()], inner].concat();
        let misfit = |_| Error::shape("RaggedTensor::to_padded", &shape, format!("rank {P}"));
        let shape: [usize; P] = shape.as_slice().try_into().map_err(misfit)?;
        let device = self.values.device();
        let mut one = dims;
        one[0] = 1;
        let fill = upload(padding.cell(inner)?, one, &device)?;
        let values = Tensor::cat(vec![self.values.clone(), fill], 0);
        let index = index_tensor(places.into_iter(), &device)?;
        Ok((reshape(select_rows(values, index), shape), extents))
    }

    /// Removes the padding of a tensor `[N, width, shape of a cell..]` of rank `P = D + 1`, given the row lengths:
    /// the inverse of [`RaggedTensor::to_padded`].
    ///
    /// # Errors
    ///
    /// `P` is not `D + 1`; there are not `N` lengths, or one is negative or beyond the width.
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::{Ragged, Side};
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let padded = Tensor::<2>::from_floats([[1.0, 2.0], [3.0, 0.0]], &DeviceSpec::Cpu.init()?);
    /// let rows = RaggedTensor::<1>::from_padded(padded.clone(), &[2, 1], Side::Right)?;
    /// assert_eq!(rows.to_ragged::<f32>()?, Ragged::from_rows([vec![1.0, 2.0], vec![3.0]]));
    /// assert!(RaggedTensor::<1>::from_padded(padded, &[3, 1], Side::Right).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "from_tensor")]
    #[doc(alias = "unpad_input")]
    pub fn from_padded<const P: usize, I: AsIndex>(
        padded: Tensor<P, K>,
        lengths: &[I],
        side: Side,
    ) -> Result<Self> {
        let dims = padded.dims();
        if D == 0 || P != D + 1 {
            return Err(Error::shape("RaggedTensor::from_padded", dims, format!("rank {}", D + 1)));
        }
        let (rows, width) = (dims[0], dims[1]);
        if lengths.len() != rows {
            return Err(fault!(LENGTHS_COUNT_MISMATCH, lengths.len(), rows));
        }
        let partition = RowPartition::from_lengths(lengths)?;
        if let Some(row) = partition.ranges().position(|row| row.len() > width) {
            return Err(fault!(LENGTH_TOO_LONG, lengths[row], format_args!("at most {width}")).at_index(row));
        }
        let mut cells = Vec::with_capacity(partition.nvals());
        for (row, length) in partition.lengths().into_iter().enumerate() {
            let start = row * width + if side == Side::Left { width - length } else { 0 };
            cells.extend(start..start + length);
        }
        let mut flat = [0; D];
        flat[0] = rows * width;
        flat[1..].copy_from_slice(&dims[2..]);
        let index = index_tensor(cells.into_iter(), &padded.device())?;
        Self::new(select_rows(reshape(padded, flat), index), vec![partition])
    }
}
