//! Image formats, told by content and by file name.

use std::fmt;
use std::path::Path;

use serde::Serialize;

/// An image format that the crate reads; or [`Memory`](Self::Memory), of pictures that come without a file.
///
/// The content decides how a file is decoded; the extension is only compared with it.
///
/// ```
/// use burn_prep::source::ImageFormat;
///
/// assert_eq!(ImageFormat::sniff(b"\x89PNG\r\n\x1a\n"), Some(ImageFormat::Png));
/// assert_eq!(ImageFormat::from_path("a/B.JPEG".as_ref()), Some(ImageFormat::Jpeg));
/// assert_eq!(ImageFormat::from_path("notes.txt".as_ref()), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum ImageFormat {
    /// JPEG with Huffman coding, baseline and progressive.
    Jpeg,
    /// PNG, and the first frame of an APNG.
    Png,
    /// WebP, lossy and lossless; the first frame of an animation.
    WebP,
    /// Windows bitmap.
    Bmp,
    /// GIF, first frame.
    Gif,
    /// TIFF, first page.
    Tiff,
    /// No file: pixels in memory, such as those of an array or a batch. Neither a signature nor an extension tells it.
    Memory,
}

/// How many bytes [`ImageFormat::sniff`] looks at.
pub(crate) const SNIFF_LEN: usize = 32;

/// Extensions of images that are not read: listed so that such a file is reported, not overlooked.
const UNREAD_EXTENSIONS: [&str; 19] = [
    "heic", "heif", "avif", "jxl", "jp2", "ico", "psd", "svg", "exr", "hdr", "tga", "dds", "qoi", "pbm",
    "pgm", "ppm", "pnm", "pam", "pfm",
];

/// Extensions of cameras' raw files, which are not read either.
const RAW_EXTENSIONS: [&str; 9] = ["dng", "nef", "cr2", "arw", "pef", "srw", "orf", "rw2", "raf"];

/// The sizes of the second header of a BMP file: "BM" alone begins many a text.
const BMP_HEADER_SIZES: [u8; 8] = [12, 16, 40, 52, 56, 64, 108, 124];

impl ImageFormat {
    /// Every format, as text for messages.
    pub(crate) const NAMES: &'static str = "JPEG, PNG, WebP, BMP, GIF or TIFF";

    /// Detects the format by the signature at the start of `bytes`; 32 bytes are enough.
    #[doc(alias = "imghdr")]
    pub fn sniff(bytes: &[u8]) -> Option<Self> {
        let at = |offset: usize, magic: &[u8]| bytes.get(offset..offset + magic.len()) == Some(magic);
        if at(0, &[0xFF, 0xD8, 0xFF]) {
            Some(Self::Jpeg)
        } else if at(0, b"\x89PNG\r\n\x1a\n") {
            Some(Self::Png)
        } else if at(0, b"RIFF") && at(8, b"WEBP") {
            Some(Self::WebP)
        } else if at(0, b"GIF87a") || at(0, b"GIF89a") {
            Some(Self::Gif)
        } else if at(0, b"II*\0") || at(0, b"MM\0*") || at(0, b"II+\0") || at(0, b"MM\0+") {
            Some(Self::Tiff)
        } else if at(0, b"BM") && BMP_HEADER_SIZES.iter().any(|&size| at(14, &[size, 0, 0, 0])) {
            Some(Self::Bmp)
        } else {
            None
        }
    }

    /// The format that the extension of `path` names, in any case of letters.
    pub fn from_path(path: &Path) -> Option<Self> {
        Some(match extension(path)?.as_str() {
            "jpg" | "jpeg" | "jpe" | "jfif" => Self::Jpeg,
            "png" | "apng" => Self::Png,
            "webp" => Self::WebP,
            "bmp" | "dib" => Self::Bmp,
            "gif" => Self::Gif,
            "tif" | "tiff" => Self::Tiff,
            _ => return None,
        })
    }

    /// The name as its standard writes it.
    ///
    /// ```
    /// assert_eq!(burn_prep::source::ImageFormat::WebP.name(), "WebP");
    /// ```
    pub fn name(self) -> &'static str {
        match self {
            Self::Jpeg => "JPEG",
            Self::Png => "PNG",
            Self::WebP => "WebP",
            Self::Bmp => "BMP",
            Self::Gif => "GIF",
            Self::Tiff => "TIFF",
            Self::Memory => "memory",
        }
    }
}

impl fmt::Display for ImageFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Whether the extension is one that image files have, read here or not.
pub(crate) fn has_image_extension(path: &Path) -> bool {
    ImageFormat::from_path(path).is_some()
        || extension(path).is_some_and(|ext| UNREAD_EXTENSIONS.contains(&ext.as_str()))
        || is_camera_raw(path)
}

/// Whether the extension is that of a camera's raw files.
pub(crate) fn is_camera_raw(path: &Path) -> bool {
    extension(path).is_some_and(|ext| RAW_EXTENSIONS.contains(&ext.as_str()))
}

/// The name of an image format that is known and not read, by its first bytes.
pub(crate) fn unread_format(bytes: &[u8]) -> Option<&'static str> {
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..offset + magic.len()) == Some(magic);
    let brand = |brands: &[&[u8; 4]]| at(4, b"ftyp") && brands.iter().any(|&brand| at(8, brand));
    Some(if brand(&[b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"]) {
        "HEIC"
    } else if brand(&[b"avif", b"avis"]) {
        "AVIF"
    } else if brand(&[b"crx "]) {
        "camera raw"
    } else if at(0, &[0xFF, 0x0A]) || at(4, b"JXL \r\n") {
        "JPEG XL"
    } else if at(4, b"jP  \r\n") || at(0, &[0xFF, 0x4F, 0xFF, 0x51]) {
        "JPEG 2000"
    } else if at(0, b"8BPS") {
        "Photoshop"
    } else if at(0, &[0, 0, 1, 0]) && bytes.get(5) == Some(&0) {
        "icon"
    } else if at(0, b"DDS ") {
        "DDS"
    } else if at(0, b"qoif") {
        "QOI"
    } else if matches!(bytes, [b'P', b'1'..=b'7' | b'F' | b'f', end, ..] if end.is_ascii_whitespace()) {
        "Netpbm"
    } else if at(0, &[0x76, 0x2F, 0x31, 0x01]) {
        "OpenEXR"
    } else if at(0, b"#?RADIANCE") || at(0, b"#?RGBE") {
        "Radiance HDR"
    } else if at(0, b"FUJIFILMCCD-RAW") || at(0, b"IIU\0") || at(0, b"IIRO") || at(0, b"MMOR") {
        "camera raw"
    } else if at(0, &[40, 0, 0, 0]) && at(12, &[1, 0]) {
        "DIB (BMP without its file header)"
    } else {
        return None;
    })
}

/// What bytes in no image format seem to be, in words.
pub(crate) fn describe_unknown(bytes: &[u8]) -> String {
    let at = |offset: usize, magic: &[u8]| bytes.get(offset..offset + magic.len()) == Some(magic);
    let known = if at(0, b"%PDF") {
        "a PDF document"
    } else if at(0, b"PK\x03\x04") {
        "a zip archive"
    } else if at(0, b"<svg") || at(0, b"<?xml") || at(0, b"<!DOC") || at(0, b"<html") {
        "markup text"
    } else if bytes.iter().take(SNIFF_LEN).all(|b| b.is_ascii_graphic() || b.is_ascii_whitespace()) {
        "text"
    } else if bytes.iter().all(|&b| b == 0) {
        "only zero bytes"
    } else {
        let head: Vec<String> = bytes.iter().take(8).map(|b| format!("{b:02x}")).collect();
        return format!("bytes {}", head.join(" "));
    };
    known.to_owned()
}

fn extension(path: &Path) -> Option<String> {
    Some(path.extension()?.to_str()?.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_is_told_by_its_signature() {
        let cases: [(&[u8], Option<ImageFormat>); 8] = [
            (&[0xFF, 0xD8, 0xFF, 0xE0], Some(ImageFormat::Jpeg)),
            (b"RIFF\0\0\0\0WEBPVP8 ", Some(ImageFormat::WebP)),
            (b"RIFF\0\0\0\0WAVEfmt ", None),
            (b"GIF89a", Some(ImageFormat::Gif)),
            (b"MM\0*\0\0\0\x08", Some(ImageFormat::Tiff)),
            (b"BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0", Some(ImageFormat::Bmp)),
            (b"BMW drivers' handbook, 3rd edition", None),
            (b"", None),
        ];
        for (bytes, format) in cases {
            assert_eq!(ImageFormat::sniff(bytes), format, "{bytes:?}");
        }
    }

    #[test]
    fn unknown_content_is_named() {
        assert_eq!(unread_format(b"\0\0\0\x18ftypheic"), Some("HEIC"));
        assert_eq!(unread_format(b"\0\0\0\x18ftypisom"), None);
        assert_eq!(unread_format(b"8BPS\0\x01"), Some("Photoshop"));
        assert_eq!(unread_format(b"P6\n2 2\n255\n"), Some("Netpbm"));
        assert_eq!(unread_format(b"P6: the sixth point"), None);
        for name in ["a.PPM", "a.dds", "a.qoi"] {
            assert!(has_image_extension(name.as_ref()), "{name}");
        }
        assert_eq!(describe_unknown(b"this is not an image\n"), "text");
        assert_eq!(describe_unknown(&[0; 40]), "only zero bytes");
        assert_eq!(describe_unknown(&[1, 2, 255]), "bytes 01 02 ff");
    }
}
