//! `burn-prep devices`

use crate::cli::{Failure, Outcome};
use crate::device::{DeviceSpec, DeviceState};
use crate::error::Result;

pub(super) fn run() -> Result<Outcome, Failure> {
    for device in DeviceSpec::available() {
        let state = match device.state {
            DeviceState::Ready(name) => format!("ready         {name}"),
            DeviceState::Absent(hint) => format!("absent        {hint}"),
            DeviceState::NotCompiled(feature) => format!("not compiled  build with `--features {feature}`"),
        };
        println!("{:<10} {state}", device.spec);
    }
    match DeviceSpec::Cpu.resolved() {
        Some(spec) => println!("\n`cpu` is {spec} in this build"),
        None => println!("\n`cpu` needs the feature `flex` or `ndarray`"),
    }
    Ok(Outcome::Clean)
}
