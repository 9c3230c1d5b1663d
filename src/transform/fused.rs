//! A plan as one pass from the decoded pixels to the planes of a batch.

use crate::error::{Error, Result};
#[cfg(feature = "turbojpeg")]
use crate::images::recycle;
use crate::images::{ColorMode, Image, ImageSize, Region, Wanted, reduced};
use crate::transform::convolution::{Part, RegionResize};
use crate::transform::plan::{Plan, Stage};
use crate::transform::resample::fast_region;
use crate::transform::{PlaneWriter, Planes};

/// How an image of a known size becomes the planes of a batch: in one pass where the plan is a resize of a part, else step by
/// step. The numbers are the same.
pub(crate) enum PlanesPlan {
    Fused(Fused),
    Steps(Plan),
}

/// A plan that begins with the resize of a part.
pub(crate) struct Fused {
    /// The part of the image from which the resize is made.
    crop: Region,
    resize: RegionResize,
    mode: ColorMode,
    /// What follows the resize. Without it each row is normalised when it is computed.
    rest: Vec<Stage>,
}

impl PlanesPlan {
    /// For an image whose sides are reduced by so much, if the plan begins with its resize.
    pub(crate) fn new(plan: Plan, mode: ColorMode, reduction: u32) -> Self {
        match Fused::of(&plan, mode, reduction) {
            Some(fused) => Self::Fused(fused),
            None => Self::Steps(plan),
        }
    }

    /// What is needed of the image.
    pub(crate) fn wanted(&self, reduction: u32) -> Wanted {
        match self {
            Self::Fused(fused) => {
                Wanted { region: Some(fused.crop.part(fused.resize.source())), reduction, reference: false }
            }
            Self::Steps(_) => Wanted::WHOLE,
        }
    }

    /// Writes the planes of an image, of which `region` was decoded; they are of the size `to`.
    pub(crate) fn write(
        self,
        image: Image,
        region: Region,
        to: ImageSize,
        writer: &PlaneWriter,
        planes: &mut Planes<'_>,
    ) -> Result<()> {
        let image = match self {
            Self::Fused(Fused { crop, resize, mode, rest }) => {
                let part = Part { region, pixels: image.pixels() };
                if rest.is_empty() && resize.size() == to {
                    resize.rows(part, crop, |y, row| writer.write_row(y, row, planes));
                    #[cfg(feature = "turbojpeg")]
                    recycle(image);
                    return Ok(());
                }
                let resized = Image::new(resize.size(), mode, resize.pixels_of(part, crop))?;
                rest.iter().try_fold(resized, |image, stage| stage.run(image))?
            }
            Self::Steps(plan) => plan.run(image)?,
        };
        if image.size() != to {
            let expected = format!("{to} as its last steps say");
            return Err(Error::shape("recipe", format_args!("{}", image.size()), expected));
        }
        if image.mode().channels() != writer.channels() {
            let expected = format!("{} channels, as the decoder gives", writer.channels());
            return Err(Error::shape("recipe", format_args!("{}", image.mode()), expected));
        }
        writer.write_image(&image, planes);
        Ok(())
    }
}

impl Fused {
    fn of(plan: &Plan, mode: ColorMode, reduction: u32) -> Option<Self> {
        let (crop, stages) = match &plan.stages[..] {
            [Stage::Crop(crop), stages @ ..] => (Some(*crop), stages),
            stages => (None, stages),
        };
        let (Stage::Resize { from, to, keep, filter }, rest) = stages.split_first()? else { return None };
        let from = reduced(*from, reduction);
        let resize = fast_region(from, *to, *keep, *filter, mode)?;
        let (resize, rest) = match rest {
            [Stage::Flip, rest @ ..] => (resize.mirrored(), rest),
            rest => (resize, rest),
        };
        Some(Self { crop: crop.unwrap_or(Region::whole(from)), resize, mode, rest: rest.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix64;
    use crate::transform::{
        CenterCrop, ColorJitter, Filter, Normalize, RandomCrop, RandomErasing, RandomHorizontalFlip,
        RandomResizedCrop, Recipe, Resize, SampleKey, Transform,
    };

    const KEY: SampleKey = SampleKey { seed: 1, epoch: 2, index: 3 };

    fn flipped(image: Image) -> Image {
        let (size, mode) = (image.size(), image.mode());
        let row = size.width as usize * mode.channels();
        let rows = image.pixels().chunks_exact(row);
        let pixels = rows.flat_map(|row| row.chunks_exact(mode.channels()).rev().flatten().copied());
        Image::new(size, mode, pixels.collect()).unwrap()
    }

    /// All random steps behind each other: the pass and the steps one by one draw the same.
    #[test]
    fn random_steps_give_the_same_in_one_pass_and_one_by_one() {
        let recipe = Recipe::new()
            .then(RandomResizedCrop::square(24))
            .then(RandomHorizontalFlip::new())
            .then(ColorJitter::new().brightness(0.4).unwrap().contrast(0.4).unwrap().hue(0.1).unwrap())
            .then(RandomCrop::square(22).padding([3; 4]).fill([1, 2, 3]))
            .then(RandomErasing::new())
            .normalize(Normalize::imagenet());
        let writer = PlaneWriter::new(recipe.normalization(), 3).unwrap();
        let mut numbers = SplitMix64::of_epoch(4, 0);
        let mut different = std::collections::HashSet::new();
        for index in 0..500 {
            let key = SampleKey { seed: 8, epoch: index % 5, index };
            let size = ImageSize::new(30 + (index % 17) as u32, 25 + (index % 23) as u32);
            let pixels = (0..size.area() * 3).map(|_| numbers.below(256) as u8).collect();
            let image = Image::new(size, ColorMode::Rgb, pixels).unwrap();
            let expected = recipe.numbers(&recipe.apply_with(image.clone(), key).unwrap()).unwrap();
            let plan = PlanesPlan::new(recipe.plan_with(size, key).unwrap(), ColorMode::Rgb, 1);
            let region = plan.wanted(1).region.unwrap_or(Region::whole(size));
            let mut found = vec![f32::NAN; expected.len()];
            let part = region.cut(image).unwrap();
            plan.write(part, region, ImageSize::square(22), &writer, &mut Planes::F32(&mut found)).unwrap();
            assert!(expected.as_slice() == Some(&found[..]), "{key:?}");
            different.insert((region.left, region.top, region.size));
        }
        assert!(different.len() > 400, "{}", different.len());
    }

    /// Also where no more of the image is there than what the plan asks for.
    #[test]
    fn one_pass_gives_the_numbers_of_the_steps_one_by_one() {
        let mut numbers = SplitMix64::of_epoch(11, 0);
        let mut below = |bound: u32| numbers.below(bound.into()) as u32;
        let writers = [None, Some(Normalize::imagenet())]
            .map(|normalize| (normalize.clone(), PlaneWriter::new(normalize.as_ref(), 3).unwrap()));
        let (mut fused, mut parts) = (0, 0);
        for case in 0..10_000 {
            let from = ImageSize::new(1 + below(60), 1 + below(60));
            let pixels = (0..from.area() * 3).map(|_| below(256) as u8).collect();
            let image = Image::new(from, ColorMode::Rgb, pixels).unwrap();
            let filters = [Filter::Nearest, Filter::Box, Filter::Bilinear, Filter::Bicubic, Filter::Lanczos3];
            let filter = filters[below(5) as usize];
            let first = CenterCrop::new(ImageSize::new(1 + below(from.width), 1 + below(from.height)));
            let resize = match below(2) {
                0 => Resize::shorter_side(1 + below(40)),
                _ => Resize::exact(ImageSize::new(1 + below(50), 1 + below(50))),
            }
            .filter(filter);
            let is_cropped = below(2) == 0;
            let cropped = if is_cropped { first.apply(image.clone()).unwrap() } else { image.clone() };
            let whole = resize.apply(cropped).unwrap();
            let last = CenterCrop::new(ImageSize::new(
                1 + below(whole.size().width),
                1 + below(whole.size().height),
            ));
            let expected = last.apply(whole).unwrap();
            let to = expected.size();
            let (normalize, writer) = &writers[case % 2];
            let expected = if case % 3 == 0 { flipped(expected) } else { expected };
            let stepwise = crate::transform::recipe::numbers_of(&expected, normalize.as_ref()).unwrap();
            let recipe = if is_cropped { Recipe::new().then(first) } else { Recipe::new() };
            let recipe = recipe.then(resize).then(last);
            let flips = case % 3 == 0;
            let recipe =
                if flips { recipe.then(RandomHorizontalFlip::new().p(1.0).unwrap()) } else { recipe };
            for part_alone in [false, true] {
                let plan = PlanesPlan::new(recipe.plan_with(from, KEY).unwrap(), ColorMode::Rgb, 1);
                let wanted = plan.wanted(1).region.filter(|_| part_alone);
                let region = wanted.unwrap_or(Region::whole(from));
                fused += usize::from(matches!(plan, PlanesPlan::Fused(_)));
                parts += usize::from(region != Region::whole(from));
                let mut found = vec![f32::NAN; stepwise.len()];
                let part = region.cut(image.clone()).unwrap();
                plan.write(part, region, to, writer, &mut Planes::F32(&mut found)).unwrap();
                assert!(stepwise.as_slice() == Some(&found[..]), "{from} {recipe:?} {region:?}");
            }
        }
        match crate::transform::avx2::Avx2::detected() {
            Some(_) => assert!(fused > 12_000 && parts > 5_000, "{fused} in one pass, {parts} of a part"),
            None => println!("skipped: without AVX2 all go step by step"),
        }
    }

    #[test]
    fn an_image_of_another_size_than_the_batch_is_refused() {
        let image = Image::new(ImageSize::square(4), ColorMode::Rgb, vec![0; 48]).unwrap();
        let writer = PlaneWriter::new(None, 3).unwrap();
        for recipe in [Recipe::new(), Recipe::new().then(Resize::exact(ImageSize::square(3)))] {
            let plan = PlanesPlan::new(recipe.plan(image.size()).unwrap(), ColorMode::Rgb, 1);
            let mut planes = [0.0; 75];
            let whole = Region::whole(image.size());
            let to = ImageSize::square(5);
            let error =
                plan.write(image.clone(), whole, to, &writer, &mut Planes::F32(&mut planes)).unwrap_err();
            assert!(error.to_string().ends_with("expected 5x5 as its last steps say"), "{error}");
        }
    }
}
