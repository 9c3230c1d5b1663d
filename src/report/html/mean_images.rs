//! The average image of each class, and how much its pixels differ.

#[cfg(feature = "png")]
use std::collections::HashSet;
use std::io::{self, Write};

#[cfg(feature = "png")]
use crate::error::Result;
#[cfg(feature = "png")]
use crate::images::{ColorMode, Image};
#[cfg(feature = "png")]
use crate::report::ClassCount;
use crate::report::html::escape::{Html, Name};
use crate::report::html::number::quantity;
use crate::report::html::pictures::DataUri;

/// The largest number of average images on a page.
#[cfg(feature = "png")]
const MOST_IMAGES: usize = 50;

/// The average images of a page, and the number of classes that it does not show.
#[derive(Default)]
pub(super) struct MeanImages<'a> {
    /// Of each class its name, the average, and the deviations.
    pub(super) shown: Vec<(&'a str, DataUri, Option<DataUri>)>,
    pub(super) others: usize,
    /// What the pixels of the images are, where it is the same for all of them.
    form: Option<String>,
}

#[cfg(feature = "png")]
impl<'a> MeanImages<'a> {
    /// The first images as PNG files, as many as take `most_bytes` of a page, each with the image of deviations that has its name.
    /// `classes` are those of the dataset.
    pub(super) fn encoded(
        means: &'a [(String, Image)],
        deviations: &[(String, Image)],
        classes: &[ClassCount],
        most_bytes: usize,
    ) -> Result<Self> {
        let (mut shown, mut left) = (Vec::new(), most_bytes);
        for (place, (class, image)) in means.iter().enumerate().take(MOST_IMAGES) {
            let Some(mean) = DataUri::new(image.to_png()?) else { break };
            let deviation = deviations.get(place).filter(|(name, _)| name == class);
            let deviation = match deviation {
                Some((_, image)) => DataUri::new(image.to_png()?),
                None => None,
            };
            let bytes = mean.page_bytes() + deviation.as_ref().map_or(0, DataUri::page_bytes);
            let Some(rest) = left.checked_sub(bytes) else { break };
            left = rest;
            shown.push((class.as_str(), mean, deviation));
        }
        let given: HashSet<&str> = means.iter().map(|(class, _)| class.as_str()).collect();
        let filled = || classes.iter().filter(|class| class.images > 0);
        // A dataset of one class is shown as all images.
        let missing = match filled().count() {
            0 | 1 => 0,
            _ => filled().filter(|class| !given.contains(class.class.as_str())).count(),
        };
        let others = means.len() - shown.len() + missing;
        Ok(Self { shown, others, form: form_of(means) })
    }
}

/// `in gray, at 32x32 pixels`, where all images are alike in this.
#[cfg(feature = "png")]
fn form_of(images: &[(String, Image)]) -> Option<String> {
    let form = |(_, image): &(String, Image)| (image.mode(), image.size());
    let (mode, size) = images.first().map(form)?;
    let colors = if matches!(mode, ColorMode::L | ColorMode::La) { "in gray" } else { "in colour" };
    images.iter().all(|image| form(image) == (mode, size)).then(|| format!("{colors}, at {size} pixels"))
}

/// Writes the images with the names of their classes.
pub(super) fn mean_images(out: &mut dyn Write, images: &MeanImages<'_>) -> io::Result<()> {
    writeln!(out, r#"<section id="averages" aria-labelledby="averages-title">"#)?;
    writeln!(out, r#"<h2 id="averages-title">Average images</h2>"#)?;
    if let Some(form) = &images.form {
        write!(out, r#"<p class="rest">Averages of the pictures {form}."#)?;
        if images.shown.iter().any(|(.., deviation)| deviation.is_some()) {
            write!(out, " Below each, how much a pixel differs from one picture to another: black where ")?;
            write!(out, "it is the same in all. A border, a mark or a dead pixel shows as a sharp shape.")?;
        }
        writeln!(out, "</p>")?;
    }
    writeln!(out, r#"<ul class="cards">"#)?;
    for (class, mean, deviation) in &images.shown {
        write!(out, r#"<li><figure><img src="{mean}" alt="Average of {}" decoding="async">"#, Html(class))?;
        if let Some(deviation) = deviation {
            write!(out, r#"<img src="{deviation}" alt="Deviation of {}" decoding="async">"#, Html(class))?;
        }
        writeln!(out, "<figcaption>{}</figcaption></figure></li>", Name(class))?;
    }
    writeln!(out, "</ul>")?;
    if images.others > 0 {
        let more = quantity(images.others, "more class", "more classes");
        writeln!(out, r#"<p class="rest">and {more}, which the page does not show</p>"#)?;
    }
    writeln!(out, "</section>")
}

#[cfg(test)]
#[cfg(feature = "png")]
mod tests {
    use super::*;
    use crate::images::ImageSize;

    fn image(gray: u8) -> Image {
        Image::new(ImageSize::new(1, 1), ColorMode::L, vec![gray]).unwrap()
    }

    fn html_of(images: &MeanImages<'_>) -> String {
        let mut out = Vec::new();
        mean_images(&mut out, images).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn images_end_where_the_room_ends() {
        let images = [("cat".to_owned(), image(7)), ("<dog>".to_owned(), image(9))];
        let all = MeanImages::encoded(&images, &[], &[], 10_000).unwrap();
        assert_eq!((all.shown.len(), all.others), (2, 0));
        let html = html_of(&all);
        assert_eq!(html.matches(r#"src="data:image/png;base64,iVBORw0KGgo"#).count(), 2, "{html}");
        assert!(html.contains(r#"<bdi class="name">&lt;dog&gt;</bdi>"#), "{html}");
        assert!(html.contains("Averages of the pictures in gray, at 1x1 pixels.</p>"), "{html}");

        let room = all.shown[0].1.page_bytes() + 1;
        let one = MeanImages::encoded(&images, &[], &[], room).unwrap();
        assert_eq!((one.shown.len(), one.others), (1, 1));
    }

    #[test]
    fn deviations_stand_beside_the_images_of_their_classes() {
        let means = [("cat".to_owned(), image(7)), ("dog".to_owned(), image(9))];
        let deviations = [("cat".to_owned(), image(1))];
        let html = html_of(&MeanImages::encoded(&means, &deviations, &[], 10_000).unwrap());
        assert_eq!(html.matches("<img ").count(), 3, "{html}");
        assert!(html.contains("Deviation of cat") && !html.contains("Deviation of dog"), "{html}");
    }

    #[test]
    fn classes_that_are_not_shown_are_counted() {
        let images: Vec<(String, Image)> =
            (0..60_u8).map(|class| (class.to_string(), image(class))).collect();
        let classes: Vec<ClassCount> = (0..70).map(|class| ClassCount::new(&class.to_string(), 1)).collect();
        let found = MeanImages::encoded(&images, &[], &classes, 1_000_000).unwrap();
        assert_eq!((found.shown.len(), found.others), (50, 20));
        assert!(html_of(&found).contains("and 20 more classes, which the page does not show"));
    }
}
