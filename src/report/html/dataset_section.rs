//! The statistics of the dataset.

use std::io::{self, Write};

use crate::report::html::escape::Html;
use crate::report::html::number::{grouped, number};
use crate::report::{ChannelConstants, DatasetStats};
use crate::stats::Summary;

/// Writes sizes, formats and channels, and the constants of a normalisation in each convention.
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
    let usable: Vec<&ChannelConstants> =
        dataset.constants.iter().filter(|constants| constants.is_normalisation()).collect();
    if !usable.is_empty() {
        writeln!(out, "<h3>As a step of a recipe</h3>")?;
    }
    for constants in usable {
        let (name, meaning) = (Html(&constants.convention), convention(&constants.convention));
        writeln!(out, r#"<p>{meaning}</p><div class="code"><pre id="normalize-{name}">{constants}?</pre>"#)?;
        write!(out, r#"<button type="button" class="copy" data-copy-text="normalize-{name}""#)?;
        writeln!(out, r#" aria-label="Copy code: normalisation, {name}" hidden>Copy code</button></div>"#)?;
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

/// What a convention means, in a sentence.
fn convention(name: &str) -> &'static str {
    match name {
        "pixel_weighted" => "Every pixel weighs the same (<code>pixel_weighted</code>):",
        "image_weighted" => "Every image weighs the same (<code>image_weighted</code>):",
        "mean_of_image_stds" => "The mean of the deviations of the images (<code>mean_of_image_stds</code>):",
        _ => "",
    }
}
