//! Images that differ from the others in many properties together.

use crate::checks::robust_scale::RobustScale;

/// With fewer images the median absolute deviation is itself a matter of chance: of 50 normally distributed
/// images with 12 properties 0.15 % are outliers by the limit for 0.01 %, of 20 images 1.3 %.
const FEWEST: usize = 50;

/// How many properties of an outlier are named.
const NAMED: usize = 3;

/// An image far from the median of many properties.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Outlier {
    /// The index of the image.
    pub(crate) index: usize,
    /// The sum of the squared distances from the medians, in units of 1.4826 median absolute deviations.
    pub(crate) value: f64,
    /// The sum that one in ten thousand images exceeds, if the properties are normally distributed and
    /// independent.
    pub(crate) threshold: f64,
    /// The properties in which it differs most, three at most, the greatest distance first.
    pub(crate) properties: Vec<Deviation>,
}

/// How far a property of an image is from the median.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Deviation {
    /// The index of the property's column.
    pub(crate) column: usize,
    /// The signed distance in units of 1.4826 median absolute deviations, within -1000..=1000.
    pub(crate) distance: f64,
}

/// The images of which `sum(((x - median) / (1.4826 MAD))^2)` over their properties is above the 0.9999
/// quantile of chi-square.
///
/// A column holds one property of all images. Its values that are not finite do not count for their images,
/// and a property that is the same for half of the images does not count at all; the degrees of freedom are
/// the properties that count. Skewed properties, such as sharpness or file sizes, give fewer false findings
/// as logarithms. There are none below 50 images.
pub(crate) fn outliers<C: AsRef<[f64]>>(columns: &[C]) -> Vec<Outlier> {
    let rows = columns.iter().map(|column| column.as_ref().len()).min().unwrap_or(0);
    if rows < FEWEST {
        return Vec::new();
    }
    let scaled = |(column, values): (usize, &C)| Some((column, RobustScale::of(&values.as_ref()[..rows])?));
    let scales: Vec<(usize, RobustScale)> = columns.iter().enumerate().filter_map(scaled).collect();
    let mut sums = vec![(0.0, 0_usize); rows];
    for (column, scale) in &scales {
        for ((sum, degrees), &value) in sums.iter_mut().zip(columns[*column].as_ref()) {
            if let Some(distance) = scale.standardized(value) {
                *sum += distance * distance;
                *degrees += 1;
            }
        }
    }
    let outlier = |(index, (value, degrees)): (usize, (f64, usize))| {
        let threshold = chi_square(degrees);
        (value > threshold).then(|| {
            let deviation = |&(column, scale): &(usize, RobustScale)| {
                let distance = scale.standardized(columns[column].as_ref()[index])?;
                Some(Deviation { column, distance })
            };
            let mut properties: Vec<Deviation> = scales.iter().filter_map(deviation).collect();
            properties.sort_by(|a, b| b.distance.abs().total_cmp(&a.distance.abs()));
            properties.truncate(NAMED);
            Outlier { index, value, threshold, properties }
        })
    };
    sums.into_iter().enumerate().filter_map(outlier).collect()
}

/// The 0.9999 quantile of chi-square: scipy 1.17.1, `scipy.stats.chi2.ppf(0.9999, degrees)`, up to 32 degrees
/// of freedom, then the approximation of Wilson and Hilferty (1931), of which the error is below 0.3 %.
/// Infinite without a degree of freedom.
fn chi_square(degrees: usize) -> f64 {
    const QUANTILES: [f64; 33] = [
        f64::INFINITY,
        15.136_705_226_623_606,
        18.420_680_743_952_584,
        21.107_513_466_160_444,
        23.512_742_444_991_076,
        25.744_831_959_056_12,
        27.856_341_236_014_17,
        29.877_503_909_225_17,
        31.827_628_001_262_585,
        33.719_948_438_964_906,
        35.564_013_941_952_396,
        37.366_986_437_997_284,
        39.134_403_881_949_81,
        40.870_655_013_836_3,
        42.579_288_953_113_3,
        44.263_224_944_175_28,
        45.924_899_051_113_85,
        47.566_369_558_144_736,
        49.189_394_471_966_83,
        50.795_489_665_622_21,
        52.385_973_273_052_5,
        53.962_000_116_411_96,
        55.524_588_775_705_2,
        57.074_643_138_555_63,
        58.612_969_748_302_05,
        60.140_291_911_622_41,
        61.657_261_277_085_96,
        63.164_467_418_333_17,
        64.662_445_827_250_25,
        66.151_684_628_539_85,
        67.632_630_257_414_39,
        69.105_692_289_867_58,
        70.571_247_575_342_85,
    ];
    /// The 0.9999 quantile of the normal distribution.
    const NORMAL: f64 = 3.719_016_485_455_709;
    if let Some(quantile) = QUANTILES.get(degrees) {
        return *quantile;
    }
    let degrees = degrees as f64;
    let variance = 2.0 / (9.0 * degrees);
    let root = 1.0 - variance + NORMAL * variance.sqrt();
    degrees * root * root * root
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Philox, SplitMix64};

    /// Columns of about normal numbers: the sums of twelve uniform ones.
    fn columns(count: usize, rows: usize) -> Vec<Vec<f64>> {
        let mut numbers = SplitMix64::of_number(1);
        let mut number = || (0..12).map(|_| Philox::unit(numbers.next())).sum::<f64>() - 6.0;
        (0..count).map(|_| (0..rows).map(|_| number()).collect()).collect()
    }

    #[test]
    fn an_image_is_an_outlier_by_many_properties_that_are_each_usual() {
        let mut columns = columns(12, 200);
        assert!(outliers(&columns).is_empty());
        // Each of them is exceeded by two normal numbers in a thousand.
        for column in &mut columns {
            column[17] = -3.1;
        }
        columns[4][17] = 3.9;
        let found = outliers(&columns);
        assert_eq!(found.iter().map(|outlier| outlier.index).collect::<Vec<_>>(), [17]);
        // NumPy 2.4.6: np.median, of the same numbers.
        assert!((found[0].value - 103.159_347_398_615_89).abs() < 1e-9, "{}", found[0].value);
        assert_eq!(found[0].threshold, 39.134_403_881_949_81);
        assert_eq!(found[0].properties.len(), 3);
        assert_eq!(found[0].properties[0].column, 4);
        assert!(found[0].properties[0].distance > 3.0 && found[0].properties[1].distance < 0.0);
    }

    #[test]
    fn only_properties_that_are_known_and_differ_count() {
        let mut columns = columns(3, 60);
        columns[0][5] = 40.0;
        columns[1][5] = f64::NAN;
        columns.push(vec![7.0; 60]);
        columns[3][9] = 1e9;
        let found = outliers(&columns);
        assert_eq!(found.iter().map(|outlier| outlier.index).collect::<Vec<_>>(), [5]);
        // Two degrees of freedom are left.
        assert_eq!((found[0].threshold, found[0].properties.len()), (18.420_680_743_952_584, 2));
    }

    #[test]
    fn few_images_have_no_outliers() {
        let mut columns = columns(2, 49);
        columns[0][5] = 1e9;
        assert!(outliers(&columns).is_empty());
        assert!(outliers::<Vec<f64>>(&[]).is_empty());
        assert!(outliers(&[vec![f64::NAN; 60]]).is_empty() && outliers(&[[0.0; 60]]).is_empty());
    }

    #[test]
    fn the_quantiles_go_on() {
        assert_eq!((chi_square(0), chi_square(12)), (f64::INFINITY, 39.134_403_881_949_81));
        for (degrees, scipy) in [(33, 72.029_643_791_257_94), (64, 114.833_721_687_733_83)] {
            assert!((chi_square(degrees) / scipy - 1.0).abs() < 0.003, "{degrees}");
        }
    }
}
