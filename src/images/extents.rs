//! The sizes and positions of images in a padded batch.

use std::ops::Range;

use ndarray::{Array3, Ix3, SliceInfo, SliceInfoElem, s};

use crate::arrays::Layout;
use crate::error::{Error, Result};
use crate::images::ImageSize;

/// The size and position of each image in a padded batch, from which masks are made and by which boxes are
/// moved.
///
/// Masks are made of the sizes, never of the pixels: a real pixel may be equal to the fill.
///
/// ```
/// use burn_prep::images::{ImagePadding, ImageSize};
/// use ndarray::Array3;
///
/// let images = [Array3::<u8>::zeros([1, 1, 2]), Array3::zeros([1, 2, 1])];
/// let padded = ImagePadding::new(0).pad(&images.each_ref().map(|image| image.view()))?;
/// let extents = padded.extents();
/// assert_eq!(extents.sizes(), [ImageSize::new(2, 1), ImageSize::new(1, 2)]);
/// assert_eq!((extents.offsets(), extents.layout()), (&[[0, 0]; 2][..], burn_prep::arrays::Layout::Nchw));
/// assert_eq!(extents.mask_valid(), ndarray::array![[[true, true], [false, false]], [[true, false], [true, false]]]);
/// assert_eq!(extents.mask_pad(), extents.mask_valid().mapv(|valid| !valid));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct ImageExtents {
    pub(super) layout: Layout,
    pub(super) height_width: [usize; 2],
    pub(super) sizes: Vec<ImageSize>,
    pub(super) offsets: Vec<[u32; 2]>,
}

impl ImageExtents {
    /// The order of the batch's axes.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The size of each image before padding.
    #[doc(alias = "image_sizes")]
    pub fn sizes(&self) -> &[ImageSize] {
        &self.sizes
    }

    /// The position of each image's top-left pixel in the batch: `[x, y]`, all `[0, 0]` with
    /// [`Anchor::TopLeft`](crate::images::Anchor::TopLeft).
    pub fn offsets(&self) -> &[[u32; 2]] {
        &self.offsets
    }

    /// A mask of the padding, `[N, H, W]`, `true` at padding: DETR's polarity, and that of Burn's `mask_pad`.
    #[doc(alias = "padding_mask")]
    pub fn mask_pad(&self) -> Array3<bool> {
        self.mask(true)
    }

    /// A mask of the images, `[N, H, W]`, `true` at real pixels: the polarity of Hugging Face's `pixel_mask`.
    #[doc(alias = "pixel_mask")]
    pub fn mask_valid(&self) -> Array3<bool> {
        self.mask(false)
    }

    fn mask(&self, at_padding: bool) -> Array3<bool> {
        let [height, width] = self.height_width;
        let mut mask = Array3::from_elem([self.sizes.len(), height, width], at_padding);
        for (index, mut image) in mask.outer_iter_mut().enumerate() {
            if let Some(ImageSlot { rows, columns }) = self.place(index) {
                image.slice_mut(s![rows, columns]).fill(!at_padding);
            }
        }
        mask
    }

    pub(super) fn place(&self, index: usize) -> Option<ImageSlot> {
        ImageSlot::of(*self.sizes.get(index)?, *self.offsets.get(index)?)
    }

    /// Converts boxes `[x0, y0, x1, y1]` from pixel coordinates of an image to those of the padded batch.
    /// (Boxes relative to the image's size have no pixels to move: scale them first.)
    ///
    /// # Errors
    ///
    /// There is no such image.
    ///
    /// ```
    /// use burn_prep::images::{Anchor, ImagePadding, ImageSize};
    /// let image = ndarray::Array3::<u8>::zeros([1, 1, 1]);
    /// let padding = ImagePadding::new(0).exactly(ImageSize::square(3)).anchor(Anchor::Center);
    /// let padded = padding.pad(&[image.view()])?;
    /// let mut boxes = [[0.0, 0.0, 1.0, 1.0]];
    /// padded.extents().move_boxes(0, &mut boxes)?;
    /// assert_eq!(boxes, [[1.0, 1.0, 2.0, 2.0]]);
    /// padded.extents().restore_boxes(0, &mut boxes)?;
    /// assert_eq!(boxes, [[0.0, 0.0, 1.0, 1.0]]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn move_boxes(&self, index: usize, boxes: &mut [[f64; 4]]) -> Result<()> {
        let [x, y] = self.offset(index)?;
        for corners in boxes {
            *corners = [corners[0] + x, corners[1] + y, corners[2] + x, corners[3] + y];
        }
        Ok(())
    }

    /// Converts boxes from pixel coordinates of the padded batch, such as a model's, back to those of an image: the
    /// inverse of [`ImageExtents::move_boxes`].
    ///
    /// # Errors
    ///
    /// There is no such image.
    pub fn restore_boxes(&self, index: usize, boxes: &mut [[f64; 4]]) -> Result<()> {
        let [x, y] = self.offset(index)?;
        for corners in boxes {
            *corners = [corners[0] - x, corners[1] - y, corners[2] - x, corners[3] - y];
        }
        Ok(())
    }

    fn offset(&self, index: usize) -> Result<[f64; 2]> {
        let offset = self.offsets.get(index).copied();
        let missing = || Error::parameter("image", index, "less than the number of images");
        Ok(offset.ok_or_else(missing)?.map(f64::from))
    }
}

/// The rows and columns of a batch that an image takes.
#[derive(Debug, Clone)]
pub(crate) struct ImageSlot {
    rows: Range<usize>,
    columns: Range<usize>,
}

impl ImageSlot {
    pub(crate) fn of(size: ImageSize, [x, y]: [u32; 2]) -> Option<Self> {
        let span = |start: u32, length: u32| {
            let start = usize::try_from(start).ok()?;
            Some(start..start.checked_add(usize::try_from(length).ok()?)?)
        };
        Some(Self { rows: span(y, size.height)?, columns: span(x, size.width)? })
    }

    /// The place in an image with channels.
    pub(crate) fn slice(self, layout: Layout) -> SliceInfo<[SliceInfoElem; 3], Ix3, Ix3> {
        let Self { rows, columns } = self;
        match layout {
            Layout::Nchw => s![.., rows, columns],
            Layout::Nhwc => s![rows, columns, ..],
        }
    }
}
