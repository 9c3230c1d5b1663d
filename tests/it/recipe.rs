//! Recipes: a plan computes only what is kept, and the pixels are those of the steps one by one.

use burn_prep::collate::{Collator, Record};
use burn_prep::images::{ColorMode, Decoder, Image, ImagePadding, ImageSize};
use burn_prep::ragged::Padding;
use burn_prep::transform::{CenterCrop, Filter, Normalize, Recipe, Resize, Transform};
use ndarray::{Ix1, Ix4};

use crate::support::{asset, say};

/// Numbers that look random and are the same in every run: a linear congruential generator.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as u32) % bound
    }
}

fn picture(numbers: &mut Numbers, size: ImageSize, mode: ColorMode) -> Image {
    let count = size.width as usize * size.height as usize * mode.channels();
    Image::new(size, mode, (0..count).map(|_| numbers.below(256) as u8).collect()).unwrap()
}

#[test]
fn a_crop_behind_a_resize_has_the_pixels_of_both_one_by_one() {
    let mut numbers = Numbers(2026);
    let (mut cases, mut cropped, mut regions) = (0, 0, 0);
    while cases < 10_000 {
        let from = ImageSize::new(1 + numbers.below(70), 1 + numbers.below(70));
        let mode = [ColorMode::L, ColorMode::La, ColorMode::Rgb, ColorMode::Rgba][numbers.below(4) as usize];
        let filters = [Filter::Nearest, Filter::Box, Filter::Bilinear, Filter::Bicubic, Filter::Lanczos3];
        let filter = filters[numbers.below(5) as usize];
        let resize = match numbers.below(3) {
            0 => Resize::shorter_side(1 + numbers.below(40)),
            1 => Resize::exact(ImageSize::new(1 + numbers.below(60), 1 + numbers.below(60))),
            _ => Resize::letterbox(ImageSize::new(1 + numbers.below(60), 1 + numbers.below(60))),
        }
        .filter(filter);
        let image = picture(&mut numbers, from, mode);
        let whole = resize.apply(image.clone()).unwrap();
        let crop = CenterCrop::new(ImageSize::new(
            1 + numbers.below(whole.size().width),
            1 + numbers.below(whole.size().height),
        ));
        let again = CenterCrop::new(ImageSize::new(1, 1));
        let expected = crop.apply(whole.clone()).unwrap();
        let found = Recipe::new().then(resize).then(crop).apply(image.clone()).unwrap();
        let what = format!("{from} {mode} {resize:?} {crop:?}");
        assert!(found == expected, "{what}");
        // What keeps more than a quarter is cut from the whole.
        let is_region = filter != Filter::Nearest && expected.size().area() * 4 <= whole.size().area();
        let pixel = Recipe::new().then(resize).then(crop).then(again).apply(image).unwrap();
        assert!(pixel == again.apply(expected.clone()).unwrap(), "{what} and a pixel");
        cropped += usize::from(expected.size() != whole.size());
        regions += usize::from(is_region);
        cases += 1;
    }
    assert!(cropped > 9_000, "{cropped} of {cases} crops cut something off");
    assert!(regions > 2_000, "{regions} of {cases} are computed as a region");
    say(&format!("recipe: {cases} cases agree, {cropped} with something cut off, {regions} as a region"));
}

#[test]
fn photographs_have_the_pixels_of_both_one_by_one() {
    let mut seen = 0;
    for file in ["photos/animals/cat.jpg", "photos/objects/clock.jpg", "photos/animals/cat_eyes.jpg"] {
        let image = Decoder::rgb8().decode_file(&asset(file)).unwrap().image;
        for side in [31, 64, 100, 224, 256, 300] {
            for filter in [Filter::Bilinear, Filter::Bicubic, Filter::Lanczos3] {
                let (resize, crop) =
                    (Resize::shorter_side(side).filter(filter), CenterCrop::square(side * 7 / 8));
                let expected = crop.apply(resize.apply(image.clone()).unwrap()).unwrap();
                assert!(
                    Recipe::new().then(resize).then(crop).apply(image.clone()).unwrap() == expected,
                    "{file} {side}"
                );
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 54);
}

#[test]
fn thin_pictures_need_no_more_than_what_is_kept() {
    let recipe = Recipe::new().then(Resize::shorter_side(224)).then(CenterCrop::square(224));
    for (width, height, whole_fits) in
        [(1, 20_000, false), (20_000, 1, false), (1, 3500, true), (3500, 1, true), (2, 40_000, false)]
    {
        let size = ImageSize::new(width, height);
        let image = Image::new(size, ColorMode::L, vec![9; (width * height) as usize]).unwrap();
        let out = recipe.apply(image.clone()).unwrap();
        assert_eq!(
            (out.size(), out.pixels().iter().all(|&pixel| pixel == 9)),
            (ImageSize::square(224), true)
        );
        // What is kept is within the limits, the whole is not always.
        let whole = Recipe::new().then(Resize::shorter_side(224)).plan(size);
        assert_eq!(whole.is_ok(), whole_fits, "{size}");
    }
    assert!(recipe.plan(ImageSize::new(1, 200_000_000)).unwrap_err().is_usage());
}

#[test]
fn what_cannot_be_done_is_known_from_the_size() {
    let square = ImageSize::square;
    for (recipe, from) in [
        (Recipe::new().then(Resize::exact(square(0))), square(8)),
        (Recipe::new().then(Resize::shorter_side(0)), square(8)),
        (Recipe::new().then(Resize::shorter_side(4)).then(CenterCrop::square(5)), square(8)),
        (Recipe::new().then(CenterCrop::square(0)), square(8)),
        (Recipe::new().then(Resize::letterbox(ImageSize::new(4, 0))), square(8)),
        (Recipe::new().then(Resize::exact(square(60_000))), square(8)),
    ] {
        let error = recipe.plan(from).unwrap_err();
        assert!(error.is_usage(), "{recipe:?}: {error}");
        let image = Image::new(from, ColorMode::L, vec![0; 64]).unwrap();
        assert_eq!(recipe.apply(image).unwrap_err().to_string(), error.to_string());
    }
    let plan = Recipe::new().plan(square(8)).unwrap();
    let other = Image::new(square(9), ColorMode::L, vec![0; 81]).unwrap();
    assert_eq!(plan.run(other).unwrap_err().to_string(), "plan: found shape 9x9, expected 8x8 as planned");
}

/// A step of one's own stands between others, and costs the joining of what follows alone.
#[test]
fn a_step_of_ones_own_stands_anywhere() {
    #[derive(Debug)]
    struct Half;
    impl Transform for Half {
        fn apply(&self, image: Image) -> burn_prep::Result<Image> {
            CenterCrop::new(ImageSize::new(image.size().width / 2, image.size().height)).apply(image)
        }
    }
    let mut numbers = Numbers(7);
    let image = picture(&mut numbers, ImageSize::new(40, 30), ColorMode::Rgb);
    let (resize, crop) = (Resize::shorter_side(20), CenterCrop::square(12));
    let recipe = Recipe::new().then(resize).then(Half).then(crop);
    assert_eq!(recipe.plan(image.size()).unwrap().output(), None);
    let steps = crop.apply(Half.apply(resize.apply(image.clone()).unwrap()).unwrap()).unwrap();
    assert_eq!(recipe.apply(image).unwrap(), steps);
}

/// Images beside labels and texts: transformed, normalised, padded to one size.
#[test]
fn images_are_fields_of_records() {
    let recipe = Recipe::new().then(Resize::shorter_side(16)).normalize(Normalize::imagenet());
    let files = ["photos/animals/cat.jpg", "photos/animals/cat_eyes.jpg", "photos/objects/clock.jpg"];
    let samples: Vec<Record> = files
        .iter()
        .enumerate()
        .map(|(label, file)| {
            let decoded = Decoder::rgb8().decode_file(&asset(file)).unwrap();
            let image = recipe.apply(decoded.image).unwrap();
            Record::new()
                .with("image", recipe.numbers(&image).unwrap())
                .with("label", label as i32)
                .with("tokens", vec![1_i32; label + 1])
                .with("name", *file)
        })
        .collect();
    let padding = ImagePadding::new(0.0_f32).layout(burn_prep::arrays::Layout::Nchw);
    let batch =
        Collator::new().images("image", padding).pad("tokens", Padding::new(0)).collate(&samples).unwrap();
    let images = batch.array::<f32>("image").unwrap().into_dimensionality::<Ix4>().unwrap();
    assert_eq!((images.shape()[0], images.shape()[1]), (3, 3));
    assert_eq!(
        batch.array::<i32>("label").unwrap().into_dimensionality::<Ix1>().unwrap().to_vec(),
        [0, 1, 2]
    );
    assert_eq!(batch.array::<i32>("tokens").unwrap().shape(), [3, 3]);
    // The numbers of the first picture stand where its extents say.
    let first = Decoder::rgb8().decode_file(&asset(files[0])).unwrap().image;
    let numbers = recipe.numbers(&recipe.apply(first).unwrap()).unwrap();
    let [_, height, width] = numbers.shape() else { unreachable!() };
    let size = batch.image_extents("image").unwrap().sizes()[0];
    assert_eq!((size.height as usize, size.width as usize), (*height, *width));
    assert!(numbers.iter().all(|value| images.iter().any(|other| other == value)));
}

/// Behind a step of one's own what follows is planned as well, and a recipe within a recipe is its steps.
#[test]
fn what_follows_a_step_of_ones_own_is_planned() {
    #[derive(Debug)]
    struct Turn;
    impl Transform for Turn {
        fn apply(&self, image: Image) -> burn_prep::Result<Image> {
            let size = ImageSize::new(image.size().height, image.size().width);
            Image::new(size, image.mode(), image.into_pixels())
        }
    }
    // Whole, the second resize would have a thousand million pixels.
    let thin = Recipe::new().then(Resize::shorter_side(224)).then(CenterCrop::square(224));
    let recipe = Recipe::new().then(Turn).then(thin.clone().normalize(Normalize::imagenet()));
    let row = Image::new(ImageSize::new(20_000, 1), ColorMode::L, vec![7; 20_000]).unwrap();
    let plan = recipe.plan(row.size()).unwrap();
    assert_eq!(plan.output(), None);
    let column = Turn.apply(row.clone()).unwrap();
    assert_eq!(plan.run(row).unwrap(), thin.apply(column).unwrap());
    assert_eq!(recipe.normalization(), Some(&Normalize::imagenet()));
}

/// Between its two passes a resize has an image as wide as the result and as high as the source: that is bounded too.
#[test]
fn what_a_resize_has_between_its_passes_is_bounded() {
    let plan = |from, to| Recipe::new().then(Resize::exact(to)).plan(from);
    let error = plan(ImageSize::new(2, 50_000), ImageSize::new(100_000, 1)).unwrap_err();
    assert!(error.to_string().contains("between its passes: found shape 100000x50000"), "{error}");
    assert!(plan(ImageSize::new(50_000, 2), ImageSize::new(1, 100_000)).is_ok());
    assert!(plan(ImageSize::new(40_000, 4_000), ImageSize::new(1_000, 5_000)).is_ok());
}
