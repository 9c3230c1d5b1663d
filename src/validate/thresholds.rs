//! The values at which measurements become findings.

use serde::{Deserialize, Serialize};

use crate::duplicates::DuplicateRules;

/// The values at which measurements become findings. The defaults are for photographs.
///
/// `B` is the perceived brightness of a pixel, 0..=1, and `P1(B)` its percentile over the picture: see
/// [`Brightness`](crate::measure::Brightness).
///
/// ```
/// use burn_prep::report::Check;
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::{Thresholds, Validator};
///
/// let strict = Thresholds { tiny: 200, ..Thresholds::default() };
/// let report = Validator::new(ImageFolder::open("assets/photos")?).thresholds(strict).run()?;
/// assert!(report.count(Check::Tiny) > 0);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Thresholds {
    /// `dark`: `P99(B)` is below it. By cleanvision's 0.32 five untouched pictures of the corpora in `docs/COMPARED.md` are dark, too.
    pub dark: f64,
    /// `light`: `1 - P5(B)` is below it.
    pub light: f64,
    /// `light`, washed out: `P5(B)` is above it and the contrast below `low_contrast`.
    pub washed_out: f64,
    /// `low_contrast`: `P99(B) - P1(B)` is below it, where the picture is neither dark, light nor of one colour.
    pub low_contrast: f64,
    /// `clipped`: the share of pixels whose channels are all 253 or more, or all 2 or less, is above it.
    pub clipped: f64,
    /// `low_information`: the entropy of each channel's histogram is below it, in bits.
    pub low_information: f64,
    /// `constant`: in each channel the largest sample is at most so far above the smallest.
    pub constant: u8,
    /// `border`: rows or columns of one colour are at least this share of a side.
    pub border: f64,
    /// `blurry`: [`Sharpness::score`](crate::measure::Sharpness::score) is below it.
    pub blurry: f64,
    /// `blurry`: where the two axes differ by more than this factor, the blur is called one of motion.
    pub motion: f64,
    /// `blurry`: pictures whose luma has a smaller variance are not assessed.
    pub blurry_variance: f64,
    /// `noisy`: the deviation of the noise is above it, in 0..=255.
    pub noisy: f64,
    /// `blocky`: differences at the borders of 8x8 blocks are above those elsewhere by this factor.
    pub blocky: f64,
    /// `low_quality`: a JPEG file's quality is below it, 1 to 100.
    pub jpeg_quality: u8,
    /// `grayscale`: of 99 % of the pixels the channels differ by at most this.
    pub grayscale: u8,
    /// `odd_aspect_ratio`: the shorter side divided by the longer is below it.
    pub aspect_ratio: f64,
    /// `odd_aspect_ratio`, `odd_size`: differences from the median by less than this factor are never odd.
    pub odd_factor: f64,
    /// `odd_size`: how many interquartile ranges beyond the quartiles a size is odd.
    pub odd_size_fence: f64,
    /// `tiny`: the shorter side is below it, in pixels.
    pub tiny: u32,
    /// `recipe_misfit`: the recipe makes a side longer by more than this factor. Up to 2, which random crops reach in usual training,
    /// at least a quarter of the pixels that the model sees come from the file; the rest is interpolated.
    pub upscaling: f64,
    /// `trailing_data`: more bytes than this follow the end of the image.
    pub trailing_bytes: u64,
    /// `exact_duplicate`, `near_duplicate`, `split_leak`, `cross_dataset_leak`, `label_conflict`: what counts as the same picture.
    pub duplicates: DuplicateRules,
    /// `feature_outlier`: the mean distance of a picture's features to the 10 nearest others is more than so many interquartile
    /// ranges above the upper quartile of these distances.
    pub feature_outlier: f64,
    /// `near_duplicate` by features: the distance is below this share of the median distance of the pictures to their nearest one.
    pub feature_duplicate_ratio: f64,
    /// `near_duplicate` by features: the cosine distance is also below this; with 0 features find no near duplicates. It does not
    /// apply to features of up to 3 columns.
    pub feature_duplicate_distance: f64,
    /// `class_imbalance`: the largest class has more than so many times the images of the smallest; 10 times this is an error.
    pub class_imbalance: f64,
    /// `class_imbalance`: the effective number of classes, `exp(H)` of their shares, divided by their number is below it.
    pub effective_classes: f64,
    /// `small_class`: a class has fewer images.
    pub small_class: u64,
    /// `label_property`: the normalised mutual information of a property and the class is above it.
    pub label_property: f64,
    /// Where more than this share of the pictures, of 10 or more, have findings of one check, a single finding that names all of them
    /// is reported instead; not of `file_format` and `color_model`, which say what most files are not.
    pub prevalence: f64,
}

impl Default for Thresholds {
    fn default() -> Self {
        Self {
            dark: 0.2,
            light: 0.05,
            washed_out: 0.8,
            low_contrast: 0.10,
            clipped: 0.5,
            low_information: 3.0,
            constant: 2,
            border: 0.1,
            blurry: 0.004,
            motion: 4.0,
            blurry_variance: 25.0,
            noisy: 25.0,
            blocky: 2.0,
            jpeg_quality: 30,
            grayscale: 2,
            aspect_ratio: 0.35,
            odd_factor: 2.0,
            odd_size_fence: 3.0,
            tiny: 32,
            upscaling: 2.0,
            trailing_bytes: 16,
            duplicates: DuplicateRules::default(),
            feature_outlier: 1.7,
            feature_duplicate_ratio: 0.13,
            feature_duplicate_distance: 0.1,
            class_imbalance: 10.0,
            effective_classes: 0.5,
            small_class: 10,
            label_property: 0.3,
            prevalence: 0.5,
        }
    }
}
