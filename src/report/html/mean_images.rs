//! The average image of each class.

use std::io::{self, Write};

#[cfg(feature = "png")]
use crate::error::Result;
#[cfg(feature = "png")]
use crate::images::Image;
use crate::report::html::escape::{Html, Name};
use crate::report::html::number::quantity;
use crate::report::html::pictures::DataUri;

/// The average images of a page, and the number of those that it has no room for.
#[derive(Default)]
pub(super) struct MeanImages<'a> {
    pub(super) shown: Vec<(&'a str, DataUri)>,
    pub(super) others: usize,
}

#[cfg(feature = "png")]
impl<'a> MeanImages<'a> {
    /// The first images as PNG files, as many as take `most_bytes` of a page.
    pub(super) fn encoded(images: &'a [(String, Image)], most_bytes: usize) -> Result<Self> {
        let (mut shown, mut left) = (Vec::new(), most_bytes);
        for (class, image) in images {
            let Some(uri) = DataUri::new(image.to_png()?) else { break };
            let Some(rest) = left.checked_sub(uri.page_bytes()) else { break };
            left = rest;
            shown.push((class.as_str(), uri));
        }
        let others = images.len() - shown.len();
        Ok(Self { shown, others })
    }
}

/// Writes the images with the names of their classes.
pub(super) fn mean_images(out: &mut dyn Write, images: &MeanImages<'_>) -> io::Result<()> {
    writeln!(out, r#"<section id="averages" aria-labelledby="averages-title">"#)?;
    writeln!(out, r#"<h2 id="averages-title">Average images</h2><ul class="cards">"#)?;
    for (class, uri) in &images.shown {
        write!(out, r#"<li><figure><img src="{uri}" alt="Average of {}" decoding="async">"#, Html(class))?;
        writeln!(out, "<figcaption>{}</figcaption></figure></li>", Name(class))?;
    }
    writeln!(out, "</ul>")?;
    if images.others > 0 {
        let more = quantity(images.others, "class", "classes");
        writeln!(out, r#"<p class="rest">and {more} more, for which the page has no room</p>"#)?;
    }
    writeln!(out, "</section>")
}

#[cfg(all(test, feature = "png"))]
mod tests {
    use super::*;
    use crate::images::{ColorMode, ImageSize};

    #[test]
    fn images_end_where_the_room_ends() {
        let image = |gray: u8| Image::new(ImageSize::new(1, 1), ColorMode::L, vec![gray]).unwrap();
        let images = [("cat".to_owned(), image(7)), ("<dog>".to_owned(), image(9))];
        let all = MeanImages::encoded(&images, 10_000).unwrap();
        assert_eq!((all.shown.len(), all.others), (2, 0));
        let mut out = Vec::new();
        mean_images(&mut out, &all).unwrap();
        let html = String::from_utf8(out).unwrap();
        assert_eq!(html.matches(r#"src="data:image/png;base64,iVBORw0KGgo"#).count(), 2, "{html}");
        assert!(html.contains(r#"<bdi class="name">&lt;dog&gt;</bdi>"#), "{html}");

        let room = all.shown[0].1.page_bytes() + 1;
        let one = MeanImages::encoded(&images, room).unwrap();
        assert_eq!((one.shown.len(), one.others), (1, 1));
    }
}
