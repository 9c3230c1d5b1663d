//! The plan of a recipe for images of one size.

use std::sync::Arc;

use crate::error::{Error, Result};
use crate::images::{Image, ImageSize, Region};
use crate::transform::random::{Erasure, Jitter, Window, flip_rows};
use crate::transform::resample::{computed, place_in_middle, resized};
use crate::transform::resize::{check_scratch, check_size};
use crate::transform::{Filter, Normalize, Recipe, Resize, SampleKey, Transform};

/// The plan of a [`Recipe`](crate::transform::Recipe) for images of one size: the region that each resize computes, and
/// the output size.
///
/// ```
/// use burn_prep::images::{ColorMode, Image, ImageSize};
/// use burn_prep::transform::{CenterCrop, Recipe, Resize};
///
/// let plan = Recipe::new().then(Resize::shorter_side(2)).then(CenterCrop::square(2)).plan(ImageSize::new(8, 4))?;
/// assert_eq!(plan.output(), Some(ImageSize::square(2)));
/// let image = Image::new(ImageSize::new(8, 4), ColorMode::L, vec![9; 32])?;
/// assert_eq!(plan.run(image)?.pixels(), [9; 4]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone)]
pub struct Plan {
    from: ImageSize,
    pub(super) stages: Vec<Stage>,
    output: Option<ImageSize>,
}

/// One pass over pixels.
#[derive(Debug, Clone)]
pub(super) enum Stage {
    /// The region `keep` of the image of the size `from` resized to `to`.
    Resize { from: ImageSize, to: ImageSize, keep: Region, filter: Filter },
    /// A part of it, which may reach beyond it.
    Window(Window),
    /// Left and right exchanged.
    Flip,
    /// Other colours.
    Jitter(Jitter),
    /// A rectangle of it erased, by the normalisation that comes later.
    Erase(Erasure, Option<Arc<Normalize>>),
    /// Bars around it.
    Letterbox { to: ImageSize, fill: u8 },
    /// A part of it.
    Crop(Region),
    /// A step of one's own, and what follows it.
    Step(Arc<dyn Transform>, Recipe, SampleKey),
}

impl Plan {
    pub(super) fn of(from: ImageSize) -> Self {
        Self { from, stages: Vec::new(), output: Some(from) }
    }

    /// The output size; `None` after a custom step, whose output size is known only when it has run.
    pub fn output(&self) -> Option<ImageSize> {
        self.output
    }

    /// The factor by which the resizes of the plan enlarge the image: the larger of the factors of width and height, below 1 where
    /// both become smaller, and 1 without a resize. Crops and padding bars are not counted, nor a custom step and what follows it.
    ///
    /// ```
    /// use burn_prep::images::ImageSize;
    /// use burn_prep::transform::{CenterCrop, Recipe, Resize};
    ///
    /// let recipe = Recipe::new().then(Resize::shorter_side(256)).then(CenterCrop::square(224));
    /// assert_eq!(recipe.plan(ImageSize::new(128, 64))?.enlargement(), 4.0);
    /// assert_eq!(recipe.plan(ImageSize::new(1024, 512))?.enlargement(), 0.5);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn enlargement(&self) -> f64 {
        let (mut across, mut down) = (1.0_f64, 1.0_f64);
        for stage in &self.stages {
            if let Stage::Resize { from, to, .. } = stage {
                across *= f64::from(to.width) / f64::from(from.width);
                down *= f64::from(to.height) / f64::from(from.height);
            }
        }
        across.max(down)
    }

    fn push(&mut self, stage: Stage, output: ImageSize) -> ImageSize {
        self.stages.push(stage);
        self.output = Some(output);
        output
    }

    /// Appends a resize and gives the size of its result.
    pub(super) fn resize(&mut self, resize: Resize, from: ImageSize) -> Result<ImageSize> {
        let to = resize.inner_size(from)?;
        if to.area() == 0 {
            check_size(to)?;
        }
        let keep = Region::whole(to);
        let size = self.push(Stage::Resize { from, to, keep, filter: resize.kernel() }, to);
        Ok(match resize.bars() {
            Some((around, fill)) => self.push(Stage::Letterbox { to: around, fill }, around),
            None => size,
        })
    }

    /// Appends a step of one's own, and what follows it.
    pub(super) fn step(&mut self, step: Arc<dyn Transform>, rest: Recipe, key: SampleKey) {
        self.stages.push(Stage::Step(step, rest, key));
        self.output = None;
    }

    /// By how much the sides of the image may be reduced when it is decoded, such that what the first resize sees is at least
    /// twice the size of its result: 1, 2, 4 or 8.
    #[cfg(feature = "burn")]
    pub(super) fn reduction(&self) -> u32 {
        let Some(Stage::Resize { from, to, .. }) = self.stages.first() else { return 1 };
        let fits = |reduction: &u32| {
            let least = |side: u32| u64::from(side) * 2 * u64::from(*reduction);
            u64::from(from.width) >= least(to.width) && u64::from(from.height) >= least(to.height)
        };
        [8, 4, 2].into_iter().find(fits).unwrap_or(1)
    }

    /// Appends a crop and gives its size. Behind a resize or behind another crop it is no pass of its own.
    pub(super) fn crop(&mut self, region: Region) -> ImageSize {
        self.output = Some(region.size);
        match self.stages.last_mut() {
            Some(Stage::Resize { keep, .. }) => *keep = keep.part(region),
            Some(Stage::Crop(kept)) => *kept = kept.part(region),
            _ => self.stages.push(Stage::Crop(region)),
        }
        region.size
    }

    /// Appends a rectangle that may reach beyond the image, and gives its size.
    pub(super) fn window(&mut self, window: Window, from: ImageSize) -> ImageSize {
        match window.visible(from) {
            Some((region, _)) if region.size == window.size => self.crop(region),
            _ => self.push(Stage::Window(window), window.size),
        }
    }

    /// Appends a flip, where it is one, and gives the size.
    pub(super) fn flip(&mut self, flips: bool, size: ImageSize) -> ImageSize {
        if flips { self.push(Stage::Flip, size) } else { size }
    }

    /// Appends a change of colours and gives the size.
    pub(super) fn jitter(&mut self, jitter: Jitter, size: ImageSize) -> ImageSize {
        self.push(Stage::Jitter(jitter), size)
    }

    /// Appends an erased rectangle, where there is one, and gives the size.
    pub(super) fn erase(
        &mut self,
        erasure: Option<Erasure>,
        normalize: Option<Arc<Normalize>>,
        size: ImageSize,
    ) -> ImageSize {
        match erasure {
            Some(erasure) => self.push(Stage::Erase(erasure, normalize), size),
            None => size,
        }
    }

    /// No pass makes nothing, or more than a batch can hold; nor what a resize has between its two passes, which is as
    /// wide as the result and as high as the source.
    pub(super) fn check(&self) -> Result<()> {
        self.stages.iter().try_for_each(|stage| match stage {
            Stage::Resize { from, to, keep, filter } => {
                let size = computed(*to, *keep, *filter).size;
                check_size(size)?;
                match filter {
                    Filter::Nearest => Ok(()),
                    _ if from.width == to.width || from.height == to.height => Ok(()),
                    _ => check_scratch(ImageSize::new(size.width, from.height)),
                }
            }
            _ => Ok(()),
        })
    }

    /// Applies the planned steps to an image of the planned size.
    ///
    /// # Errors
    ///
    /// The image is of another size, or a custom step fails.
    pub fn run(&self, image: Image) -> Result<Image> {
        if image.size() != self.from {
            let expected = format!("{} as planned", self.from);
            return Err(Error::shape("plan", format_args!("{}", image.size()), expected));
        }
        self.stages.iter().try_fold(image, |image, stage| stage.run(image))
    }
}

impl Stage {
    pub(super) fn run(&self, mut image: Image) -> Result<Image> {
        let (size, mode) = (image.size(), image.mode());
        match self {
            Self::Resize { to, keep, filter, .. } => resized(image, *to, *keep, *filter),
            Self::Letterbox { to, fill } => place_in_middle(&image, *to, *fill),
            Self::Crop(region) => region.cut(image),
            Self::Window(window) => window.cut(image),
            Self::Flip => {
                flip_rows(image.pixels_mut(), size.width, mode.channels());
                Ok(image)
            }
            Self::Jitter(jitter) => {
                jitter.run(image.pixels_mut(), mode)?;
                Ok(image)
            }
            Self::Erase(erasure, normalize) => {
                erasure.run(image.pixels_mut(), size.width, mode, normalize.as_deref())?;
                Ok(image)
            }
            Self::Step(step, rest, key) => rest.apply_with(step.apply(image)?, *key),
        }
    }
}
