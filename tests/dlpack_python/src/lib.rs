//! Arrays of burn-prep as Python objects, and Python objects as arrays of burn-prep.

use std::sync::Mutex;

use burn_prep::dlpack::dlpark::ffi::{DLDevice, DLManagedTensor, DLManagedTensorVersioned};
use burn_prep::dlpack::dlpark::python::{ DlpackExporter, ExportRequest, ImportedDlpack, export_dlpack, from_dlpack, };
use burn_prep::dlpack::dlpark::{DlpackFlags, Managed};
use burn_prep::dlpack::{Export, Imported};
use ndarray::{Array, ArrayD, Axis, IxDyn, ShapeBuilder, Slice};
use burn_prep::arrays::{AnyArray, ArrayElement, CastArray};
use pyo3::exceptions::{PyBufferError, PyValueError};
use pyo3::prelude::*;

#[path = "../../it/any_array.rs"]
mod any_array;
#[path = "../../it/freed.rs"]
mod freed;

use any_array::for_any_array;

#[global_allocator]
static ALLOCATOR: freed::Watching = freed::Watching;

/// An array that leaves with the first consumer.
#[pyclass]
struct Exporter {
    array: Mutex<Option<AnyArray>>,
    read_only: bool,
}

impl Exporter {
    fn take(&self) -> PyResult<Export> {
        let array = self.array.lock().ok().and_then(|mut array| array.take());
        let export = Export::new(array.ok_or_else(|| PyBufferError::new_err("the array has left already"))?);
        Ok(if self.read_only { export.read_only() } else { export })
    }
}

impl DlpackExporter for Exporter {
    fn device(&self) -> DLDevice {
        DLDevice::CPU
    }

    fn flags(&self) -> DlpackFlags {
        if self.read_only { DlpackFlags::READ_ONLY } else { DlpackFlags::empty() }
    }

    fn prepare_export(&self, _: Python<'_>, _: &ExportRequest<'_>) -> PyResult<()> {
        Ok(())
    }

    fn export_legacy(&self, _: Python<'_>) -> PyResult<Managed<DLManagedTensor>> {
        self.take()?.into_legacy().map_err(value_error)
    }

    fn export_versioned(&self, _: Python<'_>) -> PyResult<Managed<DLManagedTensorVersioned>> {
        self.take()?.into_versioned().map_err(value_error)
    }
}

#[pymethods]
impl Exporter {
    #[pyo3(signature = (*, stream=None, max_version=None, dl_device=None, copy=None))]
    fn __dlpack__<'py>(
        &self,
        py: Python<'py>,
        stream: Option<Bound<'py, PyAny>>,
        max_version: Option<(u32, u32)>,
        dl_device: Option<(u32, i32)>,
        copy: Option<bool>,
    ) -> PyResult<Py<PyAny>> {
        export_dlpack(self, py, ExportRequest::parse(stream.as_ref(), max_version, dl_device, copy)?)
    }

    fn __dlpack_device__(&self) -> (u32, i32) {
        DLDevice::CPU.into()
    }
}

/// 0, 1, 2, ... (of a bool 0, 1, 0, ...) in the logical order of the array, whatever its order in memory.
#[pyfunction]
#[pyo3(signature = (shape, dtype, order="C", read_only=false))]
fn arange(shape: Vec<usize>, dtype: &str, order: &str, read_only: bool) -> PyResult<Exporter> {
    let array = match dtype {
        "float64" => any::<f64>(&shape, order),
        "float32" => any::<f32>(&shape, order),
        "float16" => any::<half::f16>(&shape, order),
        "bfloat16" => any::<half::bf16>(&shape, order),
        "int64" => any::<i64>(&shape, order),
        "int32" => any::<i32>(&shape, order),
        "int16" => any::<i16>(&shape, order),
        "int8" => any::<i8>(&shape, order),
        "uint64" => any::<u64>(&shape, order),
        "uint32" => any::<u32>(&shape, order),
        "uint16" => any::<u16>(&shape, order),
        "uint8" => any::<u8>(&shape, order),
        "bool" => any::<bool>(&shape, order),
        other => Err(PyValueError::new_err(format!("dtype {other}"))),
    }?;
    Ok(Exporter { array: Mutex::new(Some(array)), read_only })
}

fn any<E: ArrayElement>(shape: &[usize], order: &str) -> PyResult<AnyArray> {
    let modulus = if E::NAME == "bool" { 2 } else { i64::MAX };
    let mut next = 0;
    let mut count = |_: IxDyn| {
        next += 1;
        (next - 1) % modulus
    };
    let values: ArrayD<i64> = Array::from_shape_fn(IxDyn(shape), &mut count);
    let values: ArrayD<E> = values.cast().map_err(value_error)?;
    let mut array: ArrayD<E> = match order {
        "C" | "reversed" | "stepped" => values,
        "F" => {
            let mut array = Array::from_elem(IxDyn(shape).f(), E::default());
            array.assign(&values);
            array
        }
        other => return Err(PyValueError::new_err(format!("order {other}"))),
    };
    if !array.is_empty() {
        freed::watch(array.as_ptr());
    }
    match order {
        "reversed" => (0..array.ndim()).for_each(|axis| array.invert_axis(Axis(axis))),
        "stepped" => array.slice_axis_inplace(Axis(0), Slice::new(0, None, 2)),
        _ => (),
    }
    Ok(array.into())
}

/// How many arrays of [`arange`] have been freed.
#[pyfunction]
fn deleted() -> usize {
    freed::freed()
}

fn imported(object: &Bound<'_, PyAny>) -> PyResult<Imported> {
    // SAFETY: check.py writes to no array while one of these functions runs.
    let imported = match from_dlpack(object.as_borrowed(), None, None)? {
        ImportedDlpack::Legacy(tensor) => unsafe { Imported::new(tensor) },
        ImportedDlpack::Versioned(tensor) => unsafe { Imported::new(tensor) },
    };
    imported.map_err(value_error)
}

/// The sum of a copy.
#[pyfunction]
fn total(object: &Bound<'_, PyAny>) -> PyResult<f64> {
    let array = imported(object)?.to_any().map_err(value_error)?;
    Ok(array.cast::<f64>().map_err(value_error)?.sum())
}

/// The values in logical order, read through a view.
#[pyfunction]
fn values(object: &Bound<'_, PyAny>) -> PyResult<Vec<f64>> {
    fn read<E: ArrayElement>(imported: &Imported, _: ArrayD<E>) -> PyResult<Vec<f64>> {
        let view = imported.view::<E>().map_err(value_error)?;
        Ok(view.cast::<f64>().map_err(value_error)?.into_iter().collect())
    }
    let imported = imported(object)?;
    let of_its_type = imported.to_any().map_err(value_error)?;
    for_any_array!(of_its_type, array => read(&imported, array))
}

/// Shape, strides in elements, dtype, and whether it is read-only.
#[pyfunction]
fn describe(object: &Bound<'_, PyAny>) -> PyResult<(Vec<usize>, Vec<isize>, String, bool)> {
    let imported = imported(object)?;
    let (shape, strides) = (imported.shape().to_vec(), imported.strides().to_vec());
    Ok((shape, strides, format!("{:?}", imported.dtype()), imported.is_read_only()))
}

/// A tensor that is held until this is dropped.
#[pyclass]
struct Holder {
    imported: Imported,
}

#[pymethods]
impl Holder {
    #[new]
    fn new(object: &Bound<'_, PyAny>) -> PyResult<Self> {
        Ok(Self { imported: imported(object)? })
    }

    fn total(&self) -> PyResult<f64> {
        let array = self.imported.to_any().map_err(value_error)?;
        Ok(array.cast::<f64>().map_err(value_error)?.sum())
    }
}

fn value_error(error: burn_prep::Error) -> PyErr {
    PyValueError::new_err(error.to_string())
}

#[pymodule]
fn dlpack_python(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add_class::<Exporter>()?;
    module.add_class::<Holder>()?;
    module.add_function(wrap_pyfunction!(arange, module)?)?;
    module.add_function(wrap_pyfunction!(deleted, module)?)?;
    module.add_function(wrap_pyfunction!(total, module)?)?;
    module.add_function(wrap_pyfunction!(values, module)?)?;
    module.add_function(wrap_pyfunction!(describe, module)?)
}
