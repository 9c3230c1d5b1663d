//! Burn devices by name.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::str::FromStr;

use burn::tensor::Device;
#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm"))]
use burn::tensor::DeviceType;

use crate::error::{Error, ErrorKind, Result};

/// A device by name, chosen at run time: `cpu`, `ndarray`, `flex`, `wgpu`, `cuda:1`, ...
///
/// Parsing checks the spelling alone; [`DeviceSpec::init`] finds out whether the backend is compiled
/// in and the hardware is there.
///
/// ```
/// use burn_prep::device::DeviceSpec;
///
/// let spec: DeviceSpec = "cuda:1".parse()?;
/// assert_eq!(spec, DeviceSpec::Cuda(1));
/// assert_eq!(spec.to_string(), "cuda:1");
/// assert!("gpu".parse::<DeviceSpec>().is_err());
///
/// let device = DeviceSpec::Cpu.init()?;
/// let sum = burn::tensor::Tensor::<1>::from_floats([1.0, 2.0], &device).sum();
/// assert_eq!(sum.into_scalar::<f32>(), 3.0);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum DeviceSpec {
    /// The faster CPU backend of those compiled in: `flex`, else `ndarray`.
    #[default]
    Cpu,
    /// Burn's ndarray backend, on the CPU.
    NdArray,
    /// Burn's flex backend, on the CPU.
    Flex,
    /// A GPU through wgpu, which chooses Vulkan, Metal or DirectX; `None` is wgpu's own choice of
    /// adapter, `Some(n)` the n-th that [`DeviceSpec::available`] lists.
    Wgpu(Option<usize>),
    /// A GPU through wgpu on Vulkan, with shaders in SPIR-V.
    Vulkan(Option<usize>),
    /// A GPU through wgpu on Metal.
    Metal(Option<usize>),
    /// A GPU through wgpu on WebGPU.
    WebGpu(Option<usize>),
    /// An NVIDIA GPU by its index.
    Cuda(usize),
    /// An AMD GPU by its index.
    Rocm(usize),
}

/// A device and whether it can be used with this build on this machine.
///
/// ```
/// use burn_prep::device::{DeviceSpec, DeviceState};
///
/// let all = DeviceSpec::available();
/// assert!(all.len() >= 8);
/// for status in all.iter().filter(|status| matches!(status.state, DeviceState::Ready(_))) {
///     assert!(status.spec.init().is_ok());
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceStatus {
    /// The specification that selects the device.
    pub spec: DeviceSpec,
    /// Whether the device can be used.
    pub state: DeviceState,
}

/// Whether a device can be used, and if not, what to do.
///
/// ```
/// use burn_prep::device::{DeviceSpec, DeviceState};
///
/// # #[cfg(not(feature = "rocm"))] {
/// let rocm = DeviceSpec::available().into_iter().find(|status| status.spec == DeviceSpec::Rocm(0)).unwrap();
/// assert_eq!(rocm.state, DeviceState::NotCompiled("rocm"));
/// # }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceState {
    /// The device can be used; holds the hardware's name.
    Ready(String),
    /// The backend is not compiled in; holds the cargo feature to add.
    NotCompiled(&'static str),
    /// The backend is compiled in, but the machine has no such device; says what to install.
    Absent(&'static str),
}

impl DeviceSpec {
    /// Returns the device that the specification names.
    ///
    /// # Errors
    ///
    /// The backend is not compiled in (the error names the feature), or the machine has no such
    /// device (the error names the driver).
    ///
    /// ```
    /// # #[cfg(not(feature = "rocm"))] {
    /// let error = burn_prep::device::DeviceSpec::Rocm(0).init().unwrap_err();
    /// assert_eq!(error.to_string(), "device rocm:0 is not available: build with `--features rocm`");
    /// # }
    /// ```
    pub fn init(self) -> Result<Device> {
        let unavailable = |hint: String| -> Error {
            let what = format!("device {self}");
            ErrorKind::Unavailable { what, hint }.into()
        };
        match self.find() {
            None => Err(unavailable(format!("build with `--features {}`", self.feature()))),
            Some(devices) if devices.is_empty() => Err(unavailable(self.driver().to_owned())),
            Some(devices) => self.pick(&devices).ok_or_else(|| {
                unavailable(format!("this machine has {} of that kind, counted from 0", devices.len()))
            }),
        }
    }

    /// Lists every device that this crate supports: those that can be used first, then those that are missing.
    ///
    /// Looks for hardware, which takes up to a second per GPU backend.
    ///
    /// ```
    /// use burn_prep::device::{DeviceSpec, DeviceState};
    ///
    /// let all = DeviceSpec::available();
    /// let ready = |spec| all.iter().any(|d| d.spec == spec && matches!(d.state, DeviceState::Ready(_)));
    /// assert_eq!(ready(DeviceSpec::Flex), cfg!(feature = "flex"));
    /// assert_eq!(ready(DeviceSpec::NdArray), cfg!(feature = "ndarray"));
    /// ```
    pub fn available() -> Vec<DeviceStatus> {
        let gpus = [
            Self::Wgpu as fn(Option<usize>) -> Self,
            Self::Vulkan,
            Self::Metal,
            Self::WebGpu,
            |index| Self::Cuda(index.unwrap_or(0)),
            |index| Self::Rocm(index.unwrap_or(0)),
        ];
        let families = [|_| Self::Flex, |_| Self::NdArray].into_iter().chain(gpus);
        let mut all: Vec<DeviceStatus> = families.flat_map(statuses_of).collect();
        all.sort_by_key(|status| match status.state {
            DeviceState::Ready(_) => 0,
            DeviceState::Absent(_) => 1,
            DeviceState::NotCompiled(_) => 2,
        });
        all
    }

    /// Resolves [`DeviceSpec::Cpu`] to the CPU backend that it selects in this build; others are returned unchanged.
    ///
    /// ```
    /// use burn_prep::device::DeviceSpec;
    /// assert_eq!(DeviceSpec::Cuda(1).resolved(), Some(DeviceSpec::Cuda(1)));
    /// if cfg!(feature = "flex") {
    ///     assert_eq!(DeviceSpec::Cpu.resolved(), Some(DeviceSpec::Flex));
    /// }
    /// ```
    pub fn resolved(self) -> Option<Self> {
        match self {
            Self::Cpu if cfg!(feature = "flex") => Some(Self::Flex),
            Self::Cpu if cfg!(feature = "ndarray") => Some(Self::NdArray),
            Self::Cpu => None,
            other => Some(other),
        }
    }

    /// The devices of this kind; `None` where the backend is not compiled in.
    fn find(self) -> Option<Vec<Device>> {
        match self.resolved()? {
            #[cfg(feature = "flex")]
            Self::Flex => Some(vec![Device::flex()]),
            #[cfg(feature = "ndarray")]
            Self::NdArray => Some(vec![ndarray_device()]),
            #[cfg(feature = "wgpu")]
            Self::Wgpu(_) => Some(enumerate(DeviceType::Wgpu)),
            #[cfg(feature = "vulkan")]
            Self::Vulkan(_) => Some(enumerate(DeviceType::Vulkan)),
            #[cfg(feature = "metal")]
            Self::Metal(_) => Some(enumerate(DeviceType::Metal)),
            #[cfg(feature = "webgpu")]
            Self::WebGpu(_) => Some(enumerate(DeviceType::WebGpu)),
            #[cfg(feature = "cuda")]
            Self::Cuda(_) => Some(enumerate(DeviceType::Cuda)),
            #[cfg(feature = "rocm")]
            Self::Rocm(_) => Some(enumerate(DeviceType::Rocm)),
            #[allow(unreachable_patterns)] // with every feature on
            _ => None,
        }
    }

    fn pick(self, devices: &[Device]) -> Option<Device> {
        match self {
            Self::Cpu | Self::NdArray | Self::Flex => devices.first().cloned(),
            // wgpu prefers a GPU over software, and heeds CUBECL_WGPU_DEFAULT_DEVICE.
            #[cfg(feature = "wgpu")]
            Self::Wgpu(None) => Some(Device::wgpu(burn::tensor::DeviceKind::DefaultDevice)),
            Self::Wgpu(index) | Self::Vulkan(index) | Self::Metal(index) | Self::WebGpu(index) => {
                devices.get(index.unwrap_or(0)).cloned()
            }
            Self::Cuda(index) | Self::Rocm(index) => devices.get(index).cloned(),
        }
    }

    fn feature(self) -> &'static str {
        match self {
            Self::Cpu | Self::Flex => "flex",
            Self::NdArray => "ndarray",
            Self::Wgpu(_) => "wgpu",
            Self::Vulkan(_) => "vulkan",
            Self::Metal(_) => "metal",
            Self::WebGpu(_) => "webgpu",
            Self::Cuda(_) => "cuda",
            Self::Rocm(_) => "rocm",
        }
    }

    fn driver(self) -> &'static str {
        match self {
            Self::Cpu | Self::NdArray | Self::Flex => "the CPU is always there",
            Self::Wgpu(_) | Self::Vulkan(_) => {
                "no graphics driver found; install the GPU's Vulkan driver, or on Debian and Ubuntu \
                 `apt-get install mesa-vulkan-drivers libvulkan1`, which also brings one in software"
            }
            Self::Metal(_) => "no Metal device found; Metal is part of macOS",
            Self::WebGpu(_) => "no WebGPU adapter found; run in a browser that has WebGPU",
            Self::Cuda(_) => "no NVIDIA GPU found; install NVIDIA's driver and CUDA 12 or later",
            Self::Rocm(_) => "no AMD GPU found; install ROCm 6 or later",
        }
    }
}

#[cfg(feature = "ndarray")]
#[allow(deprecated)] // Burn 0.23 drops the backend; until then it is first-class here.
pub(crate) fn ndarray_device() -> Device {
    Device::ndarray()
}

/// Whether tensors of rank 0 exist on the device: Burn's ndarray backend has none.
#[cfg(feature = "ndarray")]
pub(crate) fn has_rank_zero(device: &Device) -> bool {
    device.clone().without_autodiff() != ndarray_device()
}

#[cfg(not(feature = "ndarray"))]
pub(crate) fn has_rank_zero(_: &Device) -> bool {
    true
}

/// Drivers that are half installed make some runtimes panic while they look for hardware.
#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm"))]
fn enumerate(kind: DeviceType) -> Vec<Device> {
    catch_unwind(AssertUnwindSafe(|| Device::enumerate(kind).into_iter().collect())).unwrap_or_default()
}

fn statuses_of(family: fn(Option<usize>) -> DeviceSpec) -> Vec<DeviceStatus> {
    let spec = family(None);
    let status = |spec, state| DeviceStatus { spec, state };
    match spec.find() {
        None => vec![status(spec, DeviceState::NotCompiled(spec.feature()))],
        Some(devices) if devices.is_empty() => vec![status(spec, DeviceState::Absent(spec.driver()))],
        Some(devices) => devices
            .iter()
            .enumerate()
            .map(|(index, device)| status(family(Some(index)), DeviceState::Ready(name_of(device))))
            .collect(),
    }
}

fn name_of(device: &Device) -> String {
    let threads = || std::thread::available_parallelism().map_or(1, usize::from);
    catch_unwind(AssertUnwindSafe(|| hardware_name(device)))
        .ok()
        .flatten()
        .unwrap_or_else(|| format!("CPU, {} threads", threads()))
}

#[cfg(any(feature = "wgpu", feature = "cuda", feature = "rocm"))]
fn hardware_name(device: &Device) -> Option<String> {
    device.identity().map(|identity| identity.name)
}

#[cfg(not(any(feature = "wgpu", feature = "cuda", feature = "rocm")))]
fn hardware_name(_: &Device) -> Option<String> {
    None
}

impl FromStr for DeviceSpec {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let unknown = || {
            let expected =
                "cpu, ndarray, flex, wgpu[:N], vulkan[:N], metal[:N], webgpu[:N], cuda[:N] or rocm[:N]";
            Error::parameter("device", format_args!("{text:?}"), expected)
        };
        let (name, index) = match text.split_once(':') {
            None => (text, None),
            Some((name, index)) => (name, Some(index.parse::<usize>().map_err(|_| unknown())?)),
        };
        match (name, index) {
            ("cpu", None) => Ok(Self::Cpu),
            ("ndarray", None) => Ok(Self::NdArray),
            ("flex", None) => Ok(Self::Flex),
            ("wgpu", index) => Ok(Self::Wgpu(index)),
            ("vulkan", index) => Ok(Self::Vulkan(index)),
            ("metal", index) => Ok(Self::Metal(index)),
            ("webgpu", index) => Ok(Self::WebGpu(index)),
            ("cuda", index) => Ok(Self::Cuda(index.unwrap_or(0))),
            ("rocm", index) => Ok(Self::Rocm(index.unwrap_or(0))),
            _ => Err(unknown()),
        }
    }
}

impl fmt::Display for DeviceSpec {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let index = match *self {
            Self::Cpu => return f.pad("cpu"),
            Self::NdArray | Self::Flex => None,
            Self::Wgpu(index) | Self::Vulkan(index) | Self::Metal(index) | Self::WebGpu(index) => index,
            Self::Cuda(index) | Self::Rocm(index) => Some(index),
        };
        match index {
            None => f.pad(self.feature()),
            Some(index) => f.pad(&format!("{}:{index}", self.feature())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_and_written_alike() {
        for name in [
            "cpu", "ndarray", "flex", "wgpu", "wgpu:0", "wgpu:12", "vulkan", "vulkan:1", "metal", "webgpu:2",
            "cuda:0", "cuda:3", "rocm:1",
        ] {
            assert_eq!(name.parse::<DeviceSpec>().unwrap().to_string(), name);
        }
        assert_eq!("cuda".parse::<DeviceSpec>().unwrap(), DeviceSpec::Cuda(0));
    }

    #[test]
    fn a_wrong_name_is_answered_with_the_right_ones() {
        for name in ["", "gpu", "CPU", "cpu:0", "wgpu:", "wgpu:x", "cuda:-1", "cuda:1:2"] {
            let message = name.parse::<DeviceSpec>().unwrap_err().to_string();
            assert!(message.starts_with(&format!("device is {name:?}, expected cpu, ndarray")), "{message}");
        }
    }
}
