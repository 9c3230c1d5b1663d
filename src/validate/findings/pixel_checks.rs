//! What the pixels tell: brightness, contrast, blur, noise, borders, colours.

use crate::report::{Check, Finding, Severity};
use crate::validate::Thresholds;
use crate::validate::findings::usable::Usable;

/// The findings of each picture by itself.
pub(in crate::validate) fn pixel_findings(usable: &Usable<'_>, thresholds: &Thresholds) -> Vec<Finding> {
    let measures = &usable.picture.measures;
    let size = usable.picture.source.size;
    let mut findings = Vec::new();
    let mut add = |check, value: f64, threshold: f64, message: String| {
        findings.push(usable.finding(check, message).measured(value, threshold));
    };
    let b = &measures.brightness;
    let contrast = b.p99 - b.p1;
    let is_constant =
        measures.channels.iter().all(|channel| channel.max - channel.min <= thresholds.constant);
    let is_dark = b.p99 < thresholds.dark;
    let is_light = 1.0 - b.p5 < thresholds.light;
    let is_washed_out = contrast < thresholds.low_contrast && b.p5 > thresholds.washed_out;
    if is_constant {
        let range = measures.channels.iter().map(|channel| channel.max - channel.min).max().unwrap_or(0);
        let message = format!("all pixels are the same, up to differences of {range} of 255");
        add(Check::Constant, f64::from(range), f64::from(thresholds.constant), message);
    }
    if is_dark {
        let message = format!("99 % of the pixels are darker than {:.3}", b.p99);
        add(Check::Dark, b.p99, thresholds.dark, message);
    }
    if is_light {
        let message = format!("95 % of the pixels are lighter than {:.3}", b.p5);
        add(Check::Light, 1.0 - b.p5, thresholds.light, message);
    } else if is_washed_out {
        let message = format!("washed out: nearly all pixels are between {:.3} and {:.3}", b.p1, b.p99);
        add(Check::Light, contrast, thresholds.low_contrast, message);
    } else if contrast < thresholds.low_contrast && !is_dark && !is_constant {
        let message = format!("nearly all pixels are between {:.3} and {:.3}", b.p1, b.p99);
        add(Check::LowContrast, contrast, thresholds.low_contrast, message);
    }
    for (share, end) in [(measures.clipped_light, "white"), (measures.clipped_dark, "black")] {
        if share > thresholds.clipped && !is_constant {
            let message = format!("{:.0} % of the pixels are pure {end}", 100.0 * share);
            add(Check::Clipped, share, thresholds.clipped, message);
        }
    }
    if measures.entropy < thresholds.low_information {
        let message =
            format!("no channel's histogram has more than {:.2} bits of information", measures.entropy);
        add(Check::LowInformation, measures.entropy, thresholds.low_information, message);
    }
    let (height, width) = (f64::from(size.height), f64::from(size.width));
    let border = &measures.border;
    let sides = [
        ("top", f64::from(border.top) / height),
        ("bottom", f64::from(border.bottom) / height),
        ("left", f64::from(border.left) / width),
        ("right", f64::from(border.right) / width),
    ];
    let framed: Vec<_> = sides.iter().filter(|(_, share)| *share >= thresholds.border).collect();
    if let Some(widest) = framed.iter().map(|(_, share)| *share).reduce(f64::max)
        && !is_constant
    {
        let names: Vec<_> =
            framed.iter().map(|(side, share)| format!("{side} {:.0} %", 100.0 * share)).collect();
        let message = format!("one colour at the {}", names.join(", "));
        add(Check::Border, widest, thresholds.border, message);
    }
    if let Some(sharpness) = &measures.sharpness
        && sharpness.variance >= thresholds.blurry_variance
        && sharpness.score < thresholds.blurry
    {
        let ratio = sharpness.x / sharpness.y;
        let kind = if ratio > thresholds.motion {
            "blurred by motion along the vertical axis, "
        } else if ratio < 1.0 / thresholds.motion {
            "blurred by motion along the horizontal axis, "
        } else {
            ""
        };
        let message = format!("{kind}sharpness {:.5}", sharpness.score);
        add(Check::Blurry, sharpness.score, thresholds.blurry, message);
    }
    if let Some(noise) = measures.noise.filter(|noise| *noise > thresholds.noisy) {
        add(Check::Noisy, noise, thresholds.noisy, format!("noise with a deviation of {noise:.1} of 255"));
    }
    if let Some(blocks) = measures.blockiness.filter(|blocks| *blocks > thresholds.blocky) {
        let message = format!("differences at the borders of blocks are {blocks:.1} times those elsewhere");
        add(Check::Blocky, blocks, thresholds.blocky, message);
    }
    let shorter = size.width.min(size.height);
    if shorter < thresholds.tiny {
        let message = format!("{size}, a side of {shorter} pixels");
        add(Check::Tiny, f64::from(shorter), f64::from(thresholds.tiny), message);
    }
    findings
}

/// The pictures without colours. Where there are both kinds, each at least 1 in 100, they are warnings.
pub(in crate::validate) fn grayscale_findings(
    usable: &[Usable<'_>],
    thresholds: &Thresholds,
) -> Vec<Finding> {
    let is_gray = |usable: &&Usable<'_>| {
        let picture = usable.picture;
        // Colours that the decoder was told to leave out are not missing in the file.
        let has_colors = picture.measures.channels.len() > 1 || picture.source.color.starts_with('L');
        has_colors && picture.measures.color_difference <= thresholds.grayscale
    };
    let gray: Vec<_> = usable.iter().filter(is_gray).collect();
    let (few, all) = (gray.len().min(usable.len() - gray.len()), usable.len());
    let severity = if few * 100 >= all && few > 0 { Severity::Warning } else { Severity::Info };
    let finding = |usable: &&Usable<'_>| {
        let (found, most) = (usable.picture.measures.color_difference, thresholds.grayscale);
        let place = if usable.picture.has_file() { " in the file" } else { "" };
        let message = format!("no colours ({}{place})", usable.picture.source.color);
        let finding = usable.finding(Check::Grayscale, message).graded(severity);
        finding.measured(f64::from(found), f64::from(most))
    };
    gray.iter().map(finding).collect()
}
