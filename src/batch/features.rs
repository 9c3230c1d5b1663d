//! Features of images by a module on a device.

use std::num::NonZeroUsize;

use burn::data::dataloader::batcher::Batcher;
use burn::tensor::{Device, Tensor};
use rayon::prelude::*;

use crate::batch::{ImageBatch, ImageBatcher, ImageDataset, LoadedImage, SkippedImage};
use crate::bridge::IntoNdarray;
use crate::error::{Error, ErrorKind, Result};
use crate::neighbors::FeatureRows;

impl ImageDataset {
    /// Computes features of all images by a module on a device, such as a network without its last layer, for
    /// [`Validator::features`](crate::validate::Validator::features) of the same source: a row for each sample. `module` takes images
    /// `[N, C, H, W]` with `N` up to `batch`, and returns `[N, columns]`. The recipe has to bring the images to one size. Rows of files
    /// that cannot be used are NaN, whatever [`OnError`](crate::batch::OnError) says.
    ///
    /// # Errors
    ///
    /// The recipe does not fit an image, images of a batch differ in shape, the device fails, or the module returns another shape, or
    /// another number of columns than before. No file can be used.
    ///
    /// ```
    /// use std::num::NonZeroUsize;
    /// use burn::tensor::Tensor;
    /// use burn_prep::prelude::*;
    ///
    /// let dataset = ImageDataset::new(ImageFolder::open("assets/photos")?, Decoder::rgb8())
    ///     .recipe(Recipe::new().then(Resize::exact(ImageSize::square(16))));
    /// let colors = |images: Tensor<4>| images.mean_dim(3).mean_dim(2).flatten::<2>(1, 3);
    /// let batch = NonZeroUsize::new(16).unwrap();
    /// let rows = dataset.features_by(batch, &DeviceSpec::Cpu.init()?, colors)?;
    /// assert_eq!((rows.len(), rows.columns()), (40, 3));
    /// assert!(rows.row(39).iter().all(|mean| (0.0..=1.0).contains(mean)));
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    #[doc(alias = "embeddings")]
    pub fn features_by(
        &self,
        batch: NonZeroUsize,
        device: &Device,
        mut module: impl FnMut(Tensor<4>) -> Tensor<2>,
    ) -> Result<FeatureRows> {
        let total = self.source().len();
        let (mut values, mut columns): (Vec<f32>, Option<usize>) = (Vec::new(), None);
        for start in (0..total).step_by(batch.get()) {
            let load = |index: usize| self.usable(index);
            let loaded: Vec<Result<Result<LoadedImage, SkippedImage>>> =
                (start..start.saturating_add(batch.get()).min(total)).into_par_iter().map(load).collect();
            let items = loaded.into_iter().collect::<Result<Vec<_>>>()?;
            let ImageBatch { images, records, .. } = ImageBatcher::new().batch(items, device)?;
            if records.is_empty() {
                continue;
            }
            let found = module(images).into_ndarray_as::<f32>()?;
            let expected = *columns.get_or_insert(found.ncols());
            if expected == 0 || found.dim() != (records.len(), expected) {
                let expected = format!("[{}, {}]", records.len(), expected.max(1));
                return Err(Error::shape("features_by", found.shape(), expected));
            }
            for (record, row) in records.iter().zip(found.rows()) {
                // The files before this one that cannot be used.
                values.resize(record.index * expected, f32::NAN);
                values.extend(row);
            }
        }
        let Some(columns) = columns else {
            return Err(ErrorKind::Empty { what: "list of images that can be used" }.into());
        };
        values.resize(total * columns, f32::NAN);
        FeatureRows::new(columns, values)
    }

    /// What was loaded of a sample; an error only where the program is at fault, not the file.
    fn usable(&self, index: usize) -> Result<Result<LoadedImage, SkippedImage>> {
        match self.load(index) {
            Ok(loaded) => Ok(Ok(loaded)),
            Err(error) if error.is_usage() => Err(error),
            Err(error) => Ok(Err(self.skipped(index, error))),
        }
    }
}
