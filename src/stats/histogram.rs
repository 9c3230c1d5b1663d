//! Histograms of any numbers, with bins of equal width or given edges.

use ndarray::{ArrayD, ArrayView, Dimension};
use serde::{Deserialize, Serialize};

use crate::arrays::{ArrayElement, Number};
use crate::error::{Error, ErrorKind, Result};
use crate::stats::version::Version;
use crate::stats::{Numeric, Reduce};

/// The bins of a [`Histogram`].
///
/// ```
/// use burn_prep::stats::{Bins, Histogram};
/// let pixels = ndarray::array![0_u8, 3, 128, 255];
/// assert_eq!(Histogram::of(pixels.view(), &Bins::within(4, 0.0, 256.0))?.counts(), [2, 0, 1, 1]);
/// assert_eq!(Histogram::of(pixels.view(), &Bins::edges([0.0, 1.0, 200.0]))?.counts(), [1, 2]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Bins(Kind);

#[derive(Debug, Clone, PartialEq)]
enum Kind {
    Count(usize),
    Within(usize, f64, f64),
    Edges(Vec<f64>),
}

impl Bins {
    /// `count` bins of equal width from the smallest to the largest number.
    pub fn count(count: usize) -> Self {
        Self(Kind::Count(count))
    }

    /// `count` bins of equal width from `min` to `max`; numbers outside and NaN are not counted.
    #[doc(alias = "range")]
    pub fn within(count: usize, min: f64, max: f64) -> Self {
        Self(Kind::Within(count, min, max))
    }

    /// Bins between these edges; numbers outside and NaN do not count.
    pub fn edges(edges: impl IntoIterator<Item = f64>) -> Self {
        Self(Kind::Edges(edges.into_iter().collect()))
    }

    /// The edges; `extent` gives the smallest and the largest number, if there is one, of a type that
    /// `round` rounds to. As in NumPy the edges are numbers of that type if it is a float, and computed in
    /// it if they come from the numbers.
    fn resolve(
        &self,
        extent: impl FnOnce() -> Option<(f64, f64)>,
        round: fn(f64) -> f64,
    ) -> Result<Vec<f64>> {
        let exact: fn(f64) -> f64 = |number| number;
        let (count, min, max, step_by_step) = match &self.0 {
            Kind::Edges(edges) => {
                let increasing = edges.windows(2).all(|pair| pair[0] <= pair[1]);
                if edges.len() < 2 || !increasing {
                    let expected = "two or more edges that do not decrease";
                    return Err(Error::parameter("bins.edges", format_args!("{edges:?}"), expected));
                }
                return Ok(edges.clone());
            }
            Kind::Count(0) | Kind::Within(0, ..) => {
                return Err(Error::parameter("bins.count", 0, "1 or more"));
            }
            Kind::Count(count) => {
                let (extent, round) = match extent() {
                    Some(extent) => (extent, round),
                    None => ((0.0, 1.0), exact),
                };
                let (min, max) = extent;
                if !(min.is_finite() && max.is_finite()) {
                    let found = format!("numbers from {min} to {max}");
                    let expected = "finite numbers (Bins::within and Bins::edges leave others out)";
                    return Err(ErrorKind::NotFinite { op: "histogram", found, expected }.into());
                }
                (*count, min, max, round)
            }
            Kind::Within(count, min, max) => (*count, *min, *max, exact),
        };
        if !(min <= max && (max - min).is_finite()) {
            let found = format_args!("{min} to {max}");
            return Err(Error::parameter("bins.range", found, "finite, and not from larger to smaller"));
        }
        let (min, max) = if min == max { (min - 0.5, max + 0.5) } else { (min, max) };
        let step = step_by_step(step_by_step(max - min) / count as f64);
        let edge = |i: usize| round(step_by_step(min + step_by_step(i as f64 * step)));
        // The last edge is `max` itself, whatever the rounding.
        let edges: Vec<f64> = (0..count).map(edge).chain([round(max)]).collect();
        if edges.windows(2).any(|pair| pair[0] >= pair[1]) {
            let found = format_args!("{count} between {min} and {max}");
            return Err(Error::parameter("bins.count", found, "few enough for edges that differ"));
        }
        Ok(edges)
    }
}

/// The count of numbers in each bin. A bin includes its lower edge and excludes its upper one; the last bin includes
/// both, as in NumPy.
///
/// ```
/// use burn_prep::stats::{Bins, Histogram};
///
/// let mut histogram = Histogram::of(ndarray::array![1.0, 2.0, 2.5, 5.0].view(), &Bins::count(4))?;
/// assert_eq!((histogram.counts(), histogram.edges()), (&[1, 2, 0, 1][..], &[1.0, 2.0, 3.0, 4.0, 5.0][..]));
/// assert_eq!(histogram.density(), [0.25, 0.5, 0.0, 0.25]);
/// let more = Histogram::of(ndarray::array![4.0, 7.0].view(), &Bins::edges(histogram.edges().iter().copied()))?;
/// histogram.merge(&more)?;                                          // bins of equal edges merge
/// assert_eq!(histogram.counts(), [1, 2, 0, 2]);
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[doc(alias = "np.histogram")]
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Histogram {
    version: Version<1>,
    counts: Vec<u64>,
    edges: Vec<f64>,
}

impl Histogram {
    /// The histogram of all numbers of an array or view.
    ///
    /// # Errors
    ///
    /// No bins, or edges or a range that decrease; a NaN or an infinity, where the numbers themselves
    /// give the range.
    pub fn of<E: ArrayElement, D: Dimension>(array: ArrayView<'_, E, D>, bins: &Bins) -> Result<Self> {
        Self::of_values(|| array.iter().copied(), bins)
    }

    fn of_values<E: ArrayElement, I: Iterator<Item = E>>(
        values: impl Fn() -> I,
        bins: &Bins,
    ) -> Result<Self> {
        let numbers = || values().map(ArrayElement::to_f64);
        let round: fn(f64) -> f64 = match E::IS_FLOAT {
            true => |number| E::from_number(Number::Float(number)).map_or(number, ArrayElement::to_f64),
            false => |number| number,
        };
        let or_nan = |pick: fn(f64, f64) -> f64| {
            move |a: f64, b: f64| if a.is_nan() || b.is_nan() { f64::NAN } else { pick(a, b) }
        };
        let extent = || numbers().reduce(or_nan(f64::min)).zip(numbers().reduce(or_nan(f64::max)));
        let edges = bins.resolve(extent, round)?;
        let mut counts = vec![0; edges.len() - 1];
        let equal = !matches!(bins.0, Kind::Edges(_));
        for number in numbers() {
            let bin = if equal { bin_of_equal(&edges, number) } else { bin_between(&edges, number) };
            if let Some(bin) = bin {
                counts[bin] += 1;
            }
        }
        Ok(Self { version: Version, counts, edges })
    }

    /// How many numbers are in each bin.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// The edges of the bins, one more than there are bins.
    pub fn edges(&self) -> &[f64] {
        &self.edges
    }

    /// The probability density: each count divided by the total count and by the bin's width, so that the area is 1.
    /// NaN where nothing was counted.
    pub fn density(&self) -> Vec<f64> {
        let total = self.counts.iter().sum::<u64>() as f64;
        let of_bin = |(&count, edges): (&u64, &[f64])| count as f64 / (edges[1] - edges[0]) / total;
        self.counts.iter().zip(self.edges.windows(2)).map(of_bin).collect()
    }

    /// Adds the counts of another histogram.
    ///
    /// # Errors
    ///
    /// The edges differ.
    pub fn merge(&mut self, other: &Self) -> Result<()> {
        if self.edges != other.edges {
            let expected = format!("the edges {:?}", self.edges);
            return Err(Error::shape("Histogram::merge", &other.edges, expected));
        }
        self.counts.iter_mut().zip(&other.counts).for_each(|(count, more)| *count += more);
        Ok(())
    }
}

/// NumPy's way for bins of equal width: by division, then put right against the edges themselves.
fn bin_of_equal(edges: &[f64], number: f64) -> Option<usize> {
    let (last, first) = (edges.len() - 2, edges[0]);
    if !(first <= number && number <= edges[last + 1]) {
        return None;
    }
    let width = edges[last + 1] - first;
    let bin = (((number - first) / width * (last + 1) as f64) as usize).min(last);
    if number < edges[bin] {
        return bin.checked_sub(1);
    }
    Some(if bin != last && number >= edges[bin + 1] { bin + 1 } else { bin })
}

fn bin_between(edges: &[f64], number: f64) -> Option<usize> {
    let last = edges.len() - 1;
    if !(edges[0] <= number && number <= edges[last]) {
        return None;
    }
    let above = edges.partition_point(|&edge| edge <= number);
    // The last bin is closed; where edges coincide it is the last of them that counts.
    Some(above.min(last) - 1)
}

impl Reduce<'_> {
    /// A histogram for each result of the reduction: one per channel or per image, or one of all numbers.
    ///
    /// # Errors
    ///
    /// As [`Histogram::of`] and [`Reduce::moments`].
    ///
    /// ```
    /// use burn_prep::arrays::Layout;
    /// use burn_prep::stats::{Bins, Reduce};
    /// let batch = ndarray::Array4::from_shape_fn([2, 2, 2, 3], |(n, y, x, c)| (n * 8 + y * 4 + x * 2 + c * 100) as u8);
    /// let channels = Reduce::per_channel(Layout::Nhwc).histogram(batch.view(), &Bins::within(4, 0.0, 256.0))?;
    /// assert_eq!(channels[[0]].counts(), [8, 0, 0, 0]);
    /// assert_eq!(channels[[1]].counts(), [0, 8, 0, 0]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn histogram<E: Numeric, D: Dimension>(
        &self,
        array: ArrayView<'_, E, D>,
        bins: &Bins,
    ) -> Result<ArrayD<Histogram>> {
        let array = array.into_dyn();
        let reduced = self.checked(&array, "histogram")?;
        let cells =
            self.lanes(&array, &reduced)?.map(|lane| Histogram::of_values(|| lane.iter().copied(), bins))?;
        self.shaped(cells, &array, &reduced)
    }
}
