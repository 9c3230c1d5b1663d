//! Reading tensors into host memory, complete when the call returns.

use burn::tensor::kind::{Autodiff, Basic, Transaction as Readable};
use burn::tensor::{DType, Device, Tensor, TensorData, TensorReadError, Transaction, bf16, f16};
use ndarray::{ArrayD, IxDyn};

use crate::arrays::{AnyArray, ArrayElement};
use crate::device::{HostMemory, Place};
use crate::error::{Error, Result};

/// Reads several tensors of any rank, kind, dtype and device, with one transfer for each device.
///
/// Unlike Burn's own `into_data`, which on a GPU reads when the data is first looked at and then
/// shows whatever the memory holds by that time, everything is read when the call returns. Tensors with
/// autodiff are detached.
///
/// ```
/// use burn::tensor::{Int, Tensor};
/// use burn_prep::bridge::Readback;
/// use burn_prep::device::DeviceSpec;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let losses = Tensor::<1>::from_floats([0.5, 0.25], &device);
/// let labels = Tensor::<2, Int>::from_data([[3_i32, 4]], (&device, burn::tensor::DType::I32));
/// let arrays = Readback::new().register(losses).register(labels).execute()?;
/// assert_eq!(arrays[0].view::<f32>()?.sum(), 0.75);
/// assert_eq!((arrays[1].dtype_name(), arrays[1].shape()), ("i32", &[1, 2][..]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "Transaction")]
#[derive(Default)]
pub struct Readback {
    slots: Vec<Slot>,
    groups: Vec<Group>,
}

enum Slot {
    /// Read already: the tensor lives on a CPU backend, or cannot be read.
    Done(Result<AnyArray>),
    /// The next of this group; a tensor of rank 0 travels as one of rank 1.
    Waiting { group: usize, shape: Vec<usize> },
}

/// The tensors of one device.
struct Group {
    device: Device,
    transaction: Transaction,
}

impl std::fmt::Debug for Readback {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Readback of {} tensors on {} devices", self.slots.len(), self.groups.len())
    }
}

impl Readback {
    /// Creates a readback without tensors.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a tensor. On the CPU backends it is taken over at once, without a copy where it is the only
    /// owner of its memory.
    #[must_use]
    pub fn register<const D: usize, K: Basic + Readable + Autodiff>(mut self, tensor: Tensor<D, K>) -> Self {
        let slot = match HostMemory::of(tensor.without_autodiff()) {
            Err(error) => Slot::Done(Err(error)),
            Ok(Place::Host(memory)) => Slot::Done(any_of(memory)),
            Ok(Place::Device(tensor)) => {
                let shape = tensor.dims().to_vec();
                let group = self.group_of(tensor.device());
                let transaction = std::mem::take(&mut self.groups[group].transaction);
                // CubeCL's reader panics on rank 0.
                self.groups[group].transaction = match D {
                    0 => transaction.register(tensor.reshape([1])),
                    _ => transaction.register(tensor),
                };
                Slot::Waiting { group, shape }
            }
        };
        self.slots.push(slot);
        self
    }

    fn group_of(&mut self, device: Device) -> usize {
        if let Some(group) = self.groups.iter().position(|group| group.device == device) {
            return group;
        }
        self.groups.push(Group { device, transaction: Transaction::default() });
        self.groups.len() - 1
    }

    /// Reads the registered tensors and returns their arrays, in the order of registration.
    ///
    /// # Errors
    ///
    /// A device failed, and the error names it; a tensor is quantised.
    pub fn execute(self) -> Result<Vec<AnyArray>> {
        let mut read = Vec::with_capacity(self.groups.len());
        for Group { device, transaction } in self.groups {
            let data = transaction.try_execute();
            read.push(
                data.map_err(|error| Error::tensor(&device, TensorReadError::Execution(error)))?.into_iter(),
            );
        }
        arrays(self.slots, read)
    }

    /// As [`Readback::execute`], without blocking the thread while a GPU works.
    ///
    /// # Errors
    ///
    /// As [`Readback::execute`].
    ///
    /// ```
    /// use burn::tensor::Tensor;
    /// use burn_prep::bridge::Readback;
    /// use burn_prep::device::DeviceSpec;
    ///
    /// async fn sum(a: Tensor<1>, b: Tensor<1>) -> burn_prep::Result<f32> {
    ///     let arrays = Readback::new().register(a).register(b).execute_async().await?;
    ///     Ok(arrays[0].view::<f32>()?.sum() + arrays[1].view::<f32>()?.sum())
    /// }
    /// let one = Tensor::<1>::ones([2], &DeviceSpec::Cpu.init()?);
    /// # let mut future = std::pin::pin!(sum(one.clone(), one));
    /// # let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    /// # let std::task::Poll::Ready(sum) = future.as_mut().poll(&mut context) else { panic!() };
    /// assert_eq!(sum?, 4.0);
    /// # use std::future::Future;
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub async fn execute_async(self) -> Result<Vec<AnyArray>> {
        let mut read = Vec::with_capacity(self.groups.len());
        for Group { device, transaction } in self.groups {
            let data = transaction.execute_async().await;
            read.push(
                data.map_err(|error| Error::tensor(&device, TensorReadError::Execution(error)))?.into_iter(),
            );
        }
        arrays(self.slots, read)
    }

    /// Reads the one tensor that was registered.
    pub(crate) fn only(self) -> Result<AnyArray> {
        let mut arrays = self.execute()?;
        arrays.pop().ok_or_else(|| crate::error::ErrorKind::Empty { what: "readback" }.into())
    }
}

/// Reads tensors of one rank and kind, with one transfer for each device.
///
/// # Errors
///
/// As [`Readback::execute`].
///
/// ```
/// use burn::tensor::Tensor;
/// use burn_prep::bridge::readback;
/// use burn_prep::device::DeviceSpec;
///
/// let device = DeviceSpec::Cpu.init()?;
/// let [a, b] = [1.0, 2.0].map(|value| Tensor::<1>::full([3], value, &device));
/// let arrays = readback([a, b])?;
/// assert_eq!(arrays[1].view::<f32>()?.sum(), 6.0);
/// # Ok::<(), burn_prep::Error>(())
/// ```
pub fn readback<const D: usize, K: Basic + Readable + Autodiff>(
    tensors: impl IntoIterator<Item = Tensor<D, K>>,
) -> Result<Vec<AnyArray>> {
    tensors.into_iter().fold(Readback::new(), Readback::register).execute()
}

fn arrays(slots: Vec<Slot>, mut read: Vec<std::vec::IntoIter<TensorData>>) -> Result<Vec<AnyArray>> {
    let of_slot = |slot| match slot {
        Slot::Done(array) => array,
        Slot::Waiting { group, shape } => {
            let data = read.get_mut(group).and_then(Iterator::next);
            any_of_data(data.ok_or_else(|| Error::shape("readback", "nothing", "the tensor"))?, &shape)
        }
    };
    slots.into_iter().map(of_slot).collect()
}

/// Calls a generic function with the element type of a dtype.
macro_rules! for_dtype {
    ($dtype:expr, $function:ident($($argument:expr),*)) => {
        match $dtype {
            DType::F64 => $function::<f64>($($argument),*),
            DType::F32 => $function::<f32>($($argument),*),
            DType::F16 => $function::<f16>($($argument),*),
            DType::BF16 => $function::<bf16>($($argument),*),
            DType::I64 => $function::<i64>($($argument),*),
            DType::I32 => $function::<i32>($($argument),*),
            DType::I16 => $function::<i16>($($argument),*),
            DType::I8 => $function::<i8>($($argument),*),
            DType::U64 => $function::<u64>($($argument),*),
            DType::U32 => $function::<u32>($($argument),*),
            DType::U16 => $function::<u16>($($argument),*),
            DType::U8 => $function::<u8>($($argument),*),
            DType::Bool(_) => $function::<bool>($($argument),*),
            DType::QFloat(_) => Err(Error::dtype("readback", $dtype, "no quantised one")),
            DType::Flex32 => Err(Error::dtype("readback", $dtype, "a dtype with a host type (cast the tensor to F32)")),
        }
    };
}

fn any_of(memory: HostMemory) -> Result<AnyArray> {
    fn of<E: ArrayElement>(memory: HostMemory) -> Result<AnyArray> {
        let array = memory.into_array::<E>();
        array.map(AnyArray::from).ok_or_else(|| Error::dtype("readback", "of another storage", E::NAME))
    }
    for_dtype!(memory.dtype(), of(memory))
}

/// The array of data in row-major order; without a copy where the bytes came from a `Vec` of the type.
fn any_of_data(data: TensorData, shape: &[usize]) -> Result<AnyArray> {
    fn of<E: ArrayElement>(data: TensorData, shape: &[usize]) -> Result<AnyArray> {
        let found = data.shape().to_vec();
        let values =
            if E::NAME == bool::NAME { data.try_into_vec_as::<E>() } else { data.try_into_vec::<E>() };
        let values = values.map_err(|error| Error::dtype("readback", error, E::NAME))?;
        let array = ArrayD::from_shape_vec(IxDyn(shape), values);
        array.map(AnyArray::from).map_err(|_| Error::shape("readback", found, format!("{shape:?}")))
    }
    for_dtype!(data.dtype(), of(data, shape))
}
