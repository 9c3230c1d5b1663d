//! Between the `image` crate's pictures and arrays.

use image::{DynamicImage, ImageBuffer, Pixel};
use ndarray::{Array3, ArrayView3};

use crate::arrays::{AnyArray, ArrayElement, Layout, pack};
use crate::error::{Error, Result};

/// The samples of a picture of the `image` crate as an array, in one copy: `u8`, `u16` or `f32` as the picture has
/// them, never scaled. With [`Layout::Nhwc`] the shape is `[H, W, C]`, with [`Layout::Nchw`] `[C, H, W]`; C is 1 for
/// L, 2 for LA, 3 for RGB, 4 for RGBA.
///
/// # Errors
///
/// A kind of picture that this crate does not know.
///
/// ```
/// use image::{DynamicImage, RgbImage};
/// use burn_prep::arrays::Layout;
/// use burn_prep::images::image_to_array;
///
/// let picture = DynamicImage::from(RgbImage::from_raw(2, 1, vec![1, 2, 3, 4, 5, 6]).unwrap());
/// let array = image_to_array(&picture, Layout::Nchw)?;
/// assert_eq!((array.dtype_name(), array.shape()), ("u8", &[3, 1, 2][..]));
/// assert_eq!(array.view::<u8>()?[[0, 0, 1]], 4);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "to_tensor")]
#[doc(alias = "pil_to_tensor")]
#[doc(alias = "img_to_array")]
pub fn image_to_array(picture: &DynamicImage, layout: Layout) -> Result<AnyArray> {
    match picture {
        DynamicImage::ImageLuma8(buffer) => samples(buffer, layout),
        DynamicImage::ImageLumaA8(buffer) => samples(buffer, layout),
        DynamicImage::ImageRgb8(buffer) => samples(buffer, layout),
        DynamicImage::ImageRgba8(buffer) => samples(buffer, layout),
        DynamicImage::ImageLuma16(buffer) => samples(buffer, layout),
        DynamicImage::ImageLumaA16(buffer) => samples(buffer, layout),
        DynamicImage::ImageRgb16(buffer) => samples(buffer, layout),
        DynamicImage::ImageRgba16(buffer) => samples(buffer, layout),
        DynamicImage::ImageRgb32F(buffer) => samples(buffer, layout),
        DynamicImage::ImageRgba32F(buffer) => samples(buffer, layout),
        other => Err(Error::dtype(
            "image_to_array",
            other.color(),
            "L, LA, RGB or RGBA of 8 or 16 bits, RGB or RGBA of f32",
        )),
    }
}

fn samples<P: Pixel>(buffer: &ImageBuffer<P, Vec<P::Subpixel>>, layout: Layout) -> Result<AnyArray>
where
    P::Subpixel: ArrayElement,
{
    let shape = [buffer.height() as usize, buffer.width() as usize, usize::from(P::CHANNEL_COUNT)];
    let view = ArrayView3::from_shape(shape, buffer.as_raw())
        .map_err(|_| Error::shape("image_to_array", [buffer.as_raw().len()], format!("{shape:?}")))?;
    Ok(pack(Layout::Nhwc.permute_image(view, layout)).into())
}

/// An array as a picture of the `image` crate, in one copy: `u8` and `u16` of 1 to 4 channels (L, LA, RGB,
/// RGBA), `f32` of 3 or 4, of any strides. The shape is `[H, W, C]` or `[C, H, W]` as `layout` says; values
/// are not scaled, so bring floats in 0..=1 to 0..=255 before you cast them to `u8`.
///
/// # Errors
///
/// Another element type or number of channels.
///
/// ```
/// use burn_prep::arrays::Layout;
/// use burn_prep::images::{array_to_image, image_to_array};
/// use ndarray::Array3;
///
/// let array = Array3::from_shape_fn([3, 4, 5], |(c, y, x)| (c * 100 + y * 10 + x) as u8);
/// let picture = array_to_image(array.view(), Layout::Nchw)?;
/// assert_eq!((picture.width(), picture.height()), (5, 4));
/// assert_eq!(picture.to_rgb8().get_pixel(2, 1).0, [12, 112, 212]);
/// assert_eq!(image_to_array(&picture, Layout::Nchw)?, array.into());
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "to_pil_image")]
#[doc(alias = "fromarray")]
#[doc(alias = "array_to_img")]
pub fn array_to_image<E: ArrayElement>(array: ArrayView3<'_, E>, layout: Layout) -> Result<DynamicImage> {
    let array: Array3<E> = pack(layout.permute_image(array, Layout::Nhwc));
    let (height, width, channels) = array.dim();
    let side = |length: usize| {
        u32::try_from(length).map_err(|_| Error::shape("array_to_image", [height, width], "sides below 2^32"))
    };
    let (width, height) = (side(width)?, side(height)?);
    let unknown = || {
        let found = format!("{} of {channels} channels", E::NAME);
        Error::dtype("array_to_image", found, "u8 or u16 of 1 to 4 channels, or f32 of 3 or 4")
    };
    let picture = match (AnyArray::from(array), channels) {
        (AnyArray::U8(array), 1) => picture(width, height, array).map(DynamicImage::ImageLuma8),
        (AnyArray::U8(array), 2) => picture(width, height, array).map(DynamicImage::ImageLumaA8),
        (AnyArray::U8(array), 3) => picture(width, height, array).map(DynamicImage::ImageRgb8),
        (AnyArray::U8(array), 4) => picture(width, height, array).map(DynamicImage::ImageRgba8),
        (AnyArray::U16(array), 1) => picture(width, height, array).map(DynamicImage::ImageLuma16),
        (AnyArray::U16(array), 2) => picture(width, height, array).map(DynamicImage::ImageLumaA16),
        (AnyArray::U16(array), 3) => picture(width, height, array).map(DynamicImage::ImageRgb16),
        (AnyArray::U16(array), 4) => picture(width, height, array).map(DynamicImage::ImageRgba16),
        (AnyArray::F32(array), 3) => picture(width, height, array).map(DynamicImage::ImageRgb32F),
        (AnyArray::F32(array), 4) => picture(width, height, array).map(DynamicImage::ImageRgba32F),
        _ => None,
    };
    picture.ok_or_else(unknown)
}

fn picture<P: Pixel>(
    width: u32,
    height: u32,
    array: ndarray::ArrayD<P::Subpixel>,
) -> Option<ImageBuffer<P, Vec<P::Subpixel>>> {
    ImageBuffer::from_raw(width, height, array.into_raw_vec_and_offset().0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_picture_comes_back_as_it_was() {
        let numbers = Array3::from_shape_fn([5, 7, 4], |(y, x, c)| (y * 29 + x * 3 + c) as u8);
        let mut seen = 0;
        for channels in 1..=4 {
            let of = |c: usize| ndarray::Slice::from(0..c);
            let view = numbers.slice_axis(ndarray::Axis(2), of(channels));
            for layout in [Layout::Nhwc, Layout::Nchw] {
                let view = Layout::Nhwc.permute_image(view, layout);
                let deep = view.mapv(|value| u16::from(value) * 257);
                let float = view.mapv(|value| f32::from(value) / 255.0);
                let picture = array_to_image(view, layout).unwrap();
                assert_eq!(usize::from(picture.color().channel_count()), channels);
                assert_eq!(image_to_array(&picture, layout).unwrap(), view.to_owned().into());
                let picture = array_to_image(deep.view(), layout).unwrap();
                assert_eq!(image_to_array(&picture, layout).unwrap(), deep.into());
                match array_to_image(float.view(), layout) {
                    Ok(picture) => assert_eq!(image_to_array(&picture, layout).unwrap(), float.into()),
                    Err(error) => assert!(channels < 3 && error.to_string().contains("f32 of"), "{error}"),
                }
                seen += 1;
            }
        }
        assert_eq!(seen, 8);
        let five = Array3::<u8>::zeros([2, 2, 5]);
        let error = array_to_image(five.view(), Layout::Nhwc).unwrap_err();
        assert!(error.to_string().contains("\"u8 of 5 channels\", expected u8 or u16"), "{error}");
    }
}
