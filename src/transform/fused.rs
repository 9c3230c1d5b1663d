//! A plan as one pass from the decoded pixels to the planes of a batch.

use crate::error::{Error, Result};
use crate::images::{ColorMode, Image, ImageSize, Region};
use crate::transform::convolution::{Part, RegionResize};
use crate::transform::plan::{Plan, Stage};
use crate::transform::resample::fast_region;
use crate::transform::{PlaneWriter, Planes};

/// How an image of a known size becomes the planes of a batch: in one pass where the plan is a resize of a part, else step by
/// step. The numbers are the same.
pub(crate) enum PlanesPlan {
    /// The rows of a region, each normalised when it is computed; of the image, the part from which the resize is made.
    Fused(Region, RegionResize),
    Steps(Plan),
}

impl PlanesPlan {
    pub(crate) fn new(plan: Plan, mode: ColorMode) -> Self {
        let (crop, resize) = match &plan.stages[..] {
            [Stage::Resize { from, to, keep, filter }] => {
                (Region::whole(*from), fast_region(*from, *to, *keep, *filter, mode))
            }
            [Stage::Crop(crop), Stage::Resize { from, to, keep, filter }] => {
                (*crop, fast_region(*from, *to, *keep, *filter, mode))
            }
            _ => return Self::Steps(plan),
        };
        match resize {
            Some(resize) => Self::Fused(crop, resize),
            None => Self::Steps(plan),
        }
    }

    /// The part of the image that is needed, where not the whole.
    pub(crate) fn source(&self) -> Option<Region> {
        match self {
            Self::Fused(crop, resize) => Some(crop.part(resize.source())),
            Self::Steps(_) => None,
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
        let found = match self {
            Self::Fused(crop, resize) if resize.size() == to => {
                let pixels = image.pixels();
                resize.rows(Part { region, pixels }, crop, |y, row| writer.write_row(y, row, planes));
                return Ok(());
            }
            Self::Fused(_, resize) => resize.size(),
            Self::Steps(plan) => {
                let image = plan.run(image)?;
                if image.size() == to {
                    writer.write_image(&image, planes);
                    return Ok(());
                }
                image.size()
            }
        };
        Err(Error::shape("recipe", format_args!("{found}"), format!("{to} as its last steps say")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::SplitMix64;
    use crate::transform::{CenterCrop, Filter, Normalize, Recipe, Resize, Transform};

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
            let stepwise = crate::transform::recipe::numbers_of(&expected, normalize.as_ref()).unwrap();
            let recipe = if is_cropped { Recipe::new().then(first) } else { Recipe::new() };
            let recipe = recipe.then(resize).then(last);
            for part_alone in [false, true] {
                let plan = PlanesPlan::new(recipe.plan(from).unwrap(), ColorMode::Rgb);
                let wanted = plan.source().filter(|_| part_alone);
                let region = wanted.unwrap_or(Region::whole(from));
                fused += usize::from(matches!(plan, PlanesPlan::Fused(..)));
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
            let plan = PlanesPlan::new(recipe.plan(image.size()).unwrap(), ColorMode::Rgb);
            let mut planes = [0.0; 75];
            let whole = Region::whole(image.size());
            let to = ImageSize::square(5);
            let error =
                plan.write(image.clone(), whole, to, &writer, &mut Planes::F32(&mut planes)).unwrap_err();
            assert!(error.to_string().ends_with("expected 5x5 as its last steps say"), "{error}");
        }
    }
}
