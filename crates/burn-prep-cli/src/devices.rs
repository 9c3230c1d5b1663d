//! `burn-prep devices`

use crate::{Failure, Outcome, print};
use burn_prep::device::{DeviceSpec, DeviceState};

pub(crate) fn run() -> Result<Outcome, Failure> {
    let mut lines = String::new();
    for device in DeviceSpec::available() {
        let state = match device.state {
            DeviceState::Ready(name) => format!("ready         {name}"),
            DeviceState::Absent(hint) => format!("absent        {hint}"),
            DeviceState::NotCompiled(feature) => format!("not compiled  build with `--features {feature}`"),
            other => format!("{other:?}"),
        };
        lines += &format!("{:<10} {state}\n", device.spec);
    }
    match DeviceSpec::Cpu.resolved() {
        Some(spec) => lines += &format!("\n`cpu` is {spec} in this build\n"),
        None => lines += "\n`cpu` needs the feature `flex` or `ndarray`\n",
    }
    print(&lines)?;
    Ok(Outcome::Clean)
}
