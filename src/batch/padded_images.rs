//! Images of different sizes as one batch.

use std::ops::Range;

use ndarray::{Array3, Array4, ArrayView3, ArrayView4, Axis, Ix3, SliceInfo, SliceInfoElem, s};

use crate::arrays::{ArrayElement, Layout};
use crate::error::{Error, Result};
use crate::images::ImageSize;

/// Images of different sizes in one array, and where each of them stands in it.
///
/// The inverse loses nothing: [`PaddedImages::image`] is the image that was given. Masks are made of
/// the sizes, never of the pixels: a real pixel may be equal to the fill.
///
/// ```
/// use burn_prep::{Anchor, ImagePadding, ImageSize, Layout};
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
    layout: Layout,
    sizes: Vec<ImageSize>,
    offsets: Vec<[u32; 2]>,
}

impl<T: ArrayElement> PaddedImages<T> {
    pub(crate) fn new(
        data: Array4<T>,
        layout: Layout,
        sizes: Vec<ImageSize>,
        offsets: Vec<[u32; 2]>,
    ) -> Self {
        Self { data, layout, sizes, offsets }
    }

    /// The images and the fill: `[N, C, H, W]` or `[N, H, W, C]`, as [`PaddedImages::layout`] says.
    #[doc(alias = "tensors")]
    pub fn data(&self) -> ArrayView4<'_, T> {
        self.data.view()
    }

    /// The images and the fill, moved out.
    ///
    /// ```
    /// use burn_prep::ImagePadding;
    /// let image = ndarray::Array3::<f32>::ones([3, 2, 2]);
    /// let padded = ImagePadding::new(0.0).multiple_of(4.try_into().unwrap()).pad(&[image.view()])?;
    /// assert_eq!(padded.into_data().sum(), 12.0);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn into_data(self) -> Array4<T> {
        self.data
    }

    /// Where the channels stand.
    pub fn layout(&self) -> Layout {
        self.layout
    }

    /// The size of each image before padding.
    #[doc(alias = "image_sizes")]
    pub fn sizes(&self) -> &[ImageSize] {
        &self.sizes
    }

    /// Where the top-left pixel of each image stands: `[x, y]`, all `[0, 0]` with
    /// [`Anchor::TopLeft`](crate::Anchor::TopLeft).
    pub fn offsets(&self) -> &[[u32; 2]] {
        &self.offsets
    }

    /// One image without its padding, `[C, H, W]` or `[H, W, C]`; `None` where there is no such image.
    pub fn image(&self, index: usize) -> Option<ArrayView3<'_, T>> {
        let place = self.place(index)?;
        Some(self.data.index_axis(Axis(0), index).slice_move(place.slice(self.layout)))
    }

    /// `[N, H, W]`, `true` at padding: DETR's polarity, and that of Burn's `mask_pad`.
    #[doc(alias = "padding_mask")]
    pub fn mask_pad(&self) -> Array3<bool> {
        self.mask(true)
    }

    /// `[N, H, W]`, `true` at real pixels: the polarity of Hugging Face's `pixel_mask`.
    #[doc(alias = "pixel_mask")]
    pub fn mask_valid(&self) -> Array3<bool> {
        self.mask(false)
    }

    fn mask(&self, at_padding: bool) -> Array3<bool> {
        let shape = self.data.shape();
        let (height, width) = match self.layout {
            Layout::Nchw => (shape[2], shape[3]),
            Layout::Nhwc => (shape[1], shape[2]),
        };
        let mut mask = Array3::from_elem([shape[0], height, width], at_padding);
        for (index, mut image) in mask.outer_iter_mut().enumerate() {
            if let Some(Place { rows, columns }) = self.place(index) {
                image.slice_mut(s![rows, columns]).fill(!at_padding);
            }
        }
        mask
    }

    fn place(&self, index: usize) -> Option<Place> {
        Place::of(*self.sizes.get(index)?, *self.offsets.get(index)?)
    }

    /// Moves boxes `[x0, y0, x1, y1]`, in pixels of an image, to where the image stands in the batch.
    /// (Boxes relative to the image's size have no pixels to move: scale them first.)
    ///
    /// # Errors
    ///
    /// There is no such image.
    pub fn move_boxes(&self, index: usize, boxes: &mut [[f64; 4]]) -> Result<()> {
        let [x, y] = self.offset(index)?;
        for corners in boxes {
            *corners = [corners[0] + x, corners[1] + y, corners[2] + x, corners[3] + y];
        }
        Ok(())
    }

    /// The inverse of [`PaddedImages::move_boxes`]: a model's boxes, in pixels of the image.
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
pub(crate) struct Place {
    rows: Range<usize>,
    columns: Range<usize>,
}

impl Place {
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
