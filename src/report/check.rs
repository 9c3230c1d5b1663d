//! The checks, each with its name, severity and advice.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::{Error, ErrorKind};
use crate::report::Severity;

/// One table of all checks: what each finds, its name in reports, its severity, and what to do about its findings.
macro_rules! checks {
    ($($(#[$doc:meta])* $variant:ident $name:literal $severity:ident $advice:literal,)*) => {
        /// A validation check, with a stable name in reports: `Check::OddSize` is `odd_size`.
        ///
        /// ```
        /// use burn_prep::report::{Check, Severity};
        /// assert_eq!(Check::OddSize.to_string(), "odd_size");
        /// assert_eq!(Check::Truncated.severity(), Severity::Error);
        /// assert_eq!("split_leak".parse::<Check>()?, Check::SplitLeak);
        /// assert!(Check::ALL.iter().all(|check| check.advice().ends_with('.')));
        /// # Ok::<(), burn_prep::Error>(())
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[non_exhaustive]
        pub enum Check {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Check {
            /// All checks, in the order in which reports list them.
            pub const ALL: &'static [Self] = &[$(Self::$variant),*];

            /// The name in reports.
            ///
            /// ```
            /// assert_eq!(burn_prep::report::Check::SplitLeak.name(), "split_leak");
            /// ```
            pub fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The severity of the check's findings, unless a finding says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Self::$variant => Severity::$severity,)* }
            }

            /// What to do about a finding, in a sentence.
            pub fn advice(self) -> &'static str {
                match self { $(Self::$variant => $advice,)* }
            }
        }
    };
}

checks! {
    /// The operating system does not let the file be read.
    Unreadable "unreadable" Error "Give the reader access, or remove the entry.",
    /// The file has no bytes.
    Empty "empty" Error "Fetch the file again, or remove it.",
    /// The content is no image, or a damaged one.
    Undecodable "undecodable" Error "Fetch the file again, or remove it.",
    /// The file may be sound, but has a property that the decoder does not support, which the message names.
    Unsupported "unsupported" Error "Convert the file; it may be sound, so do not delete it.",
    /// The file ends before the image does.
    Truncated "truncated" Error "Fetch the file again, or remove it.",
    /// The image could be decoded, but its data is suspect: see
    /// [`SourceInfo::warning`](crate::images::SourceInfo::warning).
    Corrupt "corrupt" Warning "Look at the picture; fetch it again where it is damaged.",
    /// The image is larger than the limits allow; it was not decoded.
    DecompressionBomb "decompression_bomb" Error "Remove it, or raise the limits where such sizes are meant.",
    /// The extension names another format than the content has, or there is none.
    ExtensionMismatch "extension_mismatch" Warning "Rename the file after its content.",
    /// The format, or the spelling of the extension, is another than that of most files.
    FileFormat "file_format" Info "Convert or rename the file if any reader takes only one of the formats.",
    /// Bytes follow the end of the image, more than a few.
    TrailingData "trailing_data" Warning "Save the picture again, unless the bytes are intended.",
    /// The picture is stored turned or mirrored, and EXIF or XMP says how to show it; readers that ignore this see it turned.
    Orientation "orientation" Warning "Store the pixels upright if any reader ignores orientation.",
    /// The colours of the file are of another kind than those of most files: CMYK, a palette, 16 bits, 1 bit, floats.
    ColorModel "color_model" Warning "Convert the files to one kind of colour.",
    /// The picture has transparent pixels, whose colours depend on the reader.
    Transparent "transparent" Warning "Lay the picture over a background of your choice.",
    /// Every pixel is transparent: nothing is to be seen.
    FullyTransparent "fully_transparent" Error "Remove the file, or its alpha channel.",
    /// The colours are meant for a profile other than sRGB, which is not applied.
    ColorProfile "color_profile" Warning "Convert the picture to sRGB.",
    /// The file holds several pictures; the first is used.
    SeveralFrames "several_frames" Warning "Extract the frames to train on; only the first is read.",
    /// The JPEG file was compressed to a quality below the threshold.
    LowQuality "low_quality" Warning "Use a better copy where there is one.",
    /// The EXIF or XMP metadata tells where the picture was taken.
    PositionData "position_data" Info "Remove the metadata before the dataset is published.",
    /// Nearly all of the picture is dark: `P99(B)` is below the threshold.
    Dark "dark" Warning "Look at the picture; leave it out where nothing is to be seen.",
    /// Nearly all of the picture is light, or washed out.
    Light "light" Warning "Look at the picture; leave it out where nothing is to be seen.",
    /// The picture's tones lie close together: `P99(B) - P1(B)` is below the threshold.
    LowContrast "low_contrast" Warning "Look at the picture.",
    /// Much of the picture is at the end of the range, pure white or black.
    Clipped "clipped" Warning "Look at the picture; details are lost there.",
    /// The histogram of each channel has little entropy.
    LowInformation "low_information" Warning "Look at the picture; it may be a placeholder.",
    /// All pixels are the same.
    Constant "constant" Error "Remove the file.",
    /// A frame of one colour is around the picture, or at some of its sides.
    Border "border" Warning "Crop the border off, unless it is part of the picture.",
    /// The picture is out of focus, or blurred by motion.
    Blurry "blurry" Warning "Look at the picture.",
    /// The picture is noisy.
    Noisy "noisy" Info "Look at the picture.",
    /// The blocks of JPEG compression show.
    Blocky "blocky" Info "Use a better copy where there is one.",
    /// The picture has no colours.
    Grayscale "grayscale" Info "Decide whether the model is to see both kinds.",
    /// The picture is far wider or higher than the others.
    OddAspectRatio "odd_aspect_ratio" Warning "Look at how much the recipe leaves of it.",
    /// The image is at least twice as large or half as large as the median, and an outlier:
    /// `s = sqrt(w h)` is outside of `Q1 - 3 IQR ..= Q3 + 3 IQR` of the dataset.
    OddSize "odd_size" Warning "Look at the picture; it may be a thumbnail or an original among copies.",
    /// The shorter side is below the threshold.
    Tiny "tiny" Warning "Leave the picture out, or fetch a larger one.",
    /// The recipe that prepares the pictures cannot take this one, or enlarges it by more than the threshold: see
    /// [`Validator::recipe`](crate::validate::Validator::recipe).
    RecipeMisfit "recipe_misfit" Warning "Use a larger picture, leave it out, or change the recipe.",
    /// The picture differs from the others in many of its properties together.
    Outlier "outlier" Info "Look at the picture.",
    /// The features of the picture, which the caller gave, are far from those of all others, or they are not finite, or all zero: see
    /// [`Validator::features`](crate::validate::Validator::features).
    FeatureOutlier "feature_outlier" Info "Look at the picture.",
    /// The same picture is there more than once: the same bytes, or the same pixels.
    ExactDuplicate "exact_duplicate" Warning "Keep one of them.",
    /// Nearly the same picture is there more than once: encoded again, resized, cut, brightened, flipped or turned, or with features
    /// that are nearly the same: see [`Validator::features`](crate::validate::Validator::features).
    NearDuplicate "near_duplicate" Warning "Keep one of them, unless they are meant.",
    /// The same picture, or nearly, is in several splits: a model may be tested on what it was trained on.
    SplitLeak "split_leak" Error "Remove it from the training split.",
    /// The same picture, or nearly, is in another dataset: see [`Validator::against`](crate::validate::Validator::against).
    CrossDatasetLeak "cross_dataset_leak" Error "Remove it from the dataset to train on, not from the one to test on.",
    /// A group, such as a patient or a video, is in several splits.
    GroupLeak "group_leak" Error "Divide the dataset by groups.",
    /// The same picture, or nearly, is in several classes.
    LabelConflict "label_conflict" Error "Decide which class is right.",
    /// The class of the picture is probably wrong, by predicted probabilities
    /// ([`Validator::predictions`](crate::validate::Validator::predictions)), or by the classes of the pictures with the nearest
    /// features ([`Validator::features`](crate::validate::Validator::features)).
    LabelError "label_error" Warning "Look at the picture, and correct its class where it is wrong.",
    /// A class has many times as many images as another.
    ClassImbalance "class_imbalance" Warning "Weigh the classes, or draw them in balance.",
    /// A class has few images.
    SmallClass "small_class" Warning "Add images, or leave the class out.",
    /// A class is in one split and not in another.
    MissingClass "missing_class" Warning "Divide the dataset anew, each class into all splits.",
    /// The folder of a class or split has no images; where it has other files, that is for information.
    EmptyClass "empty_class" Warning "Fill the folder, or remove it.",
    /// Some folders are called like splits and others are not, so that all are taken for classes, and no leak between the splits is
    /// seen: see [`SplitLevel`](crate::source::SplitLevel).
    AmbiguousSplits "ambiguous_splits" Warning "Move the other folders away, or say that the first level is of splits.",
    /// An image lies beside the class folders, and has no class.
    StrayImage "stray_image" Warning "Move it to the folder of its class.",
    /// A file that is no image, or one that the system made, lies among the images.
    StrayFile "stray_file" Info "Remove it.",
    /// Two classes, or two splits, have names that look alike: see
    /// [`ImageFolder::look_alikes`](crate::source::ImageFolder::look_alikes).
    SimilarNames "similar_names" Warning "Merge them where they are the same.",
    /// Two files of one folder, or two folders, have names that differ only in the case of letters or in the Unicode form; or two files
    /// differ only in the extension.
    NameClash "name_clash" Warning "Rename all but one of them before the files are copied to another system.",
    /// A plain property of the pictures, such as brightness, tells the classes apart: a model may learn that alone.
    LabelProperty "label_property" Warning "Take the pictures of all classes under the same conditions.",
    /// Images that follow one another in the listing are alike: a split by position is no random split.
    OrderDependence "order_dependence" Info "Shuffle before the dataset is divided.",
}

impl Check {
    /// Whether its findings are of files that cannot be used.
    ///
    /// ```
    /// use burn_prep::report::Check;
    /// assert!(Check::Truncated.is_unusable() && !Check::Dark.is_unusable());
    /// ```
    pub fn is_unusable(self) -> bool {
        matches!(
            self,
            Self::Unreadable
                | Self::Empty
                | Self::Undecodable
                | Self::Unsupported
                | Self::Truncated
                | Self::DecompressionBomb
        )
    }

    /// The check that an error of the decoder belongs to.
    pub(super) fn of_error(error: &Error) -> Self {
        match error.kind() {
            ErrorKind::Empty { .. } => Self::Empty,
            // A format whose feature is off is not read either, and nothing is wrong with the file.
            ErrorKind::Unsupported { .. } | ErrorKind::Unavailable { .. } => Self::Unsupported,
            ErrorKind::Truncated { .. } => Self::Truncated,
            ErrorKind::Limit { .. } => Self::DecompressionBomb,
            ErrorKind::Io(_) => Self::Unreadable,
            _ => Self::Undecodable,
        }
    }
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl std::str::FromStr for Check {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let found = Self::ALL.iter().find(|check| check.name() == name);
        found.copied().ok_or_else(|| Error::parameter("check", name, "the name of a check, such as odd_size"))
    }
}
