//! Rows of unequal length on a device.

use burn::tensor::kind::{Autodiff, Basic, TensorKind, Transaction as Readable};
use burn::tensor::{Device, Float, Tensor};

use crate::arrays::ArrayElement;
use crate::bridge::{Readback, upload};
use crate::error::{Error, Result, fault};
use crate::ragged::{Ragged, RowPartition, side_by_side};
use crate::ragged_tensor::index::{index_tensor, select_rows};

/// Rows of unequal length on a device: the cells, which are the items of the rows, as an ordinary tensor
/// `[cells, shape of a cell..]` of rank `D`, and the partitions of a [`Ragged`] on the host.
///
/// Every operation is one of ordinary tensors (a selection, a sum by index), so it runs on each backend and
/// is differentiated by autodiff; no shape is ever read from the device. What is done to each cell by itself
/// needs no function here: [`RaggedTensor::map_values`] takes any tensor operation.
///
/// Rows are those of the innermost partition; the partitions before it go along.
///
/// ```
/// use burn_prep::bridge::IntoNdarray;
/// use burn_prep::device::DeviceSpec;
/// use burn_prep::ragged::{Padding, Ragged};
/// use burn_prep::ragged_tensor::RaggedTensor;
/// use ndarray::array;
///
/// let rows = Ragged::from_rows([vec![1.0_f32, 2.0, 3.0], vec![], vec![4.0]]);
/// let device = DeviceSpec::Cpu.init()?;
/// let tensor = RaggedTensor::<1>::from_ragged(rows.clone(), &device)?;
/// assert_eq!((tensor.len(), tensor.is_empty(), tensor.lengths()), (3, false, vec![3, 0, 1]));
///
/// let doubled = tensor.clone().map_values(|values| values * 2.0)?;
/// assert_eq!(doubled.to_ragged::<f32>()?, rows.map_values(|value| value * 2.0));
/// assert_eq!(tensor.sum_rows()?.into_ndarray::<f32>()?, array![6.0, 0.0, 4.0]);
///
/// let (padded, extents) = tensor.to_padded::<2, f32>(&Padding::new(0.0))?;
/// assert_eq!(padded.clone().into_ndarray::<f32>()?, array![[1.0, 2.0, 3.0], [0.0, 0.0, 0.0], [4.0, 0.0, 0.0]]);
/// let again = RaggedTensor::<1>::from_padded(padded, extents.lengths(), extents.side())?;
/// assert_eq!(again.to_ragged::<f32>()?, rows);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "tf.RaggedTensor")]
#[doc(alias = "nested_tensor")]
#[doc(alias = "jagged")]
#[derive(Debug, Clone)]
pub struct RaggedTensor<const D: usize, K: Basic = Float> {
    pub(super) values: Tensor<D, K>,
    pub(super) partitions: Vec<RowPartition>,
}

impl<const D: usize, K: Basic> RaggedTensor<D, K> {
    /// Creates rows from cells on a device and their partitions, the outermost first.
    ///
    /// # Errors
    ///
    /// There is no partition, or one does not end with the rows of the next, or the last not with the cells.
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::RowPartition;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    ///
    /// let cells = Tensor::<2>::zeros([3, 8], &DeviceSpec::Cpu.init()?);
    /// let rows = RaggedTensor::new(cells.clone(), vec![RowPartition::from_lengths(&[2, 1])?])?;
    /// assert_eq!((rows.len(), rows.values().dims()), (2, [3, 8]));
    /// assert!(RaggedTensor::new(cells, vec![RowPartition::from_lengths(&[2, 2])?]).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn new(values: Tensor<D, K>, partitions: Vec<RowPartition>) -> Result<Self> {
        let Some(cells) = values.shape().iter().next().copied() else {
            return Err(fault!(RANK_TOO_LOW, 0, "1 or more"));
        };
        // The partitions are checked against as many cells as there are, which cost nothing.
        Ragged::new(vec![(); cells], partitions.clone(), Vec::new())?;
        Ok(Self { values, partitions })
    }

    /// Moves rows to a device, in one transfer, without a copy before it.
    ///
    /// # Errors
    ///
    /// `T` is not of kind `K`, or the device does not compute with it; a cell is not of rank `D - 1`.
    pub fn from_ragged<T: ArrayElement>(rows: Ragged<T>, device: &Device) -> Result<Self>
    where
        K: TensorKind,
    {
        let (values, partitions, inner) = rows.into_parts();
        let cells = partitions.last().map_or(0, RowPartition::nvals);
        let shape = [&[cells], &inner[..]].concat();
        let misfit = |_| Error::shape("RaggedTensor::from_ragged", &shape, format!("cells of rank {D}"));
        let dims: [usize; D] = shape.as_slice().try_into().map_err(misfit)?;
        Ok(Self { values: upload(values, dims, device)?, partitions })
    }

    /// Copies the rows to the host, in one read.
    ///
    /// # Errors
    ///
    /// `T` is not the tensor's dtype, or the device fails.
    pub fn to_ragged<T: ArrayElement>(&self) -> Result<Ragged<T>>
    where
        K: Readable + Autodiff,
    {
        let values = Readback::new().register(self.values.clone()).execute()?.remove(0).into_array::<T>()?;
        let inner = values.shape()[1..].to_vec();
        let values = values.as_standard_layout().into_owned().into_raw_vec_and_offset().0;
        Ragged::new(values, self.partitions.clone(), inner)
    }

    /// The cells, `[cells, shape of a cell..]`.
    #[doc(alias = "flat_values")]
    pub fn values(&self) -> &Tensor<D, K> {
        &self.values
    }

    /// The partitions, the outermost first: at least one.
    #[doc(alias = "nested_row_splits")]
    pub fn partitions(&self) -> &[RowPartition] {
        &self.partitions
    }

    /// The cells and the partitions, moved out.
    ///
    /// ```
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let rows = RaggedTensor::<1>::from_ragged(Ragged::from_rows([vec![1.0_f32], vec![]]), &DeviceSpec::Cpu.init()?)?;
    /// let (values, partitions) = rows.into_parts();
    /// assert_eq!((values.dims(), partitions[0].lengths()), ([1], vec![1, 0]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_parts(self) -> (Tensor<D, K>, Vec<RowPartition>) {
        (self.values, self.partitions)
    }

    /// The partition of the cells. [`new`](Self::new) refuses to make rows without one.
    pub(super) fn innermost(&self) -> &RowPartition {
        &self.partitions[self.partitions.len() - 1]
    }

    /// The number of rows of the outermost partition.
    pub fn len(&self) -> usize {
        self.partitions[0].nrows()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The length of each row of the outermost partition.
    #[doc(alias = "row_lengths")]
    pub fn lengths(&self) -> Vec<usize> {
        self.partitions[0].lengths()
    }

    /// Applies an operation to the cells that keeps their number: a cast, an embedding, a layer of a network.
    ///
    /// # Errors
    ///
    /// The operation gives another number of cells.
    ///
    /// ```
    /// use burn::tensor::Int;
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let ids = RaggedTensor::<1, Int>::from_ragged(Ragged::from_rows([vec![1, 2], vec![3]]), &DeviceSpec::Cpu.init()?)?;
    /// let vectors = ids.map_values(|ids| ids.float().reshape([-1, 1]).repeat_dim(1, 4))?;
    /// assert_eq!((vectors.values().dims(), vectors.lengths()), ([3, 4], vec![2, 1]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "map_flat_values")]
    pub fn map_values<const D2: usize, K2: Basic>(
        self,
        f: impl FnOnce(Tensor<D, K>) -> Tensor<D2, K2>,
    ) -> Result<RaggedTensor<D2, K2>> {
        let values = f(self.values);
        let (found, cells) = (values.shape(), self.partitions[self.partitions.len() - 1].nvals());
        match found.iter().next() {
            Some(&count) if count == cells => Ok(RaggedTensor { values, partitions: self.partitions }),
            _ => Err(fault!(VALUES_COUNT_MISMATCH, format_args!("{found:?}"), format_args!("{cells} cells"))),
        }
    }

    /// Selects rows of the outermost partition by index, in the order given; a row may be selected more than once.
    ///
    /// # Errors
    ///
    /// There is no such row, or there would be too many cells.
    ///
    /// ```
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let rows = Ragged::from_rows([vec![1.0_f32, 2.0], vec![3.0]]);
    /// let tensor = RaggedTensor::<1>::from_ragged(rows, &DeviceSpec::Cpu.init()?)?;
    /// assert_eq!(tensor.take(&[1, 0, 1])?.to_ragged::<f32>()?, Ragged::from_rows([vec![3.0], vec![1.0, 2.0], vec![3.0]]));
    /// assert!(tensor.take(&[2]).is_err());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "gather")]
    pub fn take(&self, rows: &[usize]) -> Result<Self> {
        let cells: Vec<usize> = (0..self.innermost().nvals()).collect();
        let numbered = Ragged::new(cells, self.partitions.clone(), Vec::new())?;
        let (cells, partitions, _) = numbered.take(rows)?.into_parts();
        let index = index_tensor(cells.into_iter(), &self.values.device())?;
        Ok(Self { values: select_rows(self.values.clone(), index), partitions })
    }

    /// Concatenates the rows of several ragged tensors.
    ///
    /// # Errors
    ///
    /// There is nothing to join; the numbers of partitions, the dtypes or the shapes of cells differ.
    ///
    /// ```
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let of = |rows: Vec<Vec<f32>>| RaggedTensor::<1>::from_ragged(Ragged::from_rows(rows), &DeviceSpec::Cpu.init()?);
    /// let joined = RaggedTensor::concat(vec![of(vec![vec![1.0]])?, of(vec![vec![], vec![2.0, 3.0]])?])?;
    /// assert_eq!(joined.lengths(), [1, 0, 2]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn concat(parts: Vec<Self>) -> Result<Self> {
        let Some(first) = parts.first() else {
            return Err(fault!(EMPTY_BATCH, "no rows", "one or more"));
        };
        let (rank, inner) = (first.partitions.len(), first.values.dims()[1..].to_vec());
        for (at, part) in parts.iter().enumerate() {
            if part.partitions.len() != rank {
                return Err(fault!(RANK_MISMATCH, part.partitions.len(), rank).at_index(at));
            }
            if part.values.dtype() != first.values.dtype() {
                let expected = format!("{:?} as the first one's", first.values.dtype());
                return Err(Error::dtype("RaggedTensor::concat", part.values.dtype(), expected).at_index(at));
            }
            if part.values.dims()[1..] != inner {
                let found = format!("{:?}", &part.values.dims()[1..]);
                return Err(fault!(INNER_SHAPE_MISMATCH, found, format_args!("{inner:?}")).at_index(at));
            }
        }
        let mut partitions = Vec::with_capacity(rank);
        for level in 0..rank {
            partitions.push(side_by_side(parts.iter().map(|part| &part.partitions[level])));
        }
        let values = Tensor::cat(parts.into_iter().map(|part| part.values).collect(), 0);
        Ok(Self { values, partitions })
    }

    /// Repeats a value for each row, `[rows, shape of a cell..]`, for each cell of the row: broadcasting along the
    /// ragged dimension.
    ///
    /// # Errors
    ///
    /// There is not one value for each row of the innermost partition.
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let device = DeviceSpec::Cpu.init()?;
    /// let rows = RaggedTensor::<1>::from_ragged(Ragged::from_rows([vec![1.0_f32, 2.0], vec![3.0]]), &device)?;
    /// let each = rows.expand_rows(Tensor::<1>::from_floats([10.0, 20.0], &device))?;
    /// assert_eq!(each.to_ragged::<f32>()?, Ragged::from_rows([vec![10.0, 10.0], vec![20.0]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn expand_rows<const D2: usize, K2: Basic>(
        &self,
        per_row: Tensor<D2, K2>,
    ) -> Result<RaggedTensor<D2, K2>> {
        let rows = self.innermost();
        let found = per_row.shape();
        if found.iter().next() != Some(&rows.nrows()) {
            let expected = format!("one value for each of {} rows", rows.nrows());
            return Err(fault!(ROW_COUNT_MISMATCH, format_args!("{found:?}"), expected));
        }
        let index = index_tensor(rows.value_rowids()?.into_iter(), &self.values.device())?;
        Ok(RaggedTensor { values: select_rows(per_row, index), partitions: self.partitions.clone() })
    }
}
