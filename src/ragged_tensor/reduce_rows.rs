//! Reductions of each row on a device.

use burn::tensor::kind::Numeric;
use burn::tensor::{DType, Float, FloatDType, IndexingUpdateOp, Tensor};

use crate::bridge::upload;
use crate::error::Result;
use crate::ragged_tensor::RaggedTensor;
use crate::ragged_tensor::index::index_tensor;

impl<const D: usize, K: Numeric> RaggedTensor<D, K> {
    /// The sum of each row of the innermost partition, `[rows, shape of a cell..]`; 0 for an empty row. Cells are
    /// added in their own dtype: cast half-precision floats first.
    ///
    /// # Errors
    ///
    /// There are more cells than the device's integers count.
    ///
    /// ```
    /// use burn_prep::bridge::IntoNdarray;
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let rows = Ragged::from_rows([vec![1.5_f32, 2.0], vec![]]);
    /// let sums = RaggedTensor::<1>::from_ragged(rows, &DeviceSpec::Cpu.init()?)?.sum_rows()?;
    /// assert_eq!(sums.into_ndarray::<f32>()?, ndarray::array![3.5, 0.0]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "segment_sum")]
    #[doc(alias = "reduce_sum")]
    pub fn sum_rows(&self) -> Result<Tensor<D, K>> {
        let (rows, device) = (self.innermost(), self.values.device());
        let mut dims = self.values.dims();
        dims[0] = rows.nrows();
        let zeros = Tensor::zeros(dims, (&device, self.values.dtype()));
        if rows.nvals() == 0 {
            return Ok(zeros);
        }
        let index = index_tensor(rows.value_rowids()?.into_iter(), &device)?;
        Ok(zeros.select_assign(0, index, self.values.clone(), IndexingUpdateOp::Add))
    }
}

impl<const D: usize> RaggedTensor<D, Float> {
    /// The mean of each row of the innermost partition, `[rows, shape of a cell..]`; NaN of an empty row.
    ///
    /// # Errors
    ///
    /// As with [`RaggedTensor::sum_rows`].
    ///
    /// ```
    /// use burn_prep::bridge::IntoNdarray;
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let rows = Ragged::from_rows([vec![1.0_f32, 2.0], vec![]]);
    /// let means = RaggedTensor::<1>::from_ragged(rows, &DeviceSpec::Cpu.init()?)?.mean_rows()?.into_ndarray::<f32>()?;
    /// assert!(means[0] == 1.5 && means[1].is_nan());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "segment_mean")]
    #[doc(alias = "reduce_mean")]
    #[doc(alias = "mean_pooling")]
    pub fn mean_rows(&self) -> Result<Tensor<D>> {
        let (dtype, device) = (self.values.dtype(), self.values.device());
        let mut dims = self.values.dims();
        if dims.contains(&0) {
            dims[0] = self.innermost().nrows();
            return Ok(Tensor::full(dims, f32::NAN, (&device, dtype)));
        }
        let wide = sum_dtype(dtype);
        let sums = self.with(self.values.clone().cast(wide)).sum_rows()?;
        let lengths = self.innermost().lengths();
        let mut dims = [1; D];
        dims[0] = lengths.len();
        let lengths: Tensor<D> = match wide {
            FloatDType::F64 => upload(lengths.iter().map(|length| *length as f64).collect(), dims, &device)?,
            _ => upload(lengths.iter().map(|length| *length as f32).collect(), dims, &device)?,
        };
        Ok((sums / lengths).cast(FloatDType::from(dtype)))
    }

    /// The maximum of each row of the innermost partition, `[rows, shape of a cell..]`; minus infinity for an
    /// empty row, NaN for a row with NaN. It takes one selection for each cell of the longest row: rows of many
    /// thousand cells are better padded first.
    ///
    /// # Errors
    ///
    /// As with [`RaggedTensor::sum_rows`].
    ///
    /// ```
    /// use burn_prep::bridge::IntoNdarray;
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let rows = Ragged::from_rows([vec![1.0_f32, 2.0], vec![]]);
    /// let largest = RaggedTensor::<1>::from_ragged(rows, &DeviceSpec::Cpu.init()?)?.max_rows()?;
    /// assert_eq!(largest.into_ndarray::<f32>()?, ndarray::array![2.0, f32::NEG_INFINITY]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "segment_max")]
    #[doc(alias = "reduce_max")]
    #[doc(alias = "max_pooling")]
    pub fn max_rows(&self) -> Result<Tensor<D>> {
        let (rows, device) = (self.innermost(), self.values.device());
        let (longest, nvals) = (rows.longest(), rows.nvals());
        let mut dims = self.values.dims();
        dims[0] = 1;
        let least = Tensor::full(dims, f32::NEG_INFINITY, (&device, self.values.dtype()));
        let mut largest = {
            let mut dims = dims;
            dims[0] = rows.nrows();
            Tensor::full(dims, f32::NEG_INFINITY, (&device, self.values.dtype()))
        };
        let values = Tensor::cat(vec![self.values.clone(), least], 0);
        // One column of the rows after the other: as many selections as the longest row has cells.
        for column in 0..longest {
            let cell = rows
                .splits()
                .windows(2)
                .map(|row| if row[0] + column < row[1] { row[0] + column } else { nvals });
            let index = index_tensor(cell, &device)?;
            let cell = values.clone().select(0, index);
            // Burn's `max_pair` skips NaN.
            let stays = cell.clone().lower_equal(largest.clone()).bool_or(largest.clone().is_nan());
            largest = largest.mask_where(stays.bool_not(), cell);
        }
        Ok(largest)
    }

    /// The softmax over each row of the innermost partition: attention over rows of unequal length.
    ///
    /// `exp(x - max) / sum(exp(x - max))`; an empty row stays empty.
    ///
    /// # Errors
    ///
    /// As with [`RaggedTensor::sum_rows`].
    ///
    /// ```
    /// use burn_prep::device::DeviceSpec;
    /// use burn_prep::ragged::Ragged;
    /// use burn_prep::ragged_tensor::RaggedTensor;
    /// let rows = Ragged::from_rows([vec![7.0_f32, 7.0], vec![], vec![1000.0]]);
    /// let weights = RaggedTensor::<1>::from_ragged(rows, &DeviceSpec::Cpu.init()?)?.softmax_rows()?;
    /// assert_eq!(weights.to_ragged::<f32>()?, Ragged::from_rows([vec![0.5, 0.5], vec![], vec![1.0]]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "segment_softmax")]
    pub fn softmax_rows(&self) -> Result<Self> {
        if self.values.dims().contains(&0) {
            return Ok(self.clone()); // Burn's GPU backends take no exponential of nothing
        }
        let dtype = self.values.dtype();
        let wide = self.with(self.values.clone().cast(sum_dtype(dtype)));
        // The statistic does not depend on what is taken off, nor does its gradient.
        let largest = wide.with(wide.values.clone().detach()).max_rows()?;
        let largest = wide.expand_rows(largest)?.values;
        let powers = wide.with((wide.values.clone() - largest).exp());
        let sums = powers.expand_rows(powers.sum_rows()?)?.values;
        Ok(self.with((powers.values / sums).cast(FloatDType::from(dtype))))
    }

    /// Other cells in the same rows.
    fn with(&self, values: Tensor<D>) -> Self {
        Self { values, partitions: self.partitions.clone() }
    }
}

/// What floats are added up in: counts of half precision end at 65504, and are inexact long before.
pub(super) fn sum_dtype(dtype: DType) -> FloatDType {
    if dtype == DType::F64 { FloatDType::F64 } else { FloatDType::F32 }
}
