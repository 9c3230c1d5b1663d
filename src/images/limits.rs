//! Limits that a file is checked against before anything is allocated.

use crate::error::{ErrorKind, Result};
use crate::source::check_length;

/// Upper bounds that a file's header is checked against before its pixels are decoded.
///
/// The defaults accept every camera's photographs and refuse decompression bombs: 1 GiB of file,
/// 50,000 pixels a side, 178,956,970 pixels in all (Pillow's bound), 1 GiB of decoded pixels.
///
/// ```
/// use burn_prep::error::ErrorKind;
/// use burn_prep::images::{Decoder, Limits};
///
/// let bomb = std::fs::read("assets/hostile/bomb.png").unwrap();   // 60,000 x 60,000 in 1 KB
/// let error = Decoder::rgb8().decode(&bomb).unwrap_err();
/// assert!(matches!(error.kind(), ErrorKind::Limit { what: "max_side", found: 60_000, .. }));
///
/// let strict = Decoder::rgb8().limits(Limits::new().max_pixels(100));
/// let photo = std::fs::read("assets/photos/animals/cat_eyes.jpg").unwrap();
/// assert!(strict.decode(&photo).unwrap_err().is_data());
/// ```
#[doc(alias = "MAX_IMAGE_PIXELS")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    max_file_bytes: u64,
    max_side: u64,
    max_pixels: u64,
    max_decoder_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file_bytes: 1 << 30,
            max_side: 50_000,
            max_pixels: 178_956_970,
            max_decoder_bytes: 1 << 30,
        }
    }
}

impl Limits {
    /// The default limits.
    pub fn new() -> Self {
        Self::default()
    }

    /// The largest file that is read, in bytes.
    ///
    /// ```
    /// use burn_prep::images::{Decoder, Limits};
    /// let decoder = Decoder::rgb8().limits(Limits::new().max_file_bytes(10));
    /// assert!(decoder.decode(&[0; 11]).unwrap_err().to_string().starts_with("max_file_bytes is 11"));
    /// ```
    #[must_use]
    pub fn max_file_bytes(mut self, bytes: u64) -> Self {
        self.max_file_bytes = bytes;
        self
    }

    /// The largest width and height, in pixels.
    #[must_use]
    pub fn max_side(mut self, pixels: u64) -> Self {
        self.max_side = pixels;
        self
    }

    /// The largest product of width and height.
    #[must_use]
    pub fn max_pixels(mut self, pixels: u64) -> Self {
        self.max_pixels = pixels;
        self
    }

    /// The largest decoded size, in bytes of the file's own mode and depth.
    ///
    /// ```
    /// use burn_prep::images::{Decoder, Limits};
    /// let decoder = Decoder::rgb8().limits(Limits::new().max_decoder_bytes(100));
    /// let error = decoder.decode_file("assets/hostile/bitmap.bmp".as_ref()).unwrap_err();
    /// assert!(error.to_string().contains("max_decoder_bytes is 7200"));     // 60 x 40 x 3
    /// ```
    #[must_use]
    pub fn max_decoder_bytes(mut self, bytes: u64) -> Self {
        self.max_decoder_bytes = bytes;
        self
    }

    pub(crate) fn file_bytes(&self) -> u64 {
        self.max_file_bytes
    }

    pub(crate) fn check_file(&self, bytes: u64) -> Result<()> {
        check_length(bytes, self.max_file_bytes)
    }

    pub(crate) fn check_image(&self, width: u64, height: u64, decoded_bytes: u64) -> Result<()> {
        check("max_side", width.max(height), self.max_side)?;
        check("max_pixels", width.saturating_mul(height), self.max_pixels)?;
        self.check_decoder_bytes(decoded_bytes)
    }

    /// For what a decoder allocates besides the pixels.
    pub(crate) fn check_decoder_bytes(&self, bytes: u64) -> Result<()> {
        check("max_decoder_bytes", bytes, self.max_decoder_bytes)
    }

    pub(crate) fn decoder_bytes(&self) -> u64 {
        self.max_decoder_bytes
    }

    /// The same bounds for a decoder of the `image` crate, for what it allocates besides the pixels.
    pub(crate) fn for_decoder(&self) -> image::Limits {
        let mut limits = image::Limits::no_limits();
        limits.max_alloc = Some(self.max_decoder_bytes);
        limits
    }
}

fn check(what: &'static str, found: u64, allowed: u64) -> Result<()> {
    if found > allowed {
        return Err(ErrorKind::Limit { what, found, allowed }.into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_named_when_it_is_passed() {
        let limits = Limits::new().max_side(10).max_pixels(50).max_decoder_bytes(120).max_file_bytes(7);
        let what = |result: Result<()>| match result.map_err(|e| e.to_string()) {
            Ok(()) => "fits".to_owned(),
            Err(message) => message.split(' ').next().unwrap_or_default().to_owned(),
        };
        assert_eq!(what(limits.check_image(5, 8, 120)), "fits");
        assert_eq!(what(limits.check_image(11, 1, 1)), "max_side");
        assert_eq!(what(limits.check_image(10, 10, 1)), "max_pixels");
        assert_eq!(what(limits.check_image(5, 8, 121)), "max_decoder_bytes");
        assert_eq!(what(limits.check_image(u64::MAX, u64::MAX, 1)), "max_side");
        assert_eq!(what(limits.check_file(8)), "max_file_bytes");
    }
}
