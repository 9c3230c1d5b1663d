//! What the first directory of a TIFF file says of its picture (TIFF 6.0).

use crate::error::{Error, Result};
use crate::images::ifd::{Ifd, IfdFault};
use crate::images::tiff::chunks::Chunks;
use crate::images::tiff::{NAME, tag, unsupported};

/// Compressions that are decoded.
pub(crate) const GROUP_4: u16 = 4;
pub(crate) const JPEG: u16 = 7;
const ZSTD: u16 = 50_000;

/// What the samples of a pixel stand for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Photometric {
    WhiteIsZero,
    BlackIsZero,
    Rgb,
    Palette,
    Cmyk,
    YCbCr,
    /// CIE L*a*b* with signed a* and b*.
    CieLab,
    /// CIE L*a*b* with a* and b* that have 128 added.
    IccLab,
}

/// What the first of the samples behind the colours is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Extra {
    /// There is none, or it is no alpha.
    None,
    /// Alpha that the colours are multiplied with.
    Associated,
    /// Alpha beside the colours.
    Unassociated,
}

/// How a sample is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SampleKind {
    Unsigned,
    Signed,
    Float,
}

/// The picture of the first directory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Page<'a> {
    pub(crate) width: u32,
    pub(crate) height: u32,
    pub(crate) bits: u8,
    pub(crate) kind: SampleKind,
    /// Samples of a pixel, those behind the colours among them.
    pub(crate) samples: u16,
    pub(crate) photometric: Photometric,
    pub(crate) extra: Extra,
    pub(crate) compression: u16,
    pub(crate) predictor: u16,
    /// Whether each sample has a plane of its own.
    pub(crate) planar: bool,
    /// Whether the first pixel of a byte is in its lowest bit.
    pub(crate) lowest_bit_first: bool,
    pub(crate) chunks: Chunks,
    pub(crate) palette: Option<Vec<u64>>,
    pub(crate) jpeg_tables: Option<&'a [u8]>,
    /// Pixels across and down that share one pair of chroma samples.
    pub(crate) subsampling: (u32, u32),
}

impl<'a> Page<'a> {
    /// Reads the tags.
    ///
    /// # Errors
    ///
    /// A tag is missing or says nothing possible, or the page has a property that is not read.
    pub(crate) fn read(ifd: &Ifd<'a>, file_length: u64) -> Result<Self> {
        ifd.check(&tag::NUMBERS, &[tag::JPEG_TABLES]).map_err(unreadable)?;
        let compression = compression(ifd)?;
        let number = |tag, default| ifd.number(tag).unwrap_or(default);
        let short = |tag, default, name: &'static str| -> Result<u16> {
            let found = number(tag, default);
            u16::try_from(found).map_err(|_| Error::decode(NAME, format!("{name} is {found}")))
        };
        let width = side(ifd, tag::IMAGE_WIDTH, "ImageWidth")?;
        let height = side(ifd, tag::IMAGE_LENGTH, "ImageLength")?;
        let samples = short(tag::SAMPLES_PER_PIXEL, 1, "SamplesPerPixel")?.max(1);
        let extras = ifd.numbers(tag::EXTRA_SAMPLES).unwrap_or_default();
        let photometric = photometric(ifd)?;
        let colors = photometric.samples();
        if usize::from(samples) < colors {
            let reason = format!("{samples} samples a pixel, {colors} needed for {}", photometric.name());
            return Err(Error::decode(NAME, reason));
        }
        let planar = number(tag::PLANAR_CONFIGURATION, 1) == 2 && samples > 1;
        let page = Self {
            width,
            height,
            bits: uniform(ifd, tag::BITS_PER_SAMPLE, 1, "bits")?,
            kind: sample_kind(ifd)?,
            samples,
            photometric,
            extra: match (extras.first(), usize::from(samples) - colors) {
                (_, 0) => Extra::None,
                (Some(1), _) => Extra::Associated,
                (Some(2), _) => Extra::Unassociated,
                // A writer that leaves the tag out means alpha, as for Pillow.
                (None, 1) if photometric == Photometric::Rgb => Extra::Unassociated,
                _ => Extra::None,
            },
            compression,
            predictor: short(tag::PREDICTOR, 1, "Predictor")?,
            planar,
            lowest_bit_first: number(tag::FILL_ORDER, 1) == 2,
            chunks: Chunks::read(ifd, width, height, if planar { samples } else { 1 }, file_length)?,
            palette: ifd.numbers(tag::COLOR_MAP),
            jpeg_tables: ifd.bytes(tag::JPEG_TABLES),
            subsampling: subsampling(ifd)?,
        };
        page.check()?;
        Ok(page)
    }

    /// Properties that are not read.
    fn check(&self) -> Result<()> {
        let (bits, kind) = (self.bits, self.kind);
        let depth = match kind {
            SampleKind::Unsigned => matches!(bits, 1..=16 | 32 | 64),
            SampleKind::Signed => matches!(bits, 8 | 16 | 32),
            SampleKind::Float => matches!(bits, 16 | 32 | 64),
        };
        if !depth {
            return Err(unsupported(format!("{} samples of {bits} bits", kind.name())));
        }
        let whole = kind == SampleKind::Unsigned;
        match self.photometric {
            Photometric::Palette if !whole || bits > 8 => {
                Err(unsupported(format!("a palette with {} indices of {bits} bits", kind.name())))
            }
            colors if !colors.is_calculated_from(bits, kind) => {
                Err(unsupported(format!("{} with {} samples of {bits} bits", colors.name(), kind.name())))
            }
            _ if self.compression == JPEG && (bits != 8 || !whole) => {
                Err(unsupported(format!("JPEG with samples of {bits} bits")))
            }
            _ if self.compression == GROUP_4 && bits != 1 => {
                Err(Error::decode(NAME, format!("CCITT Group 4 with samples of {bits} bits")))
            }
            _ if self.predictor > 3 => Err(unsupported(format!("predictor {}", self.predictor))),
            _ if self.predictor != 1 && (bits < 8 || self.is_packed()) => {
                Err(unsupported(format!("a predictor with samples of {bits} bits")))
            }
            _ => Ok(()),
        }
    }

    /// Whether samples do not fill whole bytes.
    pub(crate) fn is_packed(&self) -> bool {
        !self.bits.is_multiple_of(8)
    }

    /// Whether chroma has fewer samples than luma and lies between it. (JPEG brings its own layout.)
    pub(crate) fn is_subsampled(&self) -> bool {
        self.photometric == Photometric::YCbCr && self.compression != JPEG && self.subsampling != (1, 1)
    }

    /// The length of all samples, those that do not fill whole bytes as bytes or pairs of them.
    pub(crate) fn decoded_bytes(&self) -> u64 {
        let area = u64::from(self.width) * u64::from(self.height);
        area.saturating_mul(u64::from(self.samples) * u64::from(self.bits.div_ceil(8)))
    }

    /// Channels and bits in the manner of the other formats: `L8`, `Rgba16`, `Cmyk8`, `P4`.
    pub(crate) fn color_name(&self) -> String {
        let colors = match self.photometric {
            Photometric::WhiteIsZero | Photometric::BlackIsZero => "L",
            Photometric::Rgb => "Rgb",
            Photometric::Palette => "P",
            Photometric::Cmyk => "Cmyk",
            Photometric::YCbCr => "YCbCr",
            Photometric::CieLab | Photometric::IccLab => "Lab",
        };
        let alpha = if self.extra == Extra::None { "" } else { "a" };
        let float = if self.kind == SampleKind::Float { "F" } else { "" };
        format!("{colors}{alpha}{}{float}", self.bits)
    }

    /// The number of planes, and of samples that lie together in each.
    pub(crate) fn planes(&self) -> (u16, u16) {
        if self.planar { (self.samples, 1) } else { (1, self.samples) }
    }
}

impl Photometric {
    /// The samples of a pixel that are colours.
    pub(crate) fn samples(self) -> usize {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero | Self::Palette => 1,
            Self::Rgb | Self::YCbCr | Self::CieLab | Self::IccLab => 3,
            Self::Cmyk => 4,
        }
    }

    /// Whether colours that have to be calculated can be, from samples of this depth.
    fn is_calculated_from(self, bits: u8, kind: SampleKind) -> bool {
        let whole = kind == SampleKind::Unsigned;
        match self {
            Self::Cmyk | Self::YCbCr => whole && matches!(bits, 8 | 16),
            Self::CieLab | Self::IccLab => whole && bits == 8,
            Self::WhiteIsZero | Self::BlackIsZero | Self::Rgb | Self::Palette => true,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::WhiteIsZero | Self::BlackIsZero => "grey",
            Self::Palette => "a palette",
            Self::Rgb => "RGB",
            Self::YCbCr => "YCbCr",
            Self::Cmyk => "CMYK",
            Self::CieLab | Self::IccLab => "CIE L*a*b*",
        }
    }
}

impl SampleKind {
    fn name(self) -> &'static str {
        match self {
            Self::Unsigned => "unsigned",
            Self::Signed => "signed",
            Self::Float => "float",
        }
    }
}

fn unreadable(fault: IfdFault) -> Error {
    match fault {
        IfdFault::FewerTags { found, stated } => Error::truncated(NAME, format!("{found} tags of {stated}")),
        IfdFault::Outside { tag } => {
            Error::truncated(NAME, format!("the values of {} lie beyond the end of the file", tag::name(tag)))
        }
        IfdFault::UnknownType { tag, kind } => {
            Error::decode(NAME, format!("{} has values of an unknown type, {kind}", tag::name(tag)))
        }
        IfdFault::NoNumbers { tag, kind } => {
            Error::decode(NAME, format!("{} holds no counts (type {kind})", tag::name(tag)))
        }
        IfdFault::TooMany { tag, count } => {
            Error::decode(NAME, format!("{} has {count} values", tag::name(tag)))
        }
    }
}

pub(super) fn side(ifd: &Ifd<'_>, tag: u16, name: &'static str) -> Result<u32> {
    let found = ifd.number(tag);
    found.and_then(|side| u32::try_from(side).ok()).filter(|&side| side > 0).ok_or_else(|| {
        Error::decode(NAME, format!("{name} is {}", found.map_or("missing".into(), |n| n.to_string())))
    })
}

/// The one value that all samples of a pixel have in common.
fn uniform(ifd: &Ifd<'_>, tag: u16, default: u64, what: &'static str) -> Result<u8> {
    let values = ifd.numbers(tag).filter(|values| !values.is_empty()).unwrap_or_else(|| vec![default]);
    if values.iter().any(|value| *value != values[0]) {
        return Err(unsupported(format!("samples of unequal {what} ({})", printed(&values))));
    }
    u8::try_from(values[0]).map_err(|_| Error::decode(NAME, format!("{} {what} a sample", values[0])))
}

/// The first of the values of a tag, for errors.
fn printed(values: &[u64]) -> String {
    let first: Vec<String> = values.iter().take(6).map(u64::to_string).collect();
    let rest = if values.len() > 6 { format!(" and {} more", values.len() - 6) } else { String::new() };
    format!("{}{rest}", first.join(", "))
}

fn sample_kind(ifd: &Ifd<'_>) -> Result<SampleKind> {
    match uniform(ifd, tag::SAMPLE_FORMAT, 1, "sample formats")? {
        1 | 4 => Ok(SampleKind::Unsigned),
        2 => Ok(SampleKind::Signed),
        3 => Ok(SampleKind::Float),
        5 | 6 => Err(unsupported("complex samples")),
        other => Err(Error::decode(NAME, format!("SampleFormat is {other}"))),
    }
}

fn photometric(ifd: &Ifd<'_>) -> Result<Photometric> {
    match ifd.number(tag::PHOTOMETRIC).unwrap_or(0) {
        0 => Ok(Photometric::WhiteIsZero),
        1 => Ok(Photometric::BlackIsZero),
        2 => Ok(Photometric::Rgb),
        3 => Ok(Photometric::Palette),
        4 => Err(unsupported("a transparency mask in place of a picture")),
        5 if ifd.number(tag::INK_SET).unwrap_or(1) != 1 => Err(unsupported("inks other than CMYK")),
        5 => Ok(Photometric::Cmyk),
        6 => Ok(Photometric::YCbCr),
        8 => Ok(Photometric::CieLab),
        9 => Ok(Photometric::IccLab),
        10 => Err(unsupported("ITU L*a*b* colours")),
        32_803 => Err(unsupported("a colour filter array (camera raw)")),
        34_892 => Err(unsupported("linear raw colours (camera raw)")),
        32_844 | 32_845 => Err(unsupported("LogLuv colours")),
        other => Err(unsupported(format!("PhotometricInterpretation {other}"))),
    }
}

fn compression(ifd: &Ifd<'_>) -> Result<u16> {
    let compression = ifd.number(tag::COMPRESSION).unwrap_or(1);
    let name = match compression {
        // None, LZW, Deflate under two numbers, PackBits, WebP.
        1 | 5 | 8 | 32_946 | 32_773 | 50_001 => return Ok(compression as u16),
        4 => return Ok(GROUP_4),
        7 => return Ok(JPEG),
        50_000 if cfg!(feature = "tiff-zstd") => return Ok(ZSTD),
        50_000 => "Zstandard compression (build with feature `tiff-zstd`)",
        2 => "CCITT run-length compression",
        3 => "CCITT Group 3 compression",
        6 => "old-style JPEG compression",
        32_766 => "NeXT compression",
        32_809 => "ThunderScan compression",
        34_661 => "JBIG compression",
        34_676 | 34_677 => "SGI LogLuv compression",
        33_003 | 33_005 | 34_712 => "JPEG 2000 compression",
        34_887 => "LERC compression",
        34_925 => "LZMA compression",
        50_002 | 52_546 => "JPEG XL compression",
        other => return Err(unsupported(format!("compression {other}"))),
    };
    Err(unsupported(name))
}

fn subsampling(ifd: &Ifd<'_>) -> Result<(u32, u32)> {
    match ifd.numbers(tag::CHROMA_SUBSAMPLING).as_deref() {
        None => Ok((2, 2)),
        Some(&[across @ (1 | 2 | 4), down @ (1 | 2 | 4)]) => Ok((across as u32, down as u32)),
        Some(other) => Err(Error::decode(NAME, format!("YCbCrSubSampling is {}", printed(other)))),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use super::*;
    use crate::images::ifd::Endian;
    use crate::images::tiff::overlay::Overlay;

    /// More tiles than 64 bits can count.
    #[test]
    fn sides_beyond_every_file_are_no_overflow() {
        let most = u64::from(u32::MAX);
        let tags = [
            (tag::IMAGE_WIDTH, vec![most]),
            (tag::IMAGE_LENGTH, vec![most]),
            (tag::PHOTOMETRIC, vec![2]),
            (tag::SAMPLES_PER_PIXEL, vec![3]),
            (tag::PLANAR_CONFIGURATION, vec![2]),
            (tag::TILE_WIDTH, vec![1]),
            (tag::TILE_LENGTH, vec![1]),
            (tag::TILE_OFFSETS, vec![16]),
            (tag::TILE_BYTE_COUNTS, vec![1]),
        ];
        let mut file = Vec::new();
        Overlay::new(&[], Endian::Little, &tags).read_to_end(&mut file).unwrap();
        let error = Page::read(&Ifd::first(&file).unwrap(), file.len() as u64).unwrap_err();
        assert!(error.to_string().starts_with("truncated TIFF image: 1 strips or tiles of"), "{error}");
    }
}
