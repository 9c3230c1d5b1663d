//! Images of different sizes as one batch.

use ndarray::{Array3, Array4, ArrayView3, ArrayView4, Axis};

use crate::arrays::{ArrayElement, Layout};
use crate::error::Result;
use crate::images::{ImageExtents, ImageSize};

/// Images of different sizes padded into one array, with the size and position of each.
///
/// The inverse loses nothing: [`PaddedImages::image`] is the image that was given. Masks are made of
/// the sizes, never of the pixels: a real pixel may be equal to the fill.
///
/// ```
/// use burn_prep::arrays::Layout;
/// use burn_prep::images::{Anchor, ImagePadding, ImageSize};
/// use ndarray::{array, Array3};
///
/// let images = [Array3::<u8>::from_elem([1, 1, 2], 7), Array3::from_elem([1, 3, 2], 8)];
/// let padded = ImagePadding::new(0).anchor(Anchor::Center).pad(&images.each_ref().map(|image| image.view()))?;
/// assert_eq!(padded.data().shape(), [2, 1, 3, 2]);
/// assert_eq!(padded.mask_pad().index_axis(ndarray::Axis(0), 0), array![[true, true], [false, false], [true, true]]);
/// assert_eq!(padded.mask_valid()[[0, 1, 0]], true);
/// assert_eq!(padded.sizes(), [ImageSize::new(2, 1), ImageSize::new(2, 3)]);
/// assert_eq!((padded.offsets(), padded.layout()), (&[[0, 1], [0, 0]][..], Layout::Nchw));
/// assert_eq!(padded.image(0).unwrap(), images[0]);
///
/// let mut boxes = [[0.0, 0.0, 2.0, 1.0]];
/// padded.move_boxes(0, &mut boxes)?;
/// assert_eq!(boxes, [[0.0, 1.0, 2.0, 2.0]]);
/// padded.restore_boxes(0, &mut boxes)?;
/// assert_eq!(boxes, [[0.0, 0.0, 2.0, 1.0]]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "NestedTensor")]
#[doc(alias = "ImageList")]
#[derive(Debug, Clone, PartialEq)]
pub struct PaddedImages<T> {
    data: Array4<T>,
    extents: ImageExtents,
}

impl<T: ArrayElement> PaddedImages<T> {
    pub(super) fn new(data: Array4<T>, extents: ImageExtents) -> Self {
        Self { data, extents }
    }

    /// The padded batch: `[N, C, H, W]` or `[N, H, W, C]`, as [`PaddedImages::layout`] says.
    #[doc(alias = "tensors")]
    pub fn data(&self) -> ArrayView4<'_, T> {
        self.data.view()
    }

    /// Unwraps the padded batch, without a copy.
    ///
    /// ```
    /// use burn_prep::images::ImagePadding;
    /// let image = ndarray::Array3::<f32>::ones([3, 2, 2]);
    /// let padded = ImagePadding::new(0.0).multiple_of(4).pad(&[image.view()])?;
    /// assert_eq!(padded.into_data().sum(), 12.0);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_data(self) -> Array4<T> {
        self.data
    }

    /// The sizes and positions of the images in the batch, without the pixels.
    pub fn extents(&self) -> &ImageExtents {
        &self.extents
    }

    /// Unwraps the padded batch, and the sizes and positions of the images in it, without a copy.
    ///
    /// ```
    /// use burn_prep::images::ImagePadding;
    /// let image = ndarray::Array3::<f32>::ones([3, 2, 1]);
    /// let (data, extents) = ImagePadding::new(0.0).pad(&[image.view()])?.into_parts();
    /// assert_eq!((data.shape(), extents.offsets()), (&[1, 3, 2, 1][..], &[[0, 0]][..]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_parts(self) -> (Array4<T>, ImageExtents) {
        (self.data, self.extents)
    }

    /// The order of the batch's axes.
    pub fn layout(&self) -> Layout {
        self.extents.layout
    }

    /// The size of each image before padding.
    #[doc(alias = "image_sizes")]
    pub fn sizes(&self) -> &[ImageSize] {
        self.extents.sizes()
    }

    /// The position of each image's top-left pixel in the batch: `[x, y]`, all `[0, 0]` with
    /// [`Anchor::TopLeft`](crate::images::Anchor::TopLeft).
    pub fn offsets(&self) -> &[[u32; 2]] {
        self.extents.offsets()
    }

    /// One image without its padding, `[C, H, W]` or `[H, W, C]`; `None` where there is no such image.
    pub fn image(&self, index: usize) -> Option<ArrayView3<'_, T>> {
        let place = self.extents.place(index)?;
        Some(self.data.index_axis(Axis(0), index).slice_move(place.slice(self.layout())))
    }

    /// A mask of the padding, `[N, H, W]`, `true` at padding, as [`ImageExtents::mask_pad`].
    #[doc(alias = "padding_mask")]
    pub fn mask_pad(&self) -> Array3<bool> {
        self.extents.mask_pad()
    }

    /// A mask of the images, `[N, H, W]`, `true` at real pixels, as [`ImageExtents::mask_valid`].
    #[doc(alias = "pixel_mask")]
    pub fn mask_valid(&self) -> Array3<bool> {
        self.extents.mask_valid()
    }

    /// Converts boxes from pixel coordinates of an image to those of the batch, as [`ImageExtents::move_boxes`].
    ///
    /// # Errors
    ///
    /// There is no such image.
    pub fn move_boxes(&self, index: usize, boxes: &mut [[f64; 4]]) -> Result<()> {
        self.extents.move_boxes(index, boxes)
    }

    /// Converts boxes from pixel coordinates of the batch, such as a model's, back to those of an image: the inverse
    /// of [`PaddedImages::move_boxes`].
    ///
    /// # Errors
    ///
    /// There is no such image.
    pub fn restore_boxes(&self, index: usize, boxes: &mut [[f64; 4]]) -> Result<()> {
        self.extents.restore_boxes(index, boxes)
    }
}
