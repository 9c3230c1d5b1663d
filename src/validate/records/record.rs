//! What validation keeps of one sample.

use serde::{Deserialize, Serialize};

use crate::fingerprint::{ContentHash, Fingerprint, PixelHash};
use crate::images::{AlphaCoverage, FileFacts, Image, SourceInfo};
use crate::measure::{ChannelSums, Measures};
use crate::report::Finding;
use crate::source::ImageFormat;
use crate::validate::inspection::Inspection;

/// The measurements of one sample, from which all checks are made: about 1.5 KB, however large the picture.
///
/// Checks can be made again with other thresholds without the files: see [`Thresholds`](crate::validate::Thresholds).
///
/// ```
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let validator = Validator::new(ImageFolder::open("assets/photos")?);
/// let record = validator.record(0)?;
/// assert_eq!((record.uri.as_str(), record.class.as_deref()), ("animals/cat.jpg", Some("animals")));
/// let picture = record.picture.unwrap();
/// assert_eq!((picture.source.size.width, picture.source.size.height), (192, 128));
/// assert!(picture.measures.brightness.p99 > 0.5);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct ImageRecord {
    /// The name of the sample in its source.
    pub uri: String,
    /// Its class, where it has one.
    pub class: Option<String>,
    /// Its split, where it is in one.
    pub split: Option<String>,
    /// The group that must not be in several splits: see [`Validator::group_by`](crate::validate::Validator::group_by).
    pub group: Option<String>,
    /// A hash of the file's bytes; `None` where it could not be read, or there is no file.
    pub content: Option<ContentHash>,
    /// What is known of the picture; `None` where it cannot be used.
    pub picture: Option<PictureRecord>,
    /// Why the picture cannot be used.
    pub unusable: Option<Finding>,
}

/// What is kept of a picture that can be used.
///
/// ```
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// let validator = Validator::new(ImageFolder::open("assets/hostile")?);
/// let picture = |name: &str| {
///     let at = (0..32).find(|index| validator.source().sample(*index).unwrap().uri == name).unwrap();
///     validator.record(at).unwrap().picture.unwrap()
/// };
/// assert_eq!(picture("animated.gif").facts.frames, 2);
/// assert!(picture("transparent.png").alpha.unwrap().fully);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct PictureRecord {
    /// Format, size, colours and orientation of the file; of a picture without one the size and the channels alone.
    pub source: SourceInfo,
    /// What else the structure of the file tells.
    pub facts: FileFacts,
    /// How much of the picture is transparent; `None` without an alpha channel.
    pub alpha: Option<AlphaCoverage>,
    /// The sums of the channels as training decodes them, by which the dataset's mean and deviation are computed.
    pub channels: Vec<ChannelSums>,
    /// What was measured of the pixels. Transparent pictures are laid over the mean of their opaque pixels.
    pub measures: Measures,
    /// What recognises the picture.
    pub fingerprint: Fingerprint,
    /// The hash of the pixels that libjpeg-turbo decodes, where a file without losses looks like this JPEG file: by it the two are
    /// recognised as the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reference_pixels: Option<PixelHash>,
}

impl ImageRecord {
    /// Measures a picture that is in memory, such as an array or a picture of a batch. What concerns files stays empty: there are no
    /// [`content`](Self::content) and no [`facts`](PictureRecord::facts), and the format is
    /// [`Memory`](crate::source::ImageFormat::Memory). Class, split and group may be set.
    ///
    /// Use it to compare single pictures with a dataset; [`ImageValidator`](crate::validate::ImageValidator) makes a report of many.
    ///
    /// ```
    /// use burn_prep::images::Decoder;
    /// use burn_prep::source::ImageFolder;
    /// use burn_prep::validate::{ImageRecord, Validator};
    ///
    /// let folder = ImageFolder::open("assets/photos")?;
    /// let cat = Decoder::rgb8().decode_sample(&folder, 0)?.image;
    /// let record = ImageRecord::of_image("row 17", &cat);
    /// assert_eq!((record.uri.as_str(), record.content), ("row 17", None));
    ///
    /// let of_file = Validator::new(folder).record(0)?.picture.unwrap();
    /// assert_eq!(record.picture.unwrap().measures, of_file.measures);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn of_image(uri: impl Into<String>, image: &Image) -> Self {
        Inspection::of_image(uri.into(), image).record
    }
}

impl PictureRecord {
    /// Whether the picture was read from a file, or the bytes of one; of others checks of files find nothing.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Image, ImageSize};
    /// use burn_prep::validate::ImageRecord;
    /// let image = Image::new(ImageSize::square(2), ColorMode::L, vec![0, 80, 160, 240])?;
    /// assert!(!ImageRecord::of_image("row 0", &image).picture.unwrap().has_file());
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn has_file(&self) -> bool {
        self.source.format != ImageFormat::Memory
    }
}
