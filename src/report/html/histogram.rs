//! How a property of the pictures is distributed, as a chart.

use std::io::{self, Write};

use crate::error::{Error, Result};
use crate::report::html::escape::Html;
use crate::report::html::number::{grouped, number};
use crate::report::html::ticks::ticks;

/// How often a property of the pictures has values in each of several ranges, for a chart in a page.
///
/// ```
/// use burn_prep::report::PropertyHistogram;
///
/// let edges = vec![0.0, 0.25, 0.5, 0.75, 1.0];
/// let histogram = PropertyHistogram::new("brightness", "0..=1", edges, vec![1, 5, 9, 2])?.threshold(0.32);
/// assert_eq!(histogram.count(), 17);
///
/// let error = PropertyHistogram::new("brightness", "0..=1", vec![0.0, 0.0], vec![1]).unwrap_err();
/// assert_eq!(error.to_string(), "edges[1] of brightness is 0, expected a finite value above the last");
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct PropertyHistogram {
    property: String,
    unit: String,
    edges: Vec<f64>,
    counts: Vec<u64>,
    threshold: Option<f64>,
}

impl PropertyHistogram {
    /// `counts[i]` values from `edges[i]` to `edges[i + 1]`, in a unit, which is empty where there is none.
    ///
    /// # Errors
    ///
    /// There are no counts, or not one edge more than counts, or the edges are not finite and ascending.
    pub fn new(
        property: impl Into<String>,
        unit: impl Into<String>,
        edges: Vec<f64>,
        counts: Vec<u64>,
    ) -> Result<Self> {
        let (property, unit) = (property.into(), unit.into());
        if counts.is_empty() || edges.len() != counts.len() + 1 {
            let found = format!("{} for {} counts", edges.len(), counts.len());
            return Err(Error::parameter(
                format!("number of edges of {property}"),
                found,
                "one edge more than counts",
            ));
        }
        let mut before = f64::NEG_INFINITY;
        for (index, &edge) in edges.iter().enumerate() {
            if !edge.is_finite() || edge <= before {
                let name = format!("edges[{index}] of {property}");
                return Err(Error::parameter(name, edge, "a finite value above the last"));
            }
            before = edge;
        }
        Ok(Self { property, unit, edges, counts, threshold: None })
    }

    /// Sets the threshold of a check, which the chart shows as a line.
    #[must_use]
    pub fn threshold(mut self, threshold: impl Into<Option<f64>>) -> Self {
        self.threshold = threshold.into();
        self
    }

    /// The number of values.
    pub fn count(&self) -> u64 {
        self.counts.iter().fold(0, |sum, &count| sum.saturating_add(count))
    }

    fn range(&self) -> (f64, f64) {
        match self.edges.as_slice() {
            [low, .., high] => (*low, *high),
            _ => (0.0, 1.0), // never: there are two edges at least
        }
    }

    /// Values, range and threshold in words.
    fn caption(&self) -> String {
        let (low, high) = self.range();
        let mut text = format!("{} values from {} to {}", grouped(self.count()), number(low), number(high));
        if let Some(threshold) = self.threshold {
            text += &format!("; threshold {}", number(threshold));
            if threshold < low || threshold > high {
                text += ", outside of the range";
            }
        }
        text
    }

    /// The place of a value at the axis, of which the chart has [`WIDTH`] units.
    fn across(&self, value: f64) -> f64 {
        let (low, high) = self.range();
        // The difference of two finite numbers may be infinite.
        let scale = if (high - low).is_finite() { 1.0 } else { 0.5 };
        LEFT + WIDTH * ((value * scale - low * scale) / (high * scale - low * scale))
    }

    /// The outline of the bars, from the bottom left to the bottom right.
    fn outline(&self) -> String {
        let most = self.counts.iter().copied().max().unwrap_or(0).max(1) as f64;
        let mut path = format!("M{LEFT} {BOTTOM}");
        for (count, right) in self.counts.iter().zip(self.edges.iter().skip(1)) {
            let top = BOTTOM - HEIGHT * (*count as f64 / most);
            path += &format!("V{top:.1}H{:.1}", self.across(*right));
        }
        path + &format!("V{BOTTOM}Z")
    }
}

// The chart has its own units, which the page scales.
const LEFT: f64 = 8.0;
const WIDTH: f64 = 304.0;
const BOTTOM: f64 = 122.0;
const HEIGHT: f64 = 100.0;

/// Writes the charts, each with a caption.
pub(super) fn histograms(out: &mut dyn Write, histograms: &[PropertyHistogram]) -> io::Result<()> {
    writeln!(out, r#"<section id="properties" aria-labelledby="properties-title">"#)?;
    writeln!(out, r#"<h2 id="properties-title">Properties</h2><div class="charts">"#)?;
    for histogram in histograms {
        chart(out, histogram)?;
    }
    writeln!(out, "</div></section>")
}

fn chart(out: &mut dyn Write, histogram: &PropertyHistogram) -> io::Result<()> {
    let (property, caption) = (Html(&histogram.property), histogram.caption());
    write!(out, r#"<figure class="chart"><h3>{property}"#)?;
    if !histogram.unit.is_empty() {
        write!(out, r#" <span class="unit">{}</span>"#, Html(&histogram.unit))?;
    }
    writeln!(out, "</h3>")?;
    let label = format!("Histogram of {property}: {caption}");
    writeln!(out, r#"<svg viewBox="0 0 320 144" role="img" aria-label="{label}">"#)?;
    writeln!(out, r#"<path class="bars" d="{}"/>"#, histogram.outline())?;
    writeln!(out, r#"<path class="axis" d="M{LEFT} {BOTTOM}h{WIDTH}"/>"#)?;
    let (low, high) = histogram.range();
    for tick in ticks(low, high) {
        let (at, anchor) = (histogram.across(tick), anchor(histogram.across(tick), &number(tick)));
        write!(out, r#"<path class="axis" d="M{at:.1} {BOTTOM}v4"/>"#)?;
        writeln!(out, r#"<text x="{at:.1}" y="138" text-anchor="{anchor}">{}</text>"#, number(tick))?;
    }
    if let Some(threshold) = histogram.threshold.filter(|threshold| (low..=high).contains(threshold)) {
        let at = histogram.across(threshold);
        let (beside, anchor) = if at > LEFT + WIDTH / 2.0 { (at - 4.0, "end") } else { (at + 4.0, "start") };
        write!(out, r#"<path class="limit" d="M{at:.1} 4V{BOTTOM}"/>"#)?;
        let text = number(threshold);
        writeln!(out, r#"<text class="limit" x="{beside:.1}" y="13" text-anchor="{anchor}">{text}</text>"#)?;
    }
    writeln!(out, "</svg><figcaption>{caption}</figcaption></figure>")
}

/// Which part of a number stands at its place, so that none reaches beyond the chart.
fn anchor(at: f64, text: &str) -> &'static str {
    // Half of a digit's width is below 4 units.
    let half = f64::from(u32::try_from(text.len()).unwrap_or(u32::MAX)) * 4.0;
    if at < half {
        "start"
    } else if at + half > LEFT + WIDTH + LEFT {
        "end"
    } else {
        "middle"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn html(histogram: PropertyHistogram) -> String {
        let mut out = Vec::new();
        histograms(&mut out, &[histogram]).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn bars_have_the_heights_of_their_counts() {
        let histogram = PropertyHistogram::new("entropy", "bits", vec![0.0, 2.0, 4.0, 8.0], vec![1, 0, 4]);
        let html = html(histogram.unwrap().threshold(3.0));
        // A quarter of the width is 76, a quarter of the height 25.
        assert!(html.contains(r#"d="M8 122V97.0H84.0V122.0H160.0V22.0H312.0V122Z""#), "{html}");
        assert!(html.contains(r#"<path class="limit" d="M122.0 4V122"/>"#), "{html}");
        assert!(html.contains(r#"aria-label="Histogram of entropy: 5 values from 0 to 8; threshold 3""#));
    }

    #[test]
    fn a_threshold_outside_of_the_range_is_said_not_drawn() {
        let histogram = PropertyHistogram::new("<b>", "", vec![0.5, 1.0], vec![0]).unwrap();
        let html = html(histogram.threshold(0.25));
        assert!(html.contains("0 values from 0.5 to 1; threshold 0.25, outside of the range"), "{html}");
        assert!(!html.contains("limit") && !html.contains("<b>") && !html.contains("NaN"), "{html}");
    }

    #[test]
    fn the_widest_range_is_drawn() {
        let histogram = PropertyHistogram::new("x", "", vec![f64::MIN, 0.0, f64::MAX], vec![u64::MAX; 2]);
        let html = html(histogram.unwrap());
        assert!(html.contains("H160.0") && !html.contains("NaN") && !html.contains("inf"), "{html}");
    }

    #[test]
    fn edges_are_finite_and_ascending() {
        for edges in [vec![], vec![0.0], vec![0.0, 1.0, 2.0], vec![1.0, 0.0], vec![0.0, f64::NAN]] {
            assert!(PropertyHistogram::new("x", "", edges, vec![1]).is_err());
        }
        assert!(PropertyHistogram::new("x", "", vec![0.0], vec![]).is_err());
    }
}
