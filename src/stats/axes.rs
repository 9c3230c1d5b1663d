//! Which axes a reduction runs over.

use crate::arrays::Layout;
use crate::error::{Error, Result};

/// The axes that a reduction takes together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Axes {
    /// All but the first, `[N, ...]`.
    PerImage,
    /// The first, `[N, ...]`.
    AcrossBatch,
    /// All but the channels, of a batch of rank 4.
    PerChannel(Layout),
    /// All but the first and the channels, of a batch of rank 4.
    PerImageChannel(Layout),
    All,
    /// By number; below 0 from the end.
    Listed(Vec<isize>),
}

impl Axes {
    /// For each axis, whether it is reduced.
    pub(crate) fn resolve(&self, rank: usize) -> Result<Vec<bool>> {
        let needs = |ok: bool, expected: &'static str| match ok {
            true => Ok(()),
            false => Err(Error::shape("Reduce", format_args!("of rank {rank}"), expected)),
        };
        let image = |layout: &Layout| -> Result<usize> {
            needs(rank == 4, "rank 4, [N, C, H, W] or [N, H, W, C]")?;
            Ok(layout.channel_axis())
        };
        Ok(match self {
            Self::PerImage => {
                needs(rank >= 1, "rank 1 or more, [N, ...]")?;
                (0..rank).map(|axis| axis != 0).collect()
            }
            Self::AcrossBatch => {
                needs(rank >= 1, "rank 1 or more, [N, ...]")?;
                (0..rank).map(|axis| axis == 0).collect()
            }
            Self::PerChannel(layout) => {
                let channel = image(layout)?;
                (0..rank).map(|axis| axis != channel).collect()
            }
            Self::PerImageChannel(layout) => {
                let channel = image(layout)?;
                (0..rank).map(|axis| axis != channel && axis != 0).collect()
            }
            Self::All => vec![true; rank],
            Self::Listed(axes) => {
                let mut reduced = vec![false; rank];
                for &axis in axes {
                    let from_end = if axis < 0 { axis.checked_add_unsigned(rank) } else { Some(axis) };
                    let at = from_end.and_then(|axis| usize::try_from(axis).ok());
                    let Some(flag) = at.and_then(|axis| reduced.get_mut(axis)) else {
                        let found = format_args!("{axis} of an array of rank {rank}");
                        return Err(Error::parameter("axis", found, "-rank to rank - 1"));
                    };
                    if std::mem::replace(flag, true) {
                        return Err(Error::parameter("axis", format_args!("{axes:?}"), "each axis once"));
                    }
                }
                reduced
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn axes_count_from_either_end_and_once() {
        let resolve = |axes: &[isize]| Axes::Listed(axes.to_vec()).resolve(3);
        assert_eq!(resolve(&[0, -1]).unwrap(), [true, false, true]);
        assert_eq!(resolve(&[]).unwrap(), [false; 3]);
        assert_eq!(
            resolve(&[3]).unwrap_err().to_string(),
            "axis is 3 of an array of rank 3, expected -rank to rank - 1"
        );
        assert!(resolve(&[-4]).is_err() && resolve(&[isize::MIN]).is_err());
        assert_eq!(resolve(&[1, -2]).unwrap_err().to_string(), "axis is [1, -2], expected each axis once");
    }

    #[test]
    fn channels_need_a_batch_of_images() {
        let error = Axes::PerChannel(Layout::Nhwc).resolve(3).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Reduce: found shape of rank 3, expected rank 4, [N, C, H, W] or [N, H, W, C]"
        );
        assert_eq!(Axes::PerImageChannel(Layout::Nhwc).resolve(4).unwrap(), [false, true, true, false]);
    }
}
