//! A picture in memory, with what is known of it.

use crate::images::Image;

/// A picture in memory with its name, for an [`ImageValidator`](crate::validate::ImageValidator), and with its class and its split
/// where it has them.
///
/// ```
/// use burn_prep::images::Image;
/// use burn_prep::validate::NamedImage;
/// use ndarray::Array3;
///
/// let gray = Image::from_array(Array3::from_elem([4, 6, 3], 128_u8).view())?;         // [H, W, C]
/// let named = NamedImage::new("row 17", gray).class("cat").split("test");
/// assert_eq!((named.uri.as_str(), named.class.as_deref(), named.image.shape()), ("row 17", Some("cat"), [4, 6, 3]));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NamedImage {
    /// The name that findings use, another one for each picture.
    pub uri: String,
    /// Its class, where it has one.
    pub class: Option<String>,
    /// Its split, where it is in one.
    pub split: Option<String>,
    /// The group that must not be in several splits, such as a patient or a video.
    pub group: Option<String>,
    /// The picture.
    pub image: Image,
}

impl NamedImage {
    /// A picture of which nothing but its name is known; the fields may be set.
    pub fn new(uri: impl Into<String>, image: Image) -> Self {
        Self { uri: uri.into(), class: None, split: None, group: None, image }
    }

    /// Sets the class.
    #[must_use]
    pub fn class(mut self, class: impl Into<String>) -> Self {
        self.class = Some(class.into());
        self
    }

    /// Sets the split.
    #[must_use]
    pub fn split(mut self, split: impl Into<String>) -> Self {
        self.split = Some(split.into());
        self
    }
}
