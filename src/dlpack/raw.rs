//! Access to the memory of tensors that other libraries own; all unsafe code of the module `dlpack` is in this file.
#![allow(unsafe_code)]

use dlpark::ffi::{DLDataType, DLDeviceType, DLPackVersion};
use dlpark::metadata::Dynamic;
use dlpark::tensor::TensorRef;
use dlpark::{AllocationDeleter, DlpackFlags, Managed, ManagedTensorBase, dlpack::FromRawError};
use ndarray::{ArrayD, ArrayView, ArrayViewD, Axis, Dimension, IxDyn, ShapeBuilder};

use crate::arrays::ArrayElement;
use crate::dlpack::span::Span;
use crate::dlpack::{Imported, names};
use crate::error::{Error, ErrorKind, Result};

/// The array as a tensor that owns it.
pub(super) fn managed<E: ArrayElement, M: ManagedTensorBase>(
    array: ArrayD<E>,
    dtype: DLDataType,
    flags: DlpackFlags,
) -> Result<Managed<M>> {
    let mut array = Box::new(array);
    let described = Dynamic::new(array.shape(), array.strides()).prepare_as::<M>();
    let described = described.map_err(|error| Error::shape("DLPack export", array.shape(), error))?;
    // The element at index zero, wherever the strides go from there; none for an empty array.
    let data = if array.is_empty() { std::ptr::null_mut() } else { array.as_mut_ptr().cast() };
    let mut tensor = described.initialize(array);
    tensor.set_data(data).set_dtype(dtype).set_device(dlpark::ffi::DLDevice::CPU);
    tensor.set_flags(flags).map_err(|error| Error::parameter("DLPack flags", error, "none or read-only"))?;
    // SAFETY: shape and strides are copied into the tensor's own allocation; the data belongs to the boxed
    // array, which the deleter drops, and to nobody else, so that the consumer may write to it. `ArrayElement`
    // is sealed, and `Export` pairs each of its types with the dtype of the same layout.
    Ok(unsafe { tensor.finish() })
}

/// The memory of a tensor in host memory.
pub(super) struct Memory {
    /// The element at index zero.
    first: *const u8,
    /// Frees the memory when dropped.
    _deleter: AllocationDeleter,
}

// SAFETY: the memory is only read, which any thread may do while none writes (the contract of
// `Imported::new`), and DLPack's deleters may be called from any thread.
unsafe impl Send for Memory {}
unsafe impl Sync for Memory {}

impl Imported {
    /// Takes ownership of a DLPack tensor in host memory. If it is refused, its deleter is called before this returns.
    ///
    /// With dlpark's feature `pyo3`, `dlpark::python::from_dlpack` makes the tensor of a Python object.
    ///
    /// # Errors
    ///
    /// The tensor is on another device than the CPU; its elements are complex, opaque, of less than a byte or
    /// of several lanes; its major version is not 1; its shape, its strides or its pointer are invalid.
    ///
    /// # Safety
    ///
    /// The tensor describes memory that is there and initialised, for every index within its shape, until its
    /// deleter is called. Nobody writes to this memory while a view of it is in use or a copy is made: in a
    /// Python program, no other thread, and no code called in between.
    ///
    /// ```
    /// use burn_prep::dlpack::{Export, Imported};
    ///
    /// let tensor = Export::new(ndarray::array![1.5_f64, 2.5]).into_legacy()?;
    /// // SAFETY: the tensor is just made, of an array that nobody else has.
    /// let imported = unsafe { Imported::new(tensor) }?;
    /// assert_eq!(imported.view::<f64>()?.sum(), 4.0);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub unsafe fn new<M: ManagedTensorBase>(tensor: Managed<M>) -> Result<Self> {
        // SAFETY: a `Managed` points to an initialised `M` until it is dropped.
        let managed = unsafe { &*tensor.as_ptr() };
        if let Some(version) = managed.version() {
            version
                .ensure_compatible_with(DLPackVersion::CURRENT)
                .map_err(|error| version_of(error.actual))?;
        }
        let described = managed.tensor();
        if described.device.device_type != DLDeviceType::CPU {
            return Err(Error::parameter(
                "device of the DLPack tensor",
                names::device_name(described.device),
                "cpu (copy the tensor there first, e.g. tensor.cpu())",
            ));
        }
        let unknown = || {
            let found = names::dtype_name(described.dtype);
            Error::dtype("DLPack import", format_args!("{found}"), names::EXPECTED)
        };
        let dtype = names::dtype_of(described.dtype).ok_or_else(unknown)?;
        // SAFETY: the tensor's metadata stays in place and unchanged while `tensor` lives (the contract of
        // `Managed::from_raw`).
        let checked = unsafe { TensorRef::from_raw(described) };
        let checked = checked
            .map_err(|error| Error::parameter("DLPack tensor", error, "a shape and strides that fit"))?;
        let size = described.dtype.element_size();
        let span = Span::new(checked.shape(), checked.strides(), size)?;
        let first = first_element(described.data.cast(), described.byte_offset, size, &span)?;
        let read_only = tensor.flags().contains(DlpackFlags::READ_ONLY);
        Ok(Self { dtype, span, read_only, memory: Memory { first, _deleter: tensor.into_deleter() } })
    }

    /// Takes ownership of the tensor at a pointer, such as one from a C function, as [`Imported::new`] does.
    ///
    /// # Errors
    ///
    /// As [`Imported::new`], or the pointer is null.
    ///
    /// # Safety
    ///
    /// As [`Imported::new`]; and the pointer, if not null, is to a tensor in the form `M` that the caller owns
    /// and gives away with this call.
    ///
    /// ```
    /// use burn_prep::dlpack::dlpark::ffi::DLManagedTensorVersioned;
    /// use burn_prep::dlpack::{Export, Imported};
    ///
    /// let pointer: *mut DLManagedTensorVersioned = Export::new(ndarray::array![7_u16]).into_versioned()?.into_raw();
    /// // SAFETY: the pointer is to a tensor that nobody else has.
    /// let imported = unsafe { Imported::from_raw(pointer) }?;
    /// assert_eq!(imported.to_array::<u16>()?, ndarray::array![7].into_dyn());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub unsafe fn from_raw<M: ManagedTensorBase>(pointer: *mut M) -> Result<Self> {
        // SAFETY: the caller gives a valid tensor of the form `M` away.
        let tensor = unsafe { Managed::from_raw(pointer) }.map_err(|error| match error {
            FromRawError::Version { source } => version_of(source.actual),
            other => Error::parameter("pointer to a DLPack tensor", other, "one to a tensor"),
        })?;
        // SAFETY: the same contract.
        unsafe { Self::new(tensor) }
    }
}

fn version_of(major: u32) -> Error {
    Error::parameter("major version of the DLPack tensor", major, "1")
}

/// Where the element at index zero is.
fn first_element(data: *const u8, byte_offset: u64, size: usize, span: &Span) -> Result<*const u8> {
    if span.is_empty() {
        return Ok(std::ptr::null());
    }
    let found = |found: String, expected| Error::parameter("data of the DLPack tensor", found, expected);
    if data.is_null() {
        return Err(found("null".to_owned(), "a pointer, as the tensor is not empty"));
    }
    let offset =
        usize::try_from(byte_offset).ok().filter(|&offset| data.addr().checked_add(offset).is_some());
    let Some(offset) = offset else {
        return Err(found(format!("{byte_offset} bytes off"), "an offset within the address space"));
    };
    let first = data.wrapping_add(offset);
    // Each of the types is aligned to its size, but on machines that align 8 bytes to 4.
    if !first.addr().is_multiple_of(size.min(align_of::<u64>())) {
        let expected = "an address that is aligned for the element type (copy the tensor first)";
        return Err(found(format!("at {:#x}", first.addr()), expected));
    }
    Ok(first)
}

impl Memory {
    /// The memory as an array of `E`, which the caller has found to be the tensor's element type.
    pub(super) fn view<E: ArrayElement>(&self, span: &Span) -> Result<ArrayViewD<'_, E>> {
        if E::DTYPE == bool::DTYPE {
            // SAFETY: every byte is a `u8`, and a bool is one byte.
            let bytes = unsafe { self.view_as::<u8>(span) }?;
            if bytes.iter().any(|&value| value > 1)
                && let Some((index, value)) = bytes.indexed_iter().find(|(_, value)| **value > 1)
            {
                let (index, value) = (index.slice().to_vec(), value.to_string());
                return Err(ErrorKind::Cast { index, value, to: "bool", hint: "0 and 1" }.into());
            }
        }
        // SAFETY: the elements are of the type `E`; of a bool the bytes are 0 or 1, and any other type is
        // valid with any bits.
        unsafe { self.view_as::<E>(span) }
    }

    /// # Safety
    ///
    /// The memory has valid values of `E` wherever the span goes, aligned for `E`.
    unsafe fn view_as<E>(&self, span: &Span) -> Result<ArrayViewD<'_, E>> {
        let shape = IxDyn(&span.shape);
        if span.is_empty() {
            return ArrayView::from_shape(shape, &[])
                .map_err(|error| Error::shape("DLPack import", &span.shape, error));
        }
        // An ndarray view is made of strides without a sign, from the lowest address up, and then turned.
        // SAFETY: `Span` has checked that the distance between any two elements, in bytes, fits into an
        // `isize`, as does the number of elements; the caller of `Imported::new` vouches for the memory, and
        // that nobody writes to it while the view, which borrows the deleter, is in use.
        let mut view = unsafe {
            let lowest = self.first.cast::<E>().offset(span.lowest);
            ArrayViewD::from_shape_ptr(shape.strides(IxDyn(&span.magnitudes())), lowest)
        };
        for axis in span.backward() {
            view.invert_axis(Axis(axis));
        }
        Ok(view)
    }
}
