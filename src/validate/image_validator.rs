//! The validator of pictures that are in memory.

use rayon::prelude::*;

use crate::error::{Error, ErrorKind, Result};
use crate::transform::Recipe;
use crate::validate::dataset::Collected;
use crate::validate::inspection::Inspection;
use crate::validate::{NamedImage, Thresholds, Validation};

/// Pictures that a thread measures before more are taken.
const CHUNK: usize = 4;

/// Checks pictures that are in memory: arrays, or the pictures of a batch. Use it for data that is not in files, and for what a
/// loader gives; a [`Validator`](crate::validate::Validator) takes files and their bytes.
///
/// All checks of pixels, sizes, duplicates, leaks between splits, classes and properties run; those of files find nothing, and
/// features, predictions and other datasets are not compared. Pictures
/// are added in any number of calls and not kept, only the [`ImageRecord`](crate::validate::ImageRecord) of each.
///
/// ```
/// use burn_prep::images::Image;
/// use burn_prep::report::Check;
/// use burn_prep::validate::{ImageValidator, NamedImage};
/// use ndarray::Array3;
///
/// let ramp = Array3::from_shape_fn([48, 64, 3], |(y, x, c)| (x * x / 16 + y * 3 + c * 40) as u8);   // [H, W, C]
/// let black = Array3::<u8>::zeros([48, 64, 3]);
/// let mut validator = ImageValidator::new();
/// for (name, split, array) in [("row 0", "train", &ramp), ("row 1", "train", &black), ("row 2", "test", &ramp)] {
///     validator.add([NamedImage::new(name, Image::from_array(array.view())?).split(split)])?;
/// }
/// let report = validator.finish()?.report;
/// let subjects = |check: Check| -> Vec<&str> {
///     let findings = report.findings.iter().filter(|finding| finding.check == check);
///     findings.flat_map(|finding| &finding.subjects).map(String::as_str).collect()
/// };
/// assert_eq!(subjects(Check::Constant), ["row 1"]);
/// assert_eq!(subjects(Check::SplitLeak), ["row 0", "row 2"]);
/// assert_eq!((report.files_seen, report.count(Check::ExtensionMismatch)), (3, 0));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "Imagelab")]
#[derive(Debug, Clone, Default)]
pub struct ImageValidator {
    thresholds: Thresholds,
    recipe: Option<Recipe>,
    collected: Collected,
    /// The channels of the first picture.
    channels: Option<usize>,
}

impl ImageValidator {
    /// Creates a validator without pictures.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the values at which measurements become findings.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::report::Check;
    /// use burn_prep::validate::{ImageValidator, NamedImage, Thresholds};
    ///
    /// let stripes = Image::new(ImageSize::square(8), ColorMode::L, (0..64).map(|at| at % 8 * 30).collect())?;
    /// let strict = Thresholds { tiny: 9, ..Thresholds::default() };
    /// let mut validator = ImageValidator::new().thresholds(strict);
    /// validator.add([NamedImage::new("stripes", stripes)])?;
    /// assert_eq!(validator.finish()?.report.count(Check::Tiny), 1);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn thresholds(mut self, thresholds: Thresholds) -> Self {
        self.thresholds = thresholds;
        self
    }

    /// Sets the recipe that will prepare the pictures for a model, as
    /// [`Validator::recipe`](crate::validate::Validator::recipe) does: not a recipe that they went through already.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::report::Check;
    /// use burn_prep::transform::{Recipe, Resize};
    /// use burn_prep::validate::{ImageValidator, NamedImage};
    ///
    /// let small = Image::new(ImageSize::square(8), ColorMode::L, (0..64).map(|at| at % 8 * 30).collect())?;
    /// let mut validator = ImageValidator::new().recipe(Recipe::new().then(Resize::shorter_side(224)));
    /// validator.add([NamedImage::new("small", small)])?;
    /// assert_eq!(validator.finish()?.report.count(Check::RecipeMisfit), 1);   // enlarged 28 times
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[must_use]
    pub fn recipe(mut self, recipe: Recipe) -> Self {
        self.recipe = Some(recipe);
        self
    }

    /// Measures pictures, by all of rayon's threads. An iterator is taken a few pictures at a time.
    ///
    /// # Errors
    ///
    /// A picture has another number of channels than the first one. The pictures before it count.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::validate::{ImageValidator, NamedImage};
    ///
    /// let image = |mode: ColorMode| Image::new(ImageSize::square(2), mode, vec![90; 4 * mode.channels()]);
    /// let mut validator = ImageValidator::new();
    /// validator.add([NamedImage::new("row 0", image(ColorMode::Rgb)?)])?;
    /// let error = validator.add([NamedImage::new("row 1", image(ColorMode::L)?)]).unwrap_err();
    /// assert!(error.to_string().starts_with("row 1: ImageValidator::add: found shape [1], expected [3] channels"));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn add(&mut self, images: impl IntoIterator<Item = NamedImage>) -> Result<()> {
        let mut images = images.into_iter();
        loop {
            let chunk: Vec<NamedImage> = images.by_ref().take(CHUNK * rayon::current_num_threads()).collect();
            if chunk.is_empty() {
                return Ok(());
            }
            let inspections: Vec<Inspection> = chunk.into_par_iter().map(inspected).collect();
            inspections.into_iter().try_for_each(|inspection| self.keep(inspection))?;
        }
    }

    fn keep(&mut self, inspection: Inspection) -> Result<()> {
        let found = inspection.histogram.as_ref().map_or(0, |histogram| histogram.channels().len());
        let expected = *self.channels.get_or_insert(found);
        if found != expected {
            let expected = format!("[{expected}] channels as of the first picture (bring all to one mode)");
            let error = Error::shape("ImageValidator::add", [found], expected);
            return Err(error.at_path(inspection.record.uri));
        }
        self.collected.add(inspection)
    }

    /// Runs the checks on all pictures, and returns the report and the records, in the order in which they were added.
    ///
    /// # Errors
    ///
    /// There are no pictures.
    pub fn finish(self) -> Result<Validation> {
        match self.collected.records.is_empty() {
            true => Err(ErrorKind::Empty { what: "list of images" }.into()),
            false => self.collected.validation(&self.thresholds, self.recipe.as_ref()),
        }
    }
}

fn inspected(named: NamedImage) -> Inspection {
    let NamedImage { uri, class, split, group, image } = named;
    let mut inspection = Inspection::of_image(uri, &image);
    (inspection.record.class, inspection.record.split, inspection.record.group) = (class, split, group);
    inspection
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::{ColorMode, Image, ImageSize};
    use crate::report::Check;

    fn picture(seed: u32, mode: ColorMode) -> Image {
        let size = ImageSize::new(40, 30);
        let samples = 40 * 30 * mode.channels() as u32;
        let pixels = (0..samples).map(|at| (at.wrapping_mul(2_654_435_761 + seed) >> 24) as u8).collect();
        Image::new(size, mode, pixels).unwrap()
    }

    /// No file is there that could be renamed, converted or lost.
    #[test]
    fn checks_of_files_find_nothing_whatever_the_names_are() {
        let named = ["a/Cat.jpg", "a/cat.JPG", "a/cat.png", "a/cat"].into_iter().zip(0..);
        let mut validator = ImageValidator::new();
        let named = named.map(|(name, seed)| NamedImage::new(name, picture(seed, ColorMode::Rgb)));
        validator.add(named).unwrap();
        let Validation { report, records } = validator.finish().unwrap();
        for check in [Check::ExtensionMismatch, Check::FileFormat, Check::NameClash, Check::ColorModel] {
            assert_eq!(report.count(check), 0, "{report}");
        }
        assert!(report.dataset.formats.is_empty() && report.dataset.images == 4);
        let rows = crate::validate::ImageRow::all(&records, &report);
        assert_eq!((rows[0].format, rows[0].file_bytes, rows[0].frames), (None, None, None));
        assert_eq!((rows[0].width, rows[0].color.as_deref()), (Some(40), Some("Rgb8")));
    }

    #[test]
    fn transparency_is_found_and_laid_over_the_mean() {
        let mut clear = picture(1, ColorMode::Rgba);
        clear.pixels_mut().iter_mut().skip(3).step_by(4).for_each(|alpha| *alpha = 0);
        let mut validator = ImageValidator::new();
        validator.add([NamedImage::new("clear", clear)]).unwrap();
        let Validation { report, records } = validator.finish().unwrap();
        assert_eq!(report.count(Check::FullyTransparent), 1, "{report}");
        // Of what is seen, which is one grey.
        assert_eq!(records[0].picture.as_ref().unwrap().measures.entropy, 0.0);
    }

    #[test]
    fn a_stored_record_of_a_picture_without_a_file_comes_back() {
        let record = crate::validate::ImageRecord::of_image("row 0", &picture(0, ColorMode::L));
        let text = serde_json::to_string(&record).unwrap();
        assert_eq!(serde_json::from_str::<crate::validate::ImageRecord>(&text).unwrap(), record);
    }

    #[test]
    fn no_pictures_are_an_error() {
        let error = ImageValidator::new().finish().unwrap_err();
        assert_eq!(error.to_string(), "list of images is empty");
    }
}
