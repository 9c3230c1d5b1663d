//! Features and predictions that a validator takes, and features that are made from its images.

use std::path::Path;
use std::sync::Arc;

use rayon::prelude::*;

use crate::arrays::AnyArray;
use crate::error::{Error, ErrorKind, Result};
use crate::images::{Image, composite_on_mean};
use crate::neighbors::FeatureRows;
use crate::validate::Validator;

impl Validator {
    /// Sets features of the samples, such as the embeddings that a network gives to images, from which outliers, near duplicates and
    /// wrong classes are found. Row `i` belongs to sample `i` of the source, files that cannot be read included; their rows may hold
    /// any values. Another number of rows is an error of [`run`](Self::run).
    ///
    /// [`run`](Self::run) compares each picture with the 10 that have the nearest features, and reports:
    ///
    /// * `feature_outlier`: pictures that are far from all others, in datasets of 50 pictures or more; also usable pictures whose
    ///   features are not finite, or all zero in 4 columns or more, which are not compared;
    /// * `near_duplicate`: pictures that are very close, joined with the duplicates by fingerprints;
    /// * `label_error`: classes that the neighbours contradict, where 50 pictures or more have a class; not reported when there are
    ///   [`predictions`](Self::predictions).
    ///
    /// [`FeatureScores`](crate::validate::FeatureScores) has the formulas.
    ///
    /// ```
    /// use burn_prep::neighbors::FeatureRows;
    /// use burn_prep::report::Check;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// // A direction of its own for each picture, but for the second, which is like the first.
    /// let mut features = vec![0.0; 40 * 40];
    /// (0..40).for_each(|row| features[40 * row + if row == 1 { 0 } else { row }] = 1.0);
    /// let validator = Validator::new(ImageFolder::open("assets/photos")?);
    /// let report = validator.features(FeatureRows::new(40, features)?).run()?;
    /// let is_alike = |message: &str| message.contains("by features like animals/cat.jpg");
    /// assert!(report.findings.iter().any(|found| found.check == Check::NearDuplicate && is_alike(&found.message)));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "embeddings")]
    #[doc(alias = "Datalab")]
    #[doc(alias = "compute_uniqueness")]
    #[doc(alias = "compute_near_duplicates")]
    #[must_use]
    pub fn features(mut self, features: FeatureRows) -> Self {
        self.brought.features = Some(Arc::new(features));
        self
    }

    /// Sets the probabilities `[samples, classes]` that a model gives to the classes of the samples, of any float type, from which
    /// wrong classes are found. Row `i` belongs to sample `i` of the source, as for [`features`](Self::features), and column `j` to
    /// class `j` of [`Source::classes`](crate::source::Source::classes). Use probabilities of models that did not see the sample in
    /// training, as from cross-validation.
    ///
    /// [`run`](Self::run) reports classes that are probably wrong (`label_error`), by
    /// [`LabelErrors`](crate::label_errors::LabelErrors). Samples without a class, and rows that are all NaN, are left out. Another
    /// number of rows or columns is an error of [`run`](Self::run), and so is a row of a usable picture with values outside of 0 to 1
    /// or a sum that is not 1 within 0.01.
    ///
    /// ```
    /// use burn_prep::report::Check;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    /// use ndarray::{Array2, array};
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let mut probabilities = Array2::from_elem([40, 6], 0.01_f64);
    /// for (index, sample) in folder.samples().iter().enumerate() {
    ///     probabilities[[index, sample.label.unwrap()]] = 0.95;
    /// }
    /// probabilities.row_mut(0).assign(&array![0.01, 0.95, 0.01, 0.01, 0.01, 0.01]);
    /// let report = Validator::new(folder).predictions(probabilities).run()?;
    /// let found = report.findings.iter().find(|finding| finding.check == Check::LabelError).unwrap();
    /// assert_eq!(found.subject(), "animals/cat.jpg");
    /// let message = "given animals, likely objects by the predicted probabilities: self-confidence 0.010, normalised margin 0.030";
    /// assert_eq!(found.message, message);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "pred_probs")]
    #[doc(alias = "find_label_issues")]
    #[must_use]
    pub fn predictions(mut self, probabilities: impl Into<AnyArray>) -> Self {
        self.brought.predictions = Some(Arc::new(probabilities.into()));
        self
    }

    /// Computes features by calling a function with each decoded image, for [`features`](Self::features): a row for each sample of
    /// the source. Each image is decoded once, a few ahead on all of rayon's threads, and the function is called in the order of the
    /// samples. Transparent images are laid over the mean of their opaque pixels. Rows are NaN for samples that cannot be decoded,
    /// and for those that [`sample`](Self::sample) or [`shard`](Self::shard) leaves out. For a network on a device see
    /// `ImageDataset::features_by`.
    ///
    /// # Errors
    ///
    /// The function returns an error, or another number of features than before, or none; the error names the sample. No image can
    /// be decoded.
    ///
    /// ```
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::Validator;
    ///
    /// let validator = Validator::new(ImageFolder::open("assets/photos")?);
    /// let sides = |image: &burn_prep::images::Image| Ok(vec![image.size().width as f32, image.size().height as f32]);
    /// let rows = validator.features_by(sides)?;
    /// assert_eq!((rows.len(), rows.row(0)), (40, &[192.0, 128.0][..]));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn features_by(&self, mut features: impl FnMut(&Image) -> Result<Vec<f32>>) -> Result<FeatureRows> {
        let total = self.source.len();
        let (mut values, mut columns): (Vec<f32>, Option<usize>) = (Vec::new(), None);
        let ahead = rayon::current_num_threads().max(1);
        for start in (0..total).step_by(ahead) {
            let chunk = start..(start + ahead).min(total);
            let images: Vec<Option<Image>> =
                chunk.clone().into_par_iter().map(|index| self.image(index)).collect();
            for (index, image) in chunk.zip(images) {
                let Some(image) = image else { continue };
                let named = |error: Error| match self.source.sample(index) {
                    Some(sample) if error.path().is_none() => sample.name(error),
                    _ => error,
                };
                let row = features(&image).map_err(named)?;
                let expected = *columns.get_or_insert(row.len());
                if row.is_empty() || row.len() != expected {
                    let expected = format!("[{}] for every image", expected.max(1));
                    return Err(named(Error::shape("features_by", [row.len()], expected)));
                }
                // The samples before this one that have no image.
                values.resize(index * expected, f32::NAN);
                values.extend(row);
            }
        }
        let Some(columns) = columns else {
            return Err(ErrorKind::Empty { what: "list of images that can be decoded" }.into());
        };
        values.resize(total * columns, f32::NAN);
        FeatureRows::new(columns, values)
    }

    /// The image of a sample that is looked at, as measures see it.
    fn image(&self, index: usize) -> Option<Image> {
        if self.drawn.as_ref().is_some_and(|drawn| drawn.binary_search(&index).is_err()) {
            return None;
        }
        let sample = self.source.sample(index)?;
        let bytes = self.source.read(index, self.decoder.file_limit()).ok()?;
        let name = sample.path.as_deref().unwrap_or(Path::new(&sample.uri));
        let (decoded, transparent) = self.decoder.decode_with_alpha(name, &bytes).ok()?;
        Some(transparent.as_ref().map_or(decoded.image, composite_on_mean))
    }
}
