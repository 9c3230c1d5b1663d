//! The classes, with a bar for the images of each.

use std::io::{self, Write};

use crate::report::ClassCount;
use crate::report::html::escape::Name;
use crate::report::html::number::{grouped, quantity, share};

/// How many classes the table has.
const CLASSES: usize = 1000;

/// Writes a table of the classes.
pub(super) fn class_bars(out: &mut dyn Write, classes: &[ClassCount]) -> io::Result<()> {
    let total: u64 = classes.iter().map(|class| class.images).sum();
    let most = classes.iter().map(|class| class.images).max().unwrap_or(0).max(1);
    writeln!(out, r#"<section id="classes" aria-labelledby="classes-title">"#)?;
    writeln!(out, r#"<h2 id="classes-title">Classes</h2>"#)?;
    writeln!(out, r#"<table class="classes"><caption>{}</caption>"#, caption(classes))?;
    write!(out, r#"<thead><tr><th scope="col" data-sort="text">Class</th>"#)?;
    write!(out, r#"<th scope="col" data-sort="number">Images</th>"#)?;
    writeln!(out, r#"<th scope="col">Share</th><td class="bar"></td></tr></thead><tbody>"#)?;
    for class in classes.iter().take(CLASSES) {
        let (name, images) = (Name(&class.class), class.images);
        let (count, share) = (grouped(images), share(images, total));
        write!(out, r#"<tr><th scope="row">{name}</th>"#)?;
        write!(out, r#"<td data-value="{images}">{count}</td><td>{share}</td>"#)?;
        let width = 100.0 * images as f64 / most as f64;
        write!(out, r#"<td class="bar"><svg viewBox="0 0 100 1" preserveAspectRatio="none""#)?;
        writeln!(out, r#" aria-hidden="true"><rect width="{width:.1}" height="1"/></svg></td></tr>"#)?;
    }
    writeln!(out, "</tbody></table>")?;
    if classes.len() > CLASSES {
        let more = quantity(classes.len() - CLASSES, "more class", "more classes");
        writeln!(out, r#"<p class="rest">and {more}, which the report as JSON lists</p>"#)?;
    }
    writeln!(out, "</section>")
}

/// `6 classes; the smallest has 5 images, the largest 12`.
fn caption(classes: &[ClassCount]) -> String {
    let counts = || classes.iter().map(|class| class.images);
    let classes = quantity(classes.len(), "class", "classes");
    match (counts().min(), counts().max()) {
        (Some(least), Some(most)) => {
            let images = if least == 1 { "image" } else { "images" };
            format!("{classes}; the smallest has {} {images}, the largest {}", grouped(least), grouped(most))
        }
        _ => classes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bar_of_the_largest_class_is_whole() {
        let classes = [ClassCount::new("<cat>", 3), ClassCount::new("dog", 4), ClassCount::new("eel", 0)];
        let mut out = Vec::new();
        class_bars(&mut out, &classes).unwrap();
        let html = String::from_utf8(out).unwrap();
        for width in ["75.0", "100.0", "0.0"] {
            assert!(html.contains(&format!(r#"<rect width="{width}" height="1"/>"#)), "{html}");
        }
        assert!(html.contains("3 classes; the smallest has 0 images, the largest 4"), "{html}");
        assert!(html.contains("<td>42.9 %</td>") && html.contains("&lt;cat&gt;"), "{html}");
    }
}
