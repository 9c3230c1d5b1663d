//! Padding of images of different sizes to one size.
//!
//! It is no transform: a transform sees one image, and the size of a batch is known only when all of its images
//! are, after their transforms.

use ndarray::{Array4, ArrayView3, ArrayViewMut3, Axis};
use rayon::prelude::*;

use crate::arrays::{ArrayElement, Layout};
use crate::error::{Error, Result, SequenceFault};
use crate::images::extents::ImageSlot;
use crate::images::{ImageExtents, ImageSize, PaddedImages};
use crate::memory;

/// The position of an image within the padded one.
///
/// ```
/// use burn_prep::images::{Anchor, ImagePadding, ImageSize};
/// let image = ndarray::Array3::<u8>::zeros([1, 1, 2]);
/// let padding = ImagePadding::new(9).exactly(ImageSize::square(5));
/// let offset = |anchor| padding.clone().anchor(anchor).pad(&[image.view()]).map(|padded| padded.offsets()[0]);
/// assert_eq!((offset(Anchor::TopLeft)?, offset(Anchor::Center)?), ([0, 0], [1, 2]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Anchor {
    /// At the top left: pixel coordinates stay as they are.
    #[default]
    TopLeft,
    /// In the middle; of an odd number of rows or columns to fill, one more is below or on the right.
    Center,
}

/// Pads images of different sizes into one batch, with a given fill, size and position.
///
/// The batch is as high as the highest image and as wide as the widest, or as
/// [`ImagePadding::at_least`] says where that is more, rounded up to a multiple.
///
/// ```
/// use burn_prep::images::ImagePadding;
/// use ndarray::Array3;
///
/// // As torchvision's detection models have it: bottom and right, both sides multiples of 32.
/// let images = [Array3::<f32>::ones([3, 40, 50]), Array3::ones([3, 33, 64])];
/// let padded = ImagePadding::new(0.0)
///     .multiple_of(32)
///     .pad(&images.each_ref().map(|image| image.view()))?;
/// assert_eq!(padded.data().shape(), [2, 3, 64, 64]);
/// assert_eq!(padded.data().sum(), 3.0 * (40.0 * 50.0 + 33.0 * 64.0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "GeneralizedRCNNTransform")]
#[doc(alias = "fn.pad")]
#[doc(alias = "nested_tensor_from_tensor_list")]
#[doc(alias = "batch_images")]
#[doc(alias = "size_divisibility")]
#[derive(Debug, Clone, PartialEq)]
pub struct ImagePadding<T> {
    fill: Vec<T>,
    layout: Layout,
    anchor: Anchor,
    at_least: ImageSize,
    exactly: Option<ImageSize>,
    multiple: usize,
}

impl<T: ArrayElement> ImagePadding<T> {
    /// Pads images `[C, H, W]` below and on the right, with `fill` in all channels.
    #[doc(alias = "pad_value")]
    pub fn new(fill: T) -> Self {
        Self::per_channel([fill])
    }

    /// Pads each channel with its own value; a single value is for all channels.
    ///
    /// ```
    /// use burn_prep::arrays::Layout;
    /// use burn_prep::images::{ImagePadding, ImageSize};
    /// let image = ndarray::Array3::<u8>::zeros([1, 1, 3]);
    /// let padding = ImagePadding::per_channel([1, 2, 3]).layout(Layout::Nhwc).exactly(ImageSize::new(2, 1));
    /// let padded = padding.pad(&[image.view()])?;
    /// assert_eq!(padded.data(), ndarray::array![[[[0, 0, 0], [1, 2, 3]]]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn per_channel(fill: impl Into<Vec<T>>) -> Self {
        Self {
            fill: fill.into(),
            layout: Layout::Nchw,
            anchor: Anchor::default(),
            at_least: ImageSize::square(0),
            exactly: None,
            multiple: 1,
        }
    }

    /// Sets the order of the axes of the images and of the batch.
    #[must_use]
    pub fn layout(mut self, layout: Layout) -> Self {
        self.layout = layout;
        self
    }

    /// Sets the position of an image within the padded one.
    #[must_use]
    pub fn anchor(mut self, anchor: Anchor) -> Self {
        self.anchor = anchor;
        self
    }

    /// Sets the smallest size of the batch, before it is rounded up to a multiple.
    ///
    /// ```
    /// use burn_prep::images::{ImagePadding, ImageSize};
    /// let image = ndarray::Array3::<u8>::zeros([1, 3, 3]);
    /// let padding = ImagePadding::new(0).at_least(ImageSize::new(5, 2)).multiple_of(2);
    /// assert_eq!(padding.pad(&[image.view()])?.data().shape(), [1, 1, 4, 6]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "min_hw")]
    #[must_use]
    pub fn at_least(mut self, size: ImageSize) -> Self {
        self.at_least = size;
        self
    }

    /// Sets the size of the batch, whatever the images' sizes and the multiple; a larger image is an error.
    #[must_use]
    pub fn exactly(mut self, size: ImageSize) -> Self {
        self.exactly = Some(size);
        self
    }

    /// Rounds the height and width of the batch up to multiples of `multiple`; 0 is an error when images are padded.
    #[doc(alias = "size_divisor")]
    #[must_use]
    pub fn multiple_of(mut self, multiple: usize) -> Self {
        self.multiple = multiple;
        self
    }

    /// Pads images, `[C, H, W]` or `[H, W, C]` as [`ImagePadding::layout`] says, with any strides, into
    /// one batch: one allocation, filled and copied by all of rayon's threads. An image without pixels
    /// is legal and all padding.
    ///
    /// # Errors
    ///
    /// There are no images, for then there is no number of channels; images have unequal numbers of
    /// channels, or another one than there are fills; an image is larger than
    /// [`ImagePadding::exactly`]; or memory does not hold the batch.
    pub fn pad(&self, images: &[ArrayView3<'_, T>]) -> Result<PaddedImages<T>> {
        let (channel_axis, height_axis) = match self.layout {
            Layout::Nchw => (0, 1),
            Layout::Nhwc => (2, 0),
        };
        let what = "ImagePadding::pad";
        let channels = images
            .first()
            .map(|image| image.shape()[channel_axis])
            .ok_or(SequenceFault::EmptyBatch { what })?;
        if self.fill.len() != 1 && self.fill.len() != channels {
            let expected = format!("[1] or [{channels}] fills, as there are channels");
            return Err(Error::shape("ImagePadding::per_channel", [self.fill.len()], expected));
        }
        let mut sizes = Vec::with_capacity(images.len());
        for (index, image) in images.iter().enumerate() {
            let (shape, found) = (image.shape(), image.shape()[channel_axis]);
            if found != channels {
                return Err(SequenceFault::ChannelMismatch { image: index, found, expected: channels }.into());
            }
            let size = [shape[height_axis + 1], shape[height_axis]].map(u32::try_from);
            let [Ok(width), Ok(height)] = size else {
                return Err(Error::shape(what, shape, "sides that are a u32").at_index(index));
            };
            sizes.push(ImageSize::new(width, height));
        }
        let size = self.size_of(&sizes)?;
        let mut data = self.filled(images.len(), channels, size)?;
        let gap = |whole: u32, part: u32| match self.anchor {
            Anchor::TopLeft => 0,
            Anchor::Center => (whole - part) / 2,
        };
        let offset = |own: &ImageSize| [gap(size.width, own.width), gap(size.height, own.height)];
        let offsets: Vec<[u32; 2]> = sizes.iter().map(offset).collect();
        let places = sizes.iter().zip(&offsets).map(|(&size, &offset)| ImageSlot::of(size, offset));
        let parts: Vec<_> = data.outer_iter_mut().zip(images).zip(places).collect();
        parts.into_par_iter().for_each(|((mut padded, image), place)| {
            if self.fill.len() > 1 {
                self.fill_channels(padded.view_mut(), channel_axis);
            }
            if let Some(place) = place {
                padded.slice_mut(place.slice(self.layout)).assign(image);
            }
        });
        let height_width = [data.shape()[height_axis + 1], data.shape()[height_axis + 2]];
        let extents = ImageExtents { layout: self.layout, height_width, sizes, offsets };
        Ok(PaddedImages::new(data, extents))
    }

    fn size_of(&self, sizes: &[ImageSize]) -> Result<ImageSize> {
        let largest = sizes.iter().fold(ImageSize::square(0), |largest, size| {
            ImageSize::new(largest.width.max(size.width), largest.height.max(size.height))
        });
        if let Some(exactly) = self.exactly {
            let fits = |size: &ImageSize| size.width <= exactly.width && size.height <= exactly.height;
            return match sizes.iter().position(|size| !fits(size)) {
                None => Ok(exactly),
                Some(index) => {
                    let found = [sizes[index].height, sizes[index].width];
                    let expected =
                        format!("at most [{}, {}] (ImagePadding::exactly)", exactly.height, exactly.width);
                    Err(Error::shape("ImagePadding::pad", found, expected).at_index(index))
                }
            };
        }
        if self.multiple == 0 {
            return Err(Error::parameter("ImagePadding::multiple_of", 0, "1 or more"));
        }
        let rounded = |side: u32, least: u32| {
            let side = side.max(least);
            let rounded = u64::from(side).checked_next_multiple_of(self.multiple as u64);
            rounded
                .and_then(|side| u32::try_from(side).ok())
                .ok_or_else(|| Error::shape("ImagePadding::pad", [side], "a side that is a u32 rounded up"))
        };
        Ok(ImageSize::new(
            rounded(largest.width, self.at_least.width)?,
            rounded(largest.height, self.at_least.height)?,
        ))
    }

    fn filled(&self, images: usize, channels: usize, size: ImageSize) -> Result<Array4<T>> {
        let found = (images, channels, size.height, size.width);
        let too_large = || Error::shape("ImagePadding::pad", found, "a size that fits into memory");
        let sides = [size.height, size.width].map(usize::try_from);
        let [Ok(height), Ok(width)] = sides else { return Err(too_large()) };
        let shape = match self.layout {
            Layout::Nchw => [images, channels, height, width],
            Layout::Nhwc => [images, height, width, channels],
        };
        let count = shape.iter().try_fold(1_usize, |product, &side| product.checked_mul(side));
        let count = count.ok_or_else(too_large)?;
        if channels == 0 {
            // Pixels of nothing take no memory, but their mask does.
            let pixels = height.checked_mul(width).and_then(|pixels| pixels.checked_mul(images));
            drop(pixels.and_then(memory::reserved::<bool>).ok_or_else(too_large)?);
        }
        let values = match self.fill.first() {
            Some(fill) => memory::repeated(fill, count),
            None => memory::reserved(count),
        };
        let values = values.ok_or_else(too_large)?;
        Array4::from_shape_vec(shape, values).map_err(|_| too_large())
    }

    fn fill_channels(&self, mut image: ArrayViewMut3<'_, T>, channel_axis: usize) {
        for (mut channel, &fill) in image.axis_iter_mut(Axis(channel_axis)).zip(&self.fill) {
            channel.fill(fill);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ndarray::{Array3, array};

    #[test]
    fn what_cannot_be_padded_says_why() {
        let message = |result: Result<PaddedImages<u8>>| result.unwrap_err().to_string();
        let image = |shape: [usize; 3]| Array3::<u8>::zeros(shape);
        let padding = ImagePadding::new(0_u8);
        assert_eq!(message(padding.pad(&[])), "ImagePadding::pad: found no items, expected at least one");
        let (grey, rgb) = (image([1, 2, 2]), image([3, 2, 2]));
        assert_eq!(
            message(padding.pad(&[grey.view(), rgb.view()])),
            "image 1 has 3 channels, expected 1 as the first one's"
        );
        assert_eq!(
            message(padding.clone().exactly(ImageSize::new(1, 2)).pad(&[rgb.view()])),
            "item 0: ImagePadding::pad: found shape [2, 2], expected at most [2, 1] (ImagePadding::exactly)"
        );
        assert!(ImagePadding::per_channel([1, 2]).pad(&[rgb.view()]).unwrap_err().is_usage());
        assert!(ImagePadding::<u8>::per_channel([]).pad(&[rgb.view()]).unwrap_err().is_usage());
        let huge = padding.clone().at_least(ImageSize::square(u32::MAX));
        assert!(huge.clone().multiple_of(2).pad(&[rgb.view()]).is_err());
        assert!(
            ImagePadding::new(0_f64)
                .at_least(ImageSize::square(u32::MAX))
                .pad(&[Array3::zeros([3, 1, 1]).view()])
                .is_err()
        );
    }

    #[test]
    fn any_strides_and_both_layouts_give_the_same_batch() {
        let image = Array3::from_shape_fn([2, 3, 4], |(c, y, x)| c * 100 + y * 10 + x).mapv(|v| v as i64);
        let small = array![[[1_i64, 2]], [[3, 4]]];
        for anchor in [Anchor::TopLeft, Anchor::Center] {
            let padding = ImagePadding::per_channel([-1_i64, -2]).anchor(anchor);
            let chw = padding.pad(&[image.view(), small.view()]).unwrap();
            let swap = |view| Layout::Nchw.permute_image(view, Layout::Nhwc);
            let hwc =
                padding.clone().layout(Layout::Nhwc).pad(&[swap(image.view()), swap(small.view())]).unwrap();
            assert_eq!(Layout::Nhwc.permute(hwc.data(), Layout::Nchw), chw.data());
            assert_eq!((hwc.mask_pad(), hwc.image(1).unwrap()), (chw.mask_pad(), swap(small.view())));
            assert_eq!(chw.image(0).unwrap(), image);
            assert!(chw.image(2).is_none() && chw.move_boxes(2, &mut []).is_err());
            let y = if anchor == Anchor::Center { 1 } else { 0 };
            assert_eq!((chw.data()[[1, 1, y, y]], chw.data()[[1, 1, 2, 3]]), (3, -2));
        }
    }

    #[test]
    fn images_without_pixels_are_all_padding() {
        let padded =
            ImagePadding::new(5_u8).exactly(ImageSize::new(2, 1)).pad(&[Array3::zeros([1, 0, 0]).view()]);
        let padded = padded.unwrap();
        assert_eq!(padded.data(), array![[[[5, 5]]]]);
        assert_eq!(padded.mask_valid(), array![[[false, false]]]);
        let none = ImagePadding::new(5_u8).pad(&[Array3::zeros([0, 2, 2]).view()]).unwrap();
        assert_eq!(
            (none.data().shape(), none.image(0).unwrap().shape()),
            (&[1, 0, 2, 2][..], &[0, 2, 2][..])
        );
    }
}
