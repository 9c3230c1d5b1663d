//! Pictures of the `image` crate to arrays and back.

use burn_prep::arrays::Layout;
use burn_prep::images::{array_to_image, image_to_array};
use image::{ColorType, DynamicImage};

use crate::any_array::for_any_array;

/// A picture of random bytes, which are numbers of its type; floats are small whole ones.
fn picture(color: ColorType, width: u32, height: u32) -> DynamicImage {
    let count = (width * height * u32::from(color.channel_count())) as usize;
    let numbers = || (0..count).map(|at| at * 7919 % 65_521);
    let bytes = || numbers().map(|number| number as u8).collect();
    let shorts = || numbers().map(|number| number as u16).collect();
    let floats = || numbers().map(|number| number as f32 / 16.0).collect();
    macro_rules! of {
        ($kind:ident, $values:expr) => {
            DynamicImage::$kind(image::ImageBuffer::from_raw(width, height, $values).unwrap())
        };
    }
    match color {
        ColorType::L8 => of!(ImageLuma8, bytes()),
        ColorType::La8 => of!(ImageLumaA8, bytes()),
        ColorType::Rgb8 => of!(ImageRgb8, bytes()),
        ColorType::Rgba8 => of!(ImageRgba8, bytes()),
        ColorType::L16 => of!(ImageLuma16, shorts()),
        ColorType::La16 => of!(ImageLumaA16, shorts()),
        ColorType::Rgb16 => of!(ImageRgb16, shorts()),
        ColorType::Rgba16 => of!(ImageRgba16, shorts()),
        ColorType::Rgb32F => of!(ImageRgb32F, floats()),
        ColorType::Rgba32F => of!(ImageRgba32F, floats()),
        other => unreachable!("{other:?}"),
    }
}

#[test]
fn pictures_of_every_kind_are_arrays_and_come_back() {
    let colors = [
        ColorType::L8,
        ColorType::La8,
        ColorType::Rgb8,
        ColorType::Rgba8,
        ColorType::L16,
        ColorType::La16,
        ColorType::Rgb16,
        ColorType::Rgba16,
        ColorType::Rgb32F,
        ColorType::Rgba32F,
    ];
    for color in colors {
        let picture = picture(color, 5, 3);
        let channels = usize::from(color.channel_count());
        for (layout, shape) in [(Layout::Nhwc, [3, 5, channels]), (Layout::Nchw, [channels, 3, 5])] {
            let array = image_to_array(&picture, layout).unwrap();
            assert_eq!(array.shape(), shape, "{color:?}");
            let back = for_any_array!(array, array => {
                let array = array.into_dimensionality::<ndarray::Ix3>().unwrap();
                array_to_image(array.view(), layout).unwrap()
            });
            assert_eq!(back, picture, "{color:?} {layout:?}");
        }
    }
    let five = ndarray::Array3::<u8>::zeros([2, 2, 5]);
    assert!(array_to_image(five.view(), Layout::Nhwc).unwrap_err().is_usage());
    assert!(array_to_image(five.mapv(i64::from).view(), Layout::Nhwc).unwrap_err().is_usage());
}
