//! DLPack: what is exported comes back, everything is freed once, and what cannot be read is refused by name.
#![allow(unsafe_code)]

use std::ffi::c_void;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Arc, Mutex, PoisonError};

use burn_prep::arrays::{AnyArray, ArrayElement, CastArray};
use burn_prep::dlpack::dlpark::ffi::{
    DLDataType, DLDataTypeCode, DLDevice, DLDeviceType, DLManagedTensor, DLManagedTensorVersioned,
    DLPackVersion, DLTensor,
};
use burn_prep::dlpack::dlpark::{DlpackFlags, Managed, ManagedTensorBase};
use burn_prep::dlpack::{Export, Imported};
use half::{bf16, f16};
use ndarray::{Array, Array2, ArrayD, Axis, IxDyn, ShapeBuilder, Slice, array};

use crate::freed;
use crate::support::{root, say};

#[global_allocator]
static ALLOCATOR: freed::Watching = freed::Watching;

/// Those who count freed blocks do so one after the other.
static COUNTING: Mutex<()> = Mutex::new(());

const SHAPES: [&[usize]; 10] =
    [&[], &[5], &[0], &[1], &[3, 4], &[3, 0], &[2, 3, 4], &[2, 1, 3], &[2, 3, 4, 2], &[1, 2, 0, 2]];

#[derive(Debug, Clone, Copy)]
enum Order {
    RowMajor,
    Fortran,
    Reversed,
    Stepped,
    SteppedBack,
}

/// 0, 1, 2, ... (of a bool 0, 1, 0, ...), turned or cut in place; and the block of memory that it is in.
fn made<E: ArrayElement>(shape: &[usize], order: Order) -> (ArrayD<E>, *const E) {
    let modulus = if E::NAME == "bool" { 2 } else { 127 };
    let numbers = (0..shape.iter().product::<usize>()).map(|value| value as i64 % modulus);
    let mut array = Array::from_iter(numbers).cast::<E>().unwrap().into_shape_with_order(shape).unwrap();
    if let Order::Fortran = order {
        let values = std::mem::replace(&mut array, Array::from_elem(IxDyn(shape).f(), E::default()));
        array.assign(&values);
    }
    let block = array.as_ptr();
    let (axes, step) = match order {
        Order::RowMajor | Order::Fortran => (0..0, 1),
        Order::Reversed => (0..shape.len(), -1),
        Order::Stepped => (0..shape.len(), 2),
        Order::SteppedBack => (0..shape.len().min(1), -2),
    };
    axes.for_each(|axis| array.slice_axis_inplace(Axis(axis), Slice::new(0, None, step)));
    (array, block)
}

fn counting() -> impl Drop {
    COUNTING.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Out and back: the same values at the same address, and one free when the import is dropped.
fn round_trips<E: ArrayElement>() -> usize {
    let mut trips = 0;
    for shape in SHAPES {
        for order in [Order::RowMajor, Order::Fortran, Order::Reversed, Order::Stepped, Order::SteppedBack] {
            for legacy in [false, true] {
                let (array, block) = made::<E>(shape, order);
                let what = format!("{} {shape:?} {order:?}, legacy: {legacy}", E::NAME);
                let (expected, first) = (array.clone(), array.as_ptr());
                let (before, blocks) = (freed::freed(), usize::from(!shape.contains(&0)));
                if blocks == 1 {
                    freed::watch(block);
                }
                let imported = if legacy {
                    unsafe { Imported::new(Export::new(array).into_legacy().unwrap()) }.unwrap()
                } else {
                    unsafe { Imported::new(Export::new(array).read_only().into_versioned().unwrap()) }
                        .unwrap()
                };
                assert_eq!((imported.dtype(), imported.shape()), (E::DTYPE, expected.shape()), "{what}");
                assert_eq!(imported.is_read_only(), !legacy, "{what}");
                let view = imported.view::<E>().unwrap();
                assert_eq!(view, expected, "{what}");
                if !expected.is_empty() {
                    assert_eq!(view.as_ptr(), first, "{what}");
                }
                for axis in (0..view.ndim()).filter(|&axis| !view.is_empty() && view.shape()[axis] > 1) {
                    assert_eq!(view.strides()[axis], expected.strides()[axis], "{what}");
                    assert_eq!(imported.strides()[axis], expected.strides()[axis], "{what}");
                }
                assert_eq!(imported.to_array::<E>().unwrap(), expected, "{what}");
                assert_eq!(imported.to_any().unwrap(), AnyArray::from(expected), "{what}");
                assert_eq!(freed::freed(), before, "{what} is alive");
                drop(imported);
                assert_eq!(freed::freed(), before + blocks, "{what} is freed once");
                trips += 1;
            }
        }
    }
    trips
}

#[test]
fn every_dtype_rank_and_order_goes_out_and_comes_back_in_place() {
    let _alone = counting();
    let mut trips =
        round_trips::<f64>() + round_trips::<f32>() + round_trips::<f16>() + round_trips::<bf16>();
    trips += round_trips::<i64>() + round_trips::<i32>() + round_trips::<i16>() + round_trips::<i8>();
    trips += round_trips::<u64>() + round_trips::<u32>() + round_trips::<u16>() + round_trips::<u8>();
    trips += round_trips::<bool>();
    assert_eq!(trips, 13 * 10 * 5 * 2);
}

#[test]
fn an_export_without_a_consumer_frees_the_array() {
    let _alone = counting();
    let block = |array: &Array2<i32>| freed::watch(array.as_ptr());
    let before = freed::freed();
    for drop_it in [
        (|array: Array2<i32>| drop(Export::new(array))) as fn(Array2<i32>),
        |array| drop(Export::new(array).into_versioned().unwrap()),
        |array| drop(Export::new(array).into_legacy().unwrap()),
        |array| drop(Export::new(array).read_only().into_legacy().err().unwrap()),
    ] {
        let array = array![[1, 2], [3, 4]];
        block(&array);
        drop_it(array);
    }
    assert_eq!(freed::freed(), before + 4);
}

#[test]
fn the_array_may_be_freed_on_another_thread() {
    let _alone = counting();
    let (array, block) = made::<f32>(&[3, 4], Order::Reversed);
    let before = freed::freed();
    freed::watch(block);
    let imported = unsafe { Imported::new(Export::new(array).into_versioned().unwrap()) }.unwrap();
    let sum = std::thread::spawn(move || imported.view::<f32>().unwrap().sum()).join().unwrap();
    assert_eq!((sum, freed::freed()), (66.0, before + 1));
}

/// A tensor as another library makes it, whose deleter counts its calls.
struct Foreign<M> {
    managed: M,
    shape: Vec<i64>,
    data: Vec<u64>,
    deleted: Arc<AtomicUsize>,
}

impl<M: ManagedTensorBase> Foreign<M> {
    /// Of row-major `u64` in host memory, without strides; `change` makes something else of it.
    fn tensor(shape: &[i64], data: &[u64], change: impl FnOnce(&mut DLTensor)) -> (*mut M, Arc<AtomicUsize>) {
        unsafe extern "C" fn delete<M: ManagedTensorBase>(managed: *mut M) {
            let owner =
                unsafe { Box::from_raw(managed.as_ref().unwrap().manager_ctx().cast::<Foreign<M>>()) };
            owner.deleted.fetch_add(1, SeqCst);
        }
        let deleted = Arc::new(AtomicUsize::new(0));
        let tensor = DLTensor {
            device: DLDevice::CPU,
            dtype: DLDataType::U64,
            ndim: shape.len() as i32,
            ..DLTensor::default()
        };
        let managed = M::from_parts(tensor, std::ptr::null_mut(), None);
        let (shape, data) = (shape.to_vec(), data.to_vec());
        let owner = Box::into_raw(Box::new(Self { managed, shape, data, deleted: deleted.clone() }));
        let owner_ref = unsafe { &mut *owner };
        let mut tensor = *owner_ref.managed.tensor();
        tensor.shape = owner_ref.shape.as_mut_ptr();
        tensor.data = owner_ref.data.as_mut_ptr().cast();
        change(&mut tensor);
        owner_ref.managed = M::from_parts(tensor, owner.cast::<c_void>(), Some(delete::<M>));
        (&raw mut owner_ref.managed, deleted)
    }
}

type Change = fn(&mut DLTensor);

fn import(change: Change) -> (burn_prep::Result<Imported>, Arc<AtomicUsize>) {
    let (pointer, deleted) = Foreign::<DLManagedTensor>::tensor(&[2, 3], &[0, 1, 2, 3, 4, 5], change);
    (unsafe { Imported::from_raw(pointer) }, deleted)
}

fn shape_of(tensor: &mut DLTensor, shape: &'static [i64]) {
    tensor.shape = shape.as_ptr().cast_mut();
}

fn strides_of(tensor: &mut DLTensor, strides: &'static [i64]) {
    tensor.strides = strides.as_ptr().cast_mut();
}

#[test]
fn strides_offsets_and_their_absence_are_honoured() {
    let cases: [(Change, Array2<u64>); 6] = [
        (|_| (), array![[0, 1, 2], [3, 4, 5]]),
        (|tensor| strides_of(tensor, &[1, 2]), array![[0, 2, 4], [1, 3, 5]]),
        (
            |tensor| {
                strides_of(tensor, &[-3, -1]);
                tensor.byte_offset = 5 * 8;
            },
            array![[5, 4, 3], [2, 1, 0]],
        ),
        (
            |tensor| {
                strides_of(tensor, &[3, -1]);
                tensor.byte_offset = 2 * 8;
            },
            array![[2, 1, 0], [5, 4, 3]],
        ),
        (|tensor| strides_of(tensor, &[0, 1]), array![[0, 1, 2], [0, 1, 2]]),
        (
            |tensor| {
                strides_of(tensor, &[2, 1]);
                tensor.byte_offset = 8;
            },
            array![[1, 2, 3], [3, 4, 5]],
        ),
    ];
    for (change, expected) in cases {
        let (imported, deleted) = import(change);
        let imported = imported.unwrap();
        assert_eq!(imported.view::<u64>().unwrap(), expected.clone().into_dyn());
        let (copy, any) = (imported.to_array::<u64>().unwrap(), imported.to_any().unwrap());
        assert_eq!(deleted.load(SeqCst), 0);
        drop(imported);
        assert_eq!(deleted.load(SeqCst), 1, "{expected}");
        assert_eq!((copy, any), (expected.clone().into_dyn(), expected.into()), "copies outlive the tensor");
    }
}

#[test]
fn a_versioned_tensor_keeps_its_flag_and_may_lack_strides() {
    let (pointer, deleted) = Foreign::<DLManagedTensorVersioned>::tensor(&[2], &[7, 8], |_| ());
    unsafe { (*pointer).flags = DlpackFlags::READ_ONLY | DlpackFlags::IS_COPIED };
    let imported = unsafe { Imported::new(Managed::from_raw(pointer).unwrap()) }.unwrap();
    assert!(imported.is_read_only());
    assert_eq!(imported.view::<u64>().unwrap(), array![7, 8].into_dyn());
    assert_eq!(
        format!("{imported:?}"),
        "Imported { dtype: U64, shape: [2], strides: [1], read_only: true, .. }"
    );
    drop(imported);
    assert_eq!(deleted.load(SeqCst), 1);
}

#[test]
fn an_empty_tensor_needs_no_memory_and_a_number_no_shape() {
    let (pointer, deleted) = Foreign::<DLManagedTensor>::tensor(&[4, 0], &[], |tensor| {
        tensor.data = std::ptr::null_mut();
        tensor.byte_offset = 1;
    });
    let imported = unsafe { Imported::from_raw(pointer) }.unwrap();
    assert_eq!(imported.view::<u64>().unwrap().shape(), [4, 0]);
    assert_eq!(imported.to_any().unwrap().shape(), [4, 0]);
    drop(imported);
    assert_eq!(deleted.load(SeqCst), 1);

    let (pointer, _) =
        Foreign::<DLManagedTensor>::tensor(&[], &[9], |tensor| tensor.shape = std::ptr::null_mut());
    let imported = unsafe { Imported::from_raw(pointer) }.unwrap();
    assert_eq!(imported.to_array::<u64>().unwrap(), ndarray::arr0(9).into_dyn());
}

fn dtype(tensor: &mut DLTensor, code: DLDataTypeCode, bits: u8, lanes: u16) {
    tensor.dtype = DLDataType::new(code, bits, lanes);
}

#[test]
fn what_cannot_be_read_is_refused_by_name_and_given_back() {
    let cases: [(Change, &str); 22] = [
        (
            |t| t.device = DLDevice::cuda(0),
            "device of the DLPack tensor is cuda:0, expected cpu (copy the tensor there first, e.g. tensor.cpu())",
        ),
        (
            |t| t.device = DLDevice { device_type: DLDeviceType::CUDAHOST, device_id: 0 },
            "is cuda_host:0, expected cpu",
        ),
        (
            |t| t.device = DLDevice { device_type: DLDeviceType::ROCM, device_id: 3 },
            "is rocm:3, expected cpu",
        ),
        (
            |t| t.device = DLDevice { device_type: DLDeviceType(99), device_id: 1 },
            "is device type 99:1, expected cpu",
        ),
        (|t| dtype(t, DLDataTypeCode::FLOAT, 32, 4), "found dtype float32x4, expected"),
        (|t| dtype(t, DLDataTypeCode::FLOAT, 32, 0), "found dtype float32x0, expected"),
        (
            |t| dtype(t, DLDataTypeCode::COMPLEX, 64, 1),
            "found dtype complex64, expected bool, an integer or a float of 8 to 64 bits, of one lane",
        ),
        (|t| dtype(t, DLDataTypeCode::OPAQUEHANDLE, 64, 1), "opaque handle of 64 bits"),
        (|t| dtype(t, DLDataTypeCode::INT, 4, 1), "int4"),
        (|t| dtype(t, DLDataTypeCode::INT, 128, 1), "int128"),
        (|t| dtype(t, DLDataTypeCode::BOOL, 1, 1), "bool of 1 bits"),
        (|t| dtype(t, DLDataTypeCode::FLOAT8_E4M3FN, 8, 1), "float8_e4m3fn"),
        (|t| dtype(t, DLDataTypeCode::FLOAT4_E2M1FN, 4, 1), "float4_e2m1fn"),
        (|t| dtype(t, DLDataTypeCode(77), 8, 1), "code 77 of 8 bits"),
        (|t| t.ndim = -1, "ndim is negative: -1"),
        (|t| t.shape = std::ptr::null_mut(), "shape pointer is null"),
        (|t| shape_of(t, &[2, -3]), "negative"),
        (|t| shape_of(t, &[i64::MAX, 1]), "overflows"),
        (|t| strides_of(t, &[i64::MAX, 1]), "expected elements within the address space"),
        (|t| t.data = std::ptr::null_mut(), "data of the DLPack tensor is null"),
        (|t| t.byte_offset = u64::MAX, "18446744073709551615 bytes off"),
        (|t| t.byte_offset = 4, "aligned for the element type"),
    ];
    for (change, message) in cases {
        let (imported, deleted) = import(change);
        let error = imported.expect_err(message);
        assert!(error.to_string().contains(message), "{error}\n{message}");
        assert!(error.is_usage(), "{error}");
        assert_eq!(deleted.load(SeqCst), 1, "{message}");
    }
}

#[test]
fn an_unknown_major_version_is_refused_and_given_back() {
    let version = DLPackVersion { major: 2, minor: 0 };
    for through_managed in [false, true] {
        let (pointer, deleted) = Foreign::<DLManagedTensorVersioned>::tensor(&[2], &[7, 8], |_| ());
        let imported = if through_managed {
            let managed = unsafe { Managed::from_raw(pointer) }.unwrap();
            unsafe { (*pointer).version = version };
            unsafe { Imported::new(managed) }
        } else {
            unsafe { (*pointer).version = version };
            unsafe { Imported::from_raw(pointer) }
        };
        let error = imported.unwrap_err();
        assert_eq!(error.to_string(), "major version of the DLPack tensor is 2, expected 1");
        assert_eq!(deleted.load(SeqCst), 1);
    }
    let error = unsafe { Imported::from_raw(std::ptr::null_mut::<DLManagedTensor>()) }.unwrap_err();
    assert!(error.to_string().contains("null"), "{error}");
}

#[test]
fn a_byte_that_is_no_bool_is_found_before_anyone_reads_it_as_one() {
    let bytes = u64::from_ne_bytes([1, 0, 1, 1, 0, 2, 0, 1]);
    let bools = |tensor: &mut DLTensor| tensor.dtype = DLDataType::BOOL;
    let (pointer, _) = Foreign::<DLManagedTensor>::tensor(&[2, 4], &[bytes], bools);
    let imported = unsafe { Imported::from_raw(pointer) }.unwrap();
    for error in [imported.view::<bool>().unwrap_err(), imported.to_any().unwrap_err()] {
        assert_eq!(error.to_string(), "2 at index [1, 1] does not fit into bool: 0 and 1");
        assert!(error.is_data());
    }
    let (pointer, _) = Foreign::<DLManagedTensor>::tensor(&[5], &[bytes], bools);
    let imported = unsafe { Imported::from_raw(pointer) }.unwrap();
    assert_eq!(imported.view::<bool>().unwrap(), array![true, false, true, true, false].into_dyn());
}

#[test]
fn a_view_of_another_type_is_refused() {
    let (imported, _) = import(|_| ());
    let imported = imported.unwrap();
    let error = imported.view::<i64>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "Imported::view: found dtype U64, expected I64 (or to_any()?.cast::<i64>())"
    );
    assert!(imported.to_array::<f64>().is_err() && imported.view::<bool>().is_err());
}

/// NumPy and torch themselves, where `BURN_PREP_DLPACK_PYTHON` names a Python that has them.
#[test]
fn numpy_and_torch_take_and_give_arrays() {
    let Some(python) = std::env::var_os("BURN_PREP_DLPACK_PYTHON") else {
        return say(
            "SKIPPED with NumPy and torch: set BURN_PREP_DLPACK_PYTHON to a Python that has NumPy 2.1 or later \
             (and torch), then `cargo test -p burn-prep-tests --features dlpack numpy_and_torch`",
        );
    };
    let (package, built) = (root().join("tests/dlpack_python"), root().join("target/dlpack-python"));
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = std::process::Command::new(cargo)
        .args(["build", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&built)
        .output()
        .unwrap();
    assert!(build.status.success(), "{}", String::from_utf8_lossy(&build.stderr));
    let library = if cfg!(target_os = "macos") { "libdlpack_python.dylib" } else { "libdlpack_python.so" };
    let folder = built.join("python");
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::copy(built.join("debug").join(library), folder.join("dlpack_python.so")).unwrap();
    let check =
        std::process::Command::new(python).arg(package.join("check.py")).arg(&folder).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&check.stdout), String::from_utf8_lossy(&check.stderr));
    assert!(check.status.success() && out.contains(" checks with NumPy "), "{out}{err}");
    say(out.trim());
}
