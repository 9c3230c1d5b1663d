//! Samples of a TIFF page on the full scale of a byte or of 16 bits, before anything is said of colours.

use tiff::decoder::DecodingResult;

use crate::error::{Error, Result};
use crate::images::tiff::page::{Page, Photometric};
use crate::images::tiff::{NAME, unsupported};

/// Samples on the full scale of their type, except the indices of a palette, which are kept.
pub(super) enum Levels {
    Bytes(Vec<u8>),
    Words(Vec<u16>),
}

impl Levels {
    /// Brings samples to the full scale of a byte or of 16 bits: `round(v * full / most)`.
    pub(super) fn of(page: &Page<'_>, result: DecodingResult) -> Result<Self> {
        let most = |bits: u32| (1_u64 << bits) - 1;
        Ok(match result {
            DecodingResult::U8(bytes) if page.is_subsampled() => Levels::Bytes(spread_chroma(page, &bytes)),
            DecodingResult::U8(bytes) if page.bits == 8 => Levels::Bytes(bytes),
            DecodingResult::U8(bytes) => {
                let bits = u32::from(page.bits);
                let samples = unpack_bits(page, &bytes);
                match bits {
                    0..8 if page.photometric == Photometric::Palette => {
                        Levels::Bytes(samples.map(|v| v as u8).collect())
                    }
                    0..8 => Levels::Bytes(samples.map(|v| scale(v.into(), most(bits), 255) as u8).collect()),
                    _ => Levels::Words(samples.map(|v| scale(v.into(), most(bits), 65_535) as u16).collect()),
                }
            }
            DecodingResult::U16(words) => Levels::Words(words),
            DecodingResult::U32(words) => {
                Levels::Words(words.into_iter().map(|v| scale(v.into(), most(32), 65_535) as u16).collect())
            }
            // The lower half decides nothing that 16 bits can show, except on a tie.
            DecodingResult::U64(words) => {
                Levels::Words(words.into_iter().map(|v| scale(v >> 32, most(32), 65_535) as u16).collect())
            }
            DecodingResult::I8(values) => {
                Levels::Bytes(signed(&values, 127, 255)?.map(|v| v as u8).collect())
            }
            DecodingResult::I16(values) => {
                Levels::Words(signed(&values, 32_767, 65_535)?.map(|v| v as u16).collect())
            }
            DecodingResult::I32(values) => {
                Levels::Words(signed(&values, most(31), 65_535)?.map(|v| v as u16).collect())
            }
            DecodingResult::F16(values) => Levels::Bytes(unit(values.iter().map(|v| f64::from(v.to_f32())))?),
            DecodingResult::F32(values) => Levels::Bytes(unit(values.iter().map(|&v| f64::from(v)))?),
            DecodingResult::F64(values) => Levels::Bytes(unit(values.iter().copied())?),
            _ => return Err(unsupported("samples of this type")),
        })
    }

    /// The samples of planes side by side. All planes of a page have one depth, so all are of one type.
    pub(super) fn interleave(planes: &[Self]) -> Result<Self> {
        let bytes =
            planes.iter().map(|plane| if let Self::Bytes(plane) = plane { Some(&plane[..]) } else { None });
        let words =
            planes.iter().map(|plane| if let Self::Words(plane) = plane { Some(&plane[..]) } else { None });
        if let Some(planes) = bytes.collect::<Option<Vec<_>>>() {
            Ok(Self::Bytes(interleave(&planes)))
        } else if let Some(planes) = words.collect::<Option<Vec<_>>>() {
            Ok(Self::Words(interleave(&planes)))
        } else {
            Err(Error::decode(NAME, "planes of unequal types"))
        }
    }
}

fn interleave<T: Copy>(planes: &[&[T]]) -> Vec<T> {
    let length = planes.iter().map(|plane| plane.len()).min().unwrap_or(0);
    (0..length).flat_map(|at| planes.iter().map(move |plane| plane[at])).collect()
}

fn scale(value: u64, most: u64, full: u64) -> u64 {
    (value * full + most / 2) / most
}

/// Signed samples, of which none is negative.
fn signed<T: Copy + Into<i64>>(values: &[T], most: u64, full: u64) -> Result<impl Iterator<Item = u64>> {
    if let Some(index) = values.iter().position(|&value| value.into() < 0) {
        let value: i64 = values[index].into();
        return Err(unsupported(format!("negative samples (sample {index} is {value})")));
    }
    Ok(values.iter().map(move |&value| scale(value.into().unsigned_abs(), most, full)))
}

/// Floats in 0..=1 as `round(255 v)`.
fn unit(values: impl Iterator<Item = f64>) -> Result<Vec<u8>> {
    let to_byte = |(index, value): (usize, f64)| {
        if (0.0..=1.0).contains(&value) {
            Ok((value * 255.0).round() as u8)
        } else {
            Err(unsupported(format!("float samples outside of 0..=1 (sample {index} is {value})")))
        }
    };
    values.enumerate().map(to_byte).collect()
}

/// Samples of 1 to 15 bits, the first in the highest bits; each row starts with a new byte.
fn unpack_bits(page: &Page<'_>, bytes: &[u8]) -> impl Iterator<Item = u16> {
    let bits = usize::from(page.bits);
    let row = page.width as usize * usize::from(page.planes().1);
    let mask = (1_u32 << bits) - 1;
    bytes.chunks_exact((row * bits).div_ceil(8)).flat_map(move |bytes| {
        (0..row).map(move |index| {
            let at = index * bits;
            let byte = |offset: usize| u32::from(bytes.get(at / 8 + offset).copied().unwrap_or(0));
            let three = byte(0) << 16 | byte(1) << 8 | byte(2);
            (three >> (24 - at % 8 - bits) & mask) as u16
        })
    })
}

/// Units of luma and one pair of chroma samples to three samples a pixel; each pair serves its whole unit.
fn spread_chroma(page: &Page<'_>, units: &[u8]) -> Vec<u8> {
    let (width, height) = (page.width as usize, page.height as usize);
    let (across, down) = (page.subsampling.0 as usize, page.subsampling.1 as usize);
    let unit = across * down + 2;
    let row = width.div_ceil(across) * unit;
    let mut pixels = Vec::with_capacity(width * height * 3);
    for y in 0..height {
        for x in 0..width {
            let at = y / down * row + x / across * unit;
            let luma = units[at + y % down * across + x % across];
            pixels.extend([luma, units[at + across * down], units[at + across * down + 1]]);
        }
    }
    pixels
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_outside_of_the_unit_range_are_refused() {
        assert_eq!(unit([0.0, 0.5, 1.0].into_iter()).unwrap(), [0, 128, 255]);
        for bad in [f64::NAN, f64::INFINITY, -0.1, 1.5] {
            let message = unit([0.0, bad].into_iter()).unwrap_err().to_string();
            assert!(message.contains(&format!("sample 1 is {bad}")), "{message}");
        }
    }

    #[test]
    fn depths_are_brought_to_the_full_scale_and_rounded() {
        assert_eq!([0, 1, 2, 3].map(|v| scale(v, 3, 255)), [0, 85, 170, 255]);
        assert_eq!(scale(2047, 4095, 65_535), 32_759); // 2047 * 65535 / 4095 = 32759.4
        assert_eq!(signed(&[0_i16, 32_767], 32_767, 65_535).unwrap().collect::<Vec<_>>(), [0, 65_535]);
        let message = signed(&[1_i16, -3], 32_767, 65_535).map(|_| ()).unwrap_err().to_string();
        assert!(message.contains("sample 1 is -3"), "{message}");
    }
}
