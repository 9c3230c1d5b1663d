//! DLPack's dtypes and devices, by name.

use crate::arrays::ArrayElement;
use crate::arrays::DType;
use dlpark::ffi::{DLDataType, DLDataTypeCode, DLDevice, DLDeviceType};

/// The dtypes that can be imported.
pub(super) const EXPECTED: &str = "bool, an integer or a float of 8 to 64 bits, of one lane";

/// Burn's dtype with the elements of DLPack's, if there is one.
pub(super) fn dtype_of(dtype: DLDataType) -> Option<DType> {
    const PAIRS: [(DLDataType, DType); 12] = [
        (DLDataType::F64, DType::F64),
        (DLDataType::F32, DType::F32),
        (DLDataType::F16, DType::F16),
        (DLDataType::BF16, DType::BF16),
        (DLDataType::I64, DType::I64),
        (DLDataType::I32, DType::I32),
        (DLDataType::I16, DType::I16),
        (DLDataType::I8, DType::I8),
        (DLDataType::U64, DType::U64),
        (DLDataType::U32, DType::U32),
        (DLDataType::U16, DType::U16),
        (DLDataType::U8, DType::U8),
    ];
    if dtype == DLDataType::BOOL {
        return Some(bool::DTYPE);
    }
    PAIRS.iter().find(|(from, _)| *from == dtype).map(|(_, to)| *to)
}

/// As torch and NumPy write it: `complex64`, `float8_e4m3fn`, `int4`, `float32x4` for four lanes.
pub(super) fn dtype_name(dtype: DLDataType) -> String {
    let DLDataType { code, bits, lanes } = dtype;
    let mut name = match code {
        DLDataTypeCode::INT => format!("int{bits}"),
        DLDataTypeCode::UINT => format!("uint{bits}"),
        DLDataTypeCode::FLOAT => format!("float{bits}"),
        DLDataTypeCode::OPAQUEHANDLE => format!("opaque handle of {bits} bits"),
        DLDataTypeCode::BFLOAT => format!("bfloat{bits}"),
        DLDataTypeCode::COMPLEX => format!("complex{bits}"),
        DLDataTypeCode::BOOL if bits == 8 => "bool".to_owned(),
        DLDataTypeCode::BOOL => format!("bool of {bits} bits"),
        DLDataTypeCode::FLOAT8_E3M4 => "float8_e3m4".to_owned(),
        DLDataTypeCode::FLOAT8_E4M3 => "float8_e4m3".to_owned(),
        DLDataTypeCode::FLOAT8_E4M3B11FNUZ => "float8_e4m3b11fnuz".to_owned(),
        DLDataTypeCode::FLOAT8_E4M3FN => "float8_e4m3fn".to_owned(),
        DLDataTypeCode::FLOAT8_E4M3FNUZ => "float8_e4m3fnuz".to_owned(),
        DLDataTypeCode::FLOAT8_E5M2 => "float8_e5m2".to_owned(),
        DLDataTypeCode::FLOAT8_E5M2FNUZ => "float8_e5m2fnuz".to_owned(),
        DLDataTypeCode::FLOAT8_E8M0FNU => "float8_e8m0fnu".to_owned(),
        DLDataTypeCode::FLOAT6_E2M3FN => "float6_e2m3fn".to_owned(),
        DLDataTypeCode::FLOAT6_E3M2FN => "float6_e3m2fn".to_owned(),
        DLDataTypeCode::FLOAT4_E2M1FN => "float4_e2m1fn".to_owned(),
        DLDataTypeCode(other) => format!("code {other} of {bits} bits"),
    };
    if lanes != 1 {
        name.push_str(&format!("x{lanes}"));
    }
    name
}

/// As torch writes it: `cpu`, `cuda:0`.
pub(super) fn device_name(device: DLDevice) -> String {
    let kind = match device.device_type {
        DLDeviceType::CPU => return "cpu".to_owned(),
        DLDeviceType::CUDA => "cuda",
        DLDeviceType::CUDAHOST => "cuda_host",
        DLDeviceType::OPENCL => "opencl",
        DLDeviceType::VULKAN => "vulkan",
        DLDeviceType::METAL => "metal",
        DLDeviceType::VPI => "vpi",
        DLDeviceType::ROCM => "rocm",
        DLDeviceType::ROCMHOST => "rocm_host",
        DLDeviceType::EXTDEV => "ext_dev",
        DLDeviceType::CUDAMANAGED => "cuda_managed",
        DLDeviceType::ONEAPI => "oneapi",
        DLDeviceType::WEBGPU => "webgpu",
        DLDeviceType::HEXAGON => "hexagon",
        DLDeviceType::MAIA => "maia",
        DLDeviceType::TRN => "trn",
        DLDeviceType(other) => return format!("device type {other}:{}", device.device_id),
    };
    format!("{kind}:{}", device.device_id)
}
