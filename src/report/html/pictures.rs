//! Small pictures inside of a page.

use std::fmt;

use base64::display::Base64Display;
use base64::engine::general_purpose::STANDARD;

/// Gives the small pictures of a page.
///
/// ```
/// use burn_prep::report::{HtmlReport, Thumbnails};
/// use burn_prep::source::ImageFolder;
/// use burn_prep::validate::Validator;
///
/// /// The file itself, as an example; in practice a picture of about 96 pixels.
/// struct Whole;
///
/// impl Thumbnails for Whole {
///     fn thumbnail(&self, subject: &str) -> Option<Vec<u8>> {
///         std::fs::read(std::path::Path::new("assets/hostile").join(subject)).ok()
///     }
/// }
///
/// let report = Validator::new(ImageFolder::open("assets/hostile")?).run()?;
/// let folder = tempfile::tempdir()?;
/// let path = folder.path().join("report.html");
/// HtmlReport::new(&report).thumbnails(&Whole).write(&path)?;
/// assert!(std::fs::read_to_string(path)?.contains(r#"src="data:image/jpeg;base64,"#));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub trait Thumbnails {
    /// A small PNG or JPEG file of the picture with this name in the report; `None` where there is none, for
    /// instance of a file that cannot be decoded.
    fn thumbnail(&self, subject: &str) -> Option<Vec<u8>>;
}

/// A picture as the address of itself.
pub(super) struct DataUri {
    format: &'static str,
    bytes: Vec<u8>,
}

impl DataUri {
    /// `None` where the bytes do not begin as PNG or JPEG files do.
    pub(super) fn new(bytes: Vec<u8>) -> Option<Self> {
        let format = match bytes.as_slice() {
            [0x89, b'P', b'N', b'G', b'\r', b'\n', 0x1a, b'\n', ..] => "png",
            [0xff, 0xd8, 0xff, ..] => "jpeg",
            _ => return None,
        };
        Some(Self { format, bytes })
    }

    /// How many bytes it takes in a page.
    pub(super) fn page_bytes(&self) -> usize {
        self.bytes.len().div_ceil(3).saturating_mul(4)
    }
}

impl fmt::Display for DataUri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "data:image/{};base64,{}", self.format, Base64Display::new(&self.bytes, &STANDARD))
    }
}

/// Where pictures come from, and the bytes of a page that they may still take.
pub(super) struct Pictures<'a> {
    source: Option<&'a dyn Thumbnails>,
    left: usize,
}

impl<'a> Pictures<'a> {
    pub(super) fn new(source: Option<&'a dyn Thumbnails>, most_bytes: usize) -> Self {
        Self { source, left: most_bytes }
    }

    /// The picture of a subject; `None` where there is none, or where the page has no room for it.
    pub(super) fn of(&mut self, subject: &str) -> Option<DataUri> {
        if self.left == 0 {
            return None;
        }
        let picture = DataUri::new(self.source?.thumbnail(subject)?)?;
        self.left = self.left.checked_sub(picture.page_bytes())?;
        Some(picture)
    }
}

/// Pictures for the tests of the module: a PNG signature with the name behind it.
#[cfg(test)]
pub(super) struct Signatures;

#[cfg(test)]
impl Thumbnails for Signatures {
    fn thumbnail(&self, subject: &str) -> Option<Vec<u8>> {
        (!subject.starts_with("bad")).then(|| [b"\x89PNG\r\n\x1a\n".as_slice(), subject.as_bytes()].concat())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_picture_is_a_data_uri() {
        // base64.b64encode(b"\x89PNG\r\n\x1a\n") of Python 3.11
        let uri = DataUri::new(b"\x89PNG\r\n\x1a\n".to_vec()).unwrap();
        assert_eq!((uri.to_string().as_str(), uri.page_bytes()), ("data:image/png;base64,iVBORw0KGgo=", 12));
        assert_eq!(DataUri::new(vec![0xff, 0xd8, 0xff]).unwrap().to_string(), "data:image/jpeg;base64,/9j/");
        assert!(DataUri::new(b"<svg onload='alert(1)'>".to_vec()).is_none());
    }

    #[test]
    fn pictures_end_where_the_room_ends() {
        let mut pictures = Pictures::new(Some(&Signatures), 30);
        assert!(pictures.of("bad.png").is_none());
        assert!(pictures.of("a").is_some()); // 9 bytes, 12 in the page
        assert!(pictures.of("a picture with a long name").is_none());
        assert!(pictures.of("b").is_some());
        assert!(pictures.of("c").is_none());
        assert!(Pictures::new(None, 30).of("a").is_none());
    }
}
