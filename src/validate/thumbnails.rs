//! Small pictures of a source's images, for a page.

use std::collections::HashMap;

use crate::images::ImageSize;
use crate::report::Thumbnails;
use crate::transform::{Recipe, Resize, Transform};
use crate::validate::Validator;

/// Small pictures of a validator's images, read again when a page shows them: the sides are at most 96 pixels.
///
/// ```
/// use burn_prep::report::Thumbnails;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::{SourceThumbnails, Validator};
///
/// let validator = Validator::new(ImageFolder::open("assets/photos")?);
/// let thumbnails = SourceThumbnails::new(&validator);
/// let png = thumbnails.thumbnail("animals/cat.jpg").unwrap();
/// let size = burn_prep::images::Decoder::rgb8().probe(&png)?.size;
/// assert_eq!((size.width, size.height), (96, 64));
/// assert_eq!(thumbnails.thumbnail("no such file"), None);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug)]
pub struct SourceThumbnails<'a> {
    validator: &'a Validator,
    indices: HashMap<&'a str, usize>,
}

impl<'a> SourceThumbnails<'a> {
    /// Those of the images that a validator reads, with its decoder.
    pub fn new(validator: &'a Validator) -> Self {
        let source = validator.source();
        let name = |index| Some((source.sample(index)?.uri.as_str(), index));
        Self { validator, indices: (0..source.len()).filter_map(name).collect() }
    }
}

impl Thumbnails for SourceThumbnails<'_> {
    fn thumbnail(&self, subject: &str) -> Option<Vec<u8>> {
        const SIDE: f64 = 96.0;
        let index = *self.indices.get(subject)?;
        let decoded = self.validator.decode(index).ok()?;
        let size = decoded.image.size();
        let scale = (SIDE / f64::from(size.width.max(size.height))).min(1.0);
        // At most 96, as the scale says.
        let side = |side: u32| ((f64::from(side) * scale).round() as u32).max(1);
        let small = ImageSize::new(side(size.width), side(size.height));
        let image = Recipe::new().then(Resize::exact(small)).apply(decoded.image).ok()?;
        image.to_png().ok()
    }
}
