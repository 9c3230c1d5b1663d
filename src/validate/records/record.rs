//! What validation keeps of one sample.

use serde::{Deserialize, Serialize};

use crate::fingerprint::{ContentHash, Fingerprint, PixelHash};
use crate::images::{AlphaCoverage, FileFacts, SourceInfo};
use crate::measure::{ChannelSums, Measures};
use crate::report::Finding;

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
    /// A hash of the file's bytes; `None` where it could not be read.
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
    /// Format, size, colours and orientation of the file.
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
