//! The statistics of the dataset.

use std::io::{self, Write};

use crate::report::DatasetStats;
use crate::report::html::escape::Html;
use crate::report::html::number::{grouped, number};
use crate::stats::Summary;

/// Writes sizes, formats and channels, and the channels as the constants of a normalisation.
pub(super) fn dataset_section(out: &mut dyn Write, dataset: &DatasetStats) -> io::Result<()> {
    writeln!(out, r#"<section id="dataset" aria-labelledby="dataset-title">"#)?;
    writeln!(out, r#"<h2 id="dataset-title">Statistics of the usable images</h2><dl class="facts">"#)?;
    fact(out, "Images", &grouped(dataset.images))?;
    fact(out, "Pixels", &grouped(dataset.pixels))?;
    if let (Some(min), Some(max)) = (dataset.min_size, dataset.max_size) {
        fact(out, "Widths", &range(min.width, max.width))?;
        fact(out, "Heights", &range(min.height, max.height))?;
    }
    for (format, images) in &dataset.formats {
        fact(out, format, &grouped(*images))?;
    }
    writeln!(out, "</dl>")?;
    if !dataset.channels.is_empty() {
        channels(out, &dataset.channels)?;
    }
    if let Some(code) = normalize(&dataset.channels) {
        writeln!(out, r#"<h3>As a step of a recipe</h3><div class="code"><pre id="normalize">{code}</pre>"#)?;
        write!(out, r#"<button type="button" class="copy" data-copy-text="normalize""#)?;
        writeln!(out, r#" aria-label="Copy code: normalisation" hidden>Copy code</button></div>"#)?;
    }
    writeln!(out, "</section>")
}

fn fact(out: &mut dyn Write, name: &str, value: &str) -> io::Result<()> {
    writeln!(out, "<div><dt>{}</dt><dd>{}</dd></div>", Html(name), Html(value))
}

fn range(least: u32, most: u32) -> String {
    match least == most {
        true => grouped(least.into()),
        false => format!("{} to {}", grouped(least.into()), grouped(most.into())),
    }
}

fn channels(out: &mut dyn Write, channels: &[Summary]) -> io::Result<()> {
    writeln!(out, r#"<table><caption>Channels over all pixels, in units of 0..=1</caption><thead><tr>"#)?;
    for head in ["Channel", "Mean", "Deviation", "Min", "Max"] {
        write!(out, r#"<th scope="col">{head}</th>"#)?;
    }
    writeln!(out, "</tr></thead><tbody>")?;
    for (name, channel) in ["red", "green", "blue"].iter().zip(channels) {
        let (mean, std) = (channel.mean, channel.std);
        write!(out, r#"<tr><th scope="row">{name}</th><td>{mean:.4}</td><td>{std:.4}</td>"#)?;
        writeln!(out, "<td>{}</td><td>{}</td></tr>", number(channel.min), number(channel.max))?;
    }
    writeln!(out, "</tbody></table>")
}

/// The constants as Rust code; `None` where they are not those of a normalisation, as a channel is constant.
fn normalize(channels: &[Summary]) -> Option<String> {
    let usable = |channel: &Summary| channel.mean.is_finite() && (1e-6..f64::INFINITY).contains(&channel.std);
    if channels.is_empty() || !channels.iter().all(usable) {
        return None;
    }
    let list = |value: fn(&Summary) -> f64| {
        let values: Vec<String> = channels.iter().map(|channel| format!("{:.6}", value(channel))).collect();
        values.join(", ")
    };
    let (mean, std) = (list(|channel| channel.mean), list(|channel| channel.std));
    Some(format!("Normalize::new([{mean}], [{std}])?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::ByteHistogram;

    fn unit(samples: &[u8]) -> Summary {
        ByteHistogram::of(samples).summary().unwrap().scaled(1.0 / 255.0)
    }

    #[test]
    fn the_constants_are_code() {
        // NumPy 2.4: np.std(np.array([0, 51]) / 255) = 0.1
        let channels = [unit(&[0, 51]), unit(&[0, 255]), unit(&[0, 255])];
        let code = "Normalize::new([0.100000, 0.500000, 0.500000], [0.100000, 0.500000, 0.500000])?";
        assert_eq!(normalize(&channels).unwrap(), code);
        assert_eq!(normalize(&[unit(&[7, 7])]), None);
        assert_eq!(normalize(&[]), None);
    }
}
