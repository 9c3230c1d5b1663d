//! A decoded image in host memory.

use ndarray::{ArrayView3, ArrayViewMut3};
use serde::{Deserialize, Serialize};

use crate::arrays::pack;
use crate::error::{Error, Result};
use crate::images::ColorMode;

/// A width and a height in pixels.
///
/// ```
/// use burn_prep::images::ImageSize;
/// assert_eq!(ImageSize::new(640, 480).to_string(), "640x480");
/// assert_eq!(ImageSize::square(224).area(), 50_176);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ImageSize {
    /// Pixels in a row.
    pub width: u32,
    /// Rows.
    pub height: u32,
}

impl ImageSize {
    /// `width` by `height`.
    pub fn new(width: u32, height: u32) -> Self {
        Self { width, height }
    }

    /// `side` by `side`.
    pub fn square(side: u32) -> Self {
        Self::new(side, side)
    }

    /// The number of pixels.
    pub fn area(self) -> u64 {
        u64::from(self.width) * u64::from(self.height)
    }
}

impl std::fmt::Display for ImageSize {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.pad(&format!("{}x{}", self.width, self.height))
    }
}

/// An image: `[H, W, C]`, `u8` samples in 0..=255, rows from top to bottom, channels interleaved.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
///
/// let image = Image::new(ImageSize::new(2, 1), ColorMode::Rgb, vec![1, 2, 3, 4, 5, 6])?;
/// assert_eq!(image.view().shape(), [1, 2, 3]);          // H, W, C
/// assert_eq!(image.view()[[0, 1, 2]], 6);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    size: ImageSize,
    mode: ColorMode,
    pixels: Vec<u8>,
}

impl Image {
    /// An image of the given samples, which are moved.
    ///
    /// # Errors
    ///
    /// A side is 0, or `pixels` does not hold `height * width * channels` samples.
    pub fn new(size: ImageSize, mode: ColorMode, pixels: Vec<u8>) -> Result<Self> {
        let samples = size.area().checked_mul(mode.channels() as u64);
        if size.area() == 0 || samples != Some(pixels.len() as u64) {
            let expected = format!("{} samples for {size} {mode}, no side 0", samples.unwrap_or(0));
            return Err(Error::shape("Image::new", [pixels.len()], expected));
        }
        Ok(Self { size, mode, pixels })
    }

    /// A gray image of 32x32 samples.
    pub(crate) fn gray32(samples: [u8; 1024]) -> Self {
        Self { size: ImageSize::square(32), mode: ColorMode::L, pixels: samples.into() }
    }

    /// An image from an array `[H, W, C]` of samples in 0..=255, of any strides, which are copied. `C` is 1 to 4. Use it for
    /// pictures that another program decoded.
    ///
    /// # Errors
    ///
    /// `C` is not 1 to 4, or a side is 0.
    ///
    /// ```
    /// use burn_prep::arrays::Layout;
    /// use burn_prep::images::Image;
    /// use ndarray::array;
    ///
    /// let image = Image::from_array(array![[[1_u8, 2, 3], [4, 5, 6]]].view())?;
    /// assert_eq!((image.size().width, image.pixels()), (2, &[1, 2, 3, 4, 5, 6][..]));
    ///
    /// let planes = array![[[1_u8, 4]], [[2, 5]], [[3, 6]]];                            // [C, H, W]
    /// assert_eq!(Image::from_array(Layout::Nchw.permute_image(planes.view(), Layout::Nhwc))?, image);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "fromarray")]
    pub fn from_array(samples: ArrayView3<'_, u8>) -> Result<Self> {
        let (size, mode) = size_and_mode("Image::from_array", samples.dim().into())?;
        Self::new(size, mode, pack(samples).into_raw_vec_and_offset().0)
    }

    /// An image from floats `[H, W, C]` in 0..=1, each multiplied by 255 and rounded; values
    /// outside are clamped. `C` is 1 to 4. For pictures to look at.
    ///
    /// # Errors
    ///
    /// `C` is not 1 to 4, a side is 0, or a value is NaN.
    ///
    /// ```
    /// use burn_prep::images::Image;
    /// use ndarray::array;
    ///
    /// let image = Image::from_unit(array![[[0.0_f32], [0.5], [1.2]]].view())?;
    /// assert_eq!(image.pixels(), [0, 128, 255]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn from_unit(values: ArrayView3<'_, f32>) -> Result<Self> {
        let (size, mode) = size_and_mode("Image::from_unit", values.dim().into())?;
        if let Some((at, _)) = values.indexed_iter().find(|(_, value)| value.is_nan()) {
            return Err(Error::parameter("value", format!("NaN at {at:?}"), "a number"));
        }
        let pixels = values.iter().map(|value| (value.clamp(0.0, 1.0) * 255.0).round() as u8).collect();
        Self::new(size, mode, pixels)
    }

    /// Width and height.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![7, 9])?;
    /// assert_eq!((image.size().width, image.size().height), (2, 1));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn size(&self) -> ImageSize {
        self.size
    }

    /// The channels.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![7, 9])?;
    /// assert_eq!(image.mode(), ColorMode::L);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn mode(&self) -> ColorMode {
        self.mode
    }

    /// The samples, row by row.
    pub fn pixels(&self) -> &[u8] {
        &self.pixels
    }

    /// The samples, row by row, to be changed.
    pub(crate) fn pixels_mut(&mut self) -> &mut [u8] {
        &mut self.pixels
    }

    /// Unwraps the samples, row by row, without a copy.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![7, 9])?;
    /// assert_eq!(image.into_pixels(), [7, 9]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_pixels(self) -> Vec<u8> {
        self.pixels
    }

    /// The shape of the image, `[H, W, C]`.
    pub fn shape(&self) -> [usize; 3] {
        [self.size.height as usize, self.size.width as usize, self.mode.channels()]
    }

    /// The samples as an array `[H, W, C]`, without a copy.
    pub fn view(&self) -> ArrayView3<'_, u8> {
        ArrayView3::from_shape(self.shape(), &self.pixels).expect("Image::new checked the length")
    }

    /// The samples as a mutable array `[H, W, C]`, without a copy.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// let mut image = Image::new(ImageSize::new(1, 1), ColorMode::L, vec![3])?;
    /// image.view_mut()[[0, 0, 0]] = 4;
    /// assert_eq!(image.pixels(), [4]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn view_mut(&mut self) -> ArrayViewMut3<'_, u8> {
        ArrayViewMut3::from_shape(self.shape(), &mut self.pixels).expect("Image::new checked the length")
    }
}

/// Of an image of this shape, `[H, W, C]`.
fn size_and_mode(op: &'static str, shape: [usize; 3]) -> Result<(ImageSize, ColorMode)> {
    let [height, width, channels] = shape;
    let mode = ColorMode::of_channels(channels).ok_or_else(|| Error::shape(op, shape, "[H, W, 1 to 4]"))?;
    let side = |n: usize| u32::try_from(n).map_err(|_| Error::shape(op, shape, "sides below 2^32"));
    Ok((ImageSize::new(side(width)?, side(height)?), mode))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_samples_is_checked() {
        let size = ImageSize::new(2, 2);
        assert!(Image::new(size, ColorMode::L, vec![0; 4]).is_ok());
        let error = Image::new(size, ColorMode::Rgb, vec![0; 4]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Image::new: found shape [4], expected 12 samples for 2x2 RGB, no side 0"
        );
        assert!(Image::new(ImageSize::new(0, 2), ColorMode::L, vec![]).is_err());
        assert!(Image::new(ImageSize::square(u32::MAX), ColorMode::Rgba, vec![]).is_err());
    }
}
