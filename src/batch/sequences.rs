//! Padded sequences to tensors.

use burn::data::dataloader::batcher::Batcher;
use burn::tensor::kind::{Basic, TensorKind};
use burn::tensor::{Bool, Device, Int, Tensor};

use crate::arrays::ArrayElement;
use crate::bridge::IntoTensor;
use crate::error::Result;
use crate::ragged::{Padded, Padding, RowExtents};

/// A batch of padded sequences on a device, with the mask of their padding.
///
/// ```
/// use burn::tensor::Int;
/// use burn_prep::prelude::*;
///
/// let rows = Ragged::from_rows([vec![1_i32, 2, 3], vec![4, 5], vec![6]]);
/// let padded = rows.pad(&Padding::new(0))?;
/// let mask = padded.mask_pad();
/// let batch = SequenceBatch::<Int>::from_padded(padded, &DeviceSpec::Cpu.init()?)?;
/// assert_eq!(batch.values.into_ndarray::<i32>()?, ndarray::array![[1, 2, 3], [4, 5, 0], [6, 0, 0]]);
/// assert_eq!(batch.mask_pad.into_ndarray::<bool>()?, mask);
/// assert_eq!(batch.extents.lengths(), [3, 2, 1]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SequenceBatch<K: Basic = Int> {
    /// `[N, width]`, values and padding, of the rows' dtype.
    pub values: Tensor<2, K>,
    /// `[N, width]`, `true` at padding, as Burn's attention takes it.
    pub mask_pad: Tensor<2, Bool>,
    /// The length of each row without padding, the sample it comes from, and what was cut; on the host.
    pub extents: RowExtents,
}

impl<K: Basic + TensorKind> SequenceBatch<K> {
    /// Moves padded rows to a device: one transfer for the values, without a copy before it, and one for the mask.
    ///
    /// # Errors
    ///
    /// `T` is not of kind `K`, or the device does not compute with it.
    pub fn from_padded<T: ArrayElement>(padded: Padded<T>, device: &Device) -> Result<Self> {
        let mask = padded.mask_pad();
        let (data, extents) = padded.into_parts();
        Ok(Self { values: data.into_tensor(device)?, mask_pad: mask.into_tensor(device)?, extents })
    }
}

/// Pads and stacks sequences in Burn's loader. The batch arrives as a `Result`, because a row may be
/// longer than the padding allows.
///
/// ```
/// use burn::data::dataloader::batcher::Batcher;
/// use burn::tensor::Int;
/// use burn_prep::Result;
/// use burn_prep::batch::{SequenceBatch, SequenceBatcher};
/// use burn_prep::device::DeviceSpec;
/// use burn_prep::ragged::Padding;
///
/// let batcher = SequenceBatcher::new(Padding::new(0_i32));
/// let batch: Result<SequenceBatch> = batcher.batch(vec![vec![5, 6], vec![7]], &DeviceSpec::Cpu.init()?);
/// assert_eq!(batch?.values.dims(), [2, 2]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "DataCollatorWithPadding")]
#[derive(Debug, Clone)]
pub struct SequenceBatcher<T> {
    padding: Padding<T>,
}

impl<T> SequenceBatcher<T> {
    /// Creates a batcher that pads according to `padding`.
    pub fn new(padding: Padding<T>) -> Self {
        Self { padding }
    }
}

impl<T, K> Batcher<Vec<T>, Result<SequenceBatch<K>>> for SequenceBatcher<T>
where
    T: ArrayElement,
    K: Basic + TensorKind,
{
    fn batch(&self, items: Vec<Vec<T>>, device: &Device) -> Result<SequenceBatch<K>> {
        SequenceBatch::from_padded(self.padding.pad_rows(&items)?, device)
    }
}
