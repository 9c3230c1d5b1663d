//! What is to be done with a file.

use std::fmt;
use std::str::FromStr;

use crate::error::{Error, Result};

/// What is done with a file when the new folder is written. As text it is `keep`, `drop`, `review`, or the names of the changes
/// joined by `+`.
///
/// ```
/// use burn_prep::plan::{Action, Changes};
/// let both = Action::Change(Changes { upright: true, rgb: true, rename: false });
/// assert_eq!(both.to_string(), "upright+rgb");
/// assert_eq!("RGB + upright".parse::<Action>()?, both);
/// assert_eq!("drop".parse::<Action>()?, Action::Drop);
/// assert!("delete".parse::<Action>().unwrap_err().to_string().starts_with("action is delete, expected keep, drop"));
/// # Ok::<(), burn_prep::Error>(())
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Action {
    /// The file is copied as it is.
    Keep,
    /// The file is left out.
    Drop,
    /// A person has to decide: [`PlannedFolder::new`](crate::plan::PlannedFolder::new) refuses a plan until another action is
    /// written in its place.
    Review,
    /// The file is converted to PNG, renamed, or both.
    Change(Changes),
}

/// The changes of a file, made in the order of the fields. The first two decode the picture and write its pixels as a PNG file
/// with 8 bits per channel, always upright, without the metadata and the colour profile of the old file.
///
/// ```
/// let changes = burn_prep::plan::Changes { rgb: true, ..Default::default() };
/// assert!(changes.writes_pixels() && !changes.is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Changes {
    /// The pixels are turned or mirrored as the orientation in EXIF or XMP says, and stored upright.
    pub upright: bool,
    /// The pixels are converted to RGB; transparent ones are laid over white.
    pub rgb: bool,
    /// The file gets another name, [`PlanRow::name`](crate::plan::PlanRow::name), for example with the extension of its content.
    pub rename: bool,
}

impl Changes {
    /// Whether there are no changes.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }

    /// Whether the picture is decoded and written as a PNG file.
    pub fn writes_pixels(self) -> bool {
        self.upright || self.rgb
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let changes = match self {
            Self::Keep => return f.pad("keep"),
            Self::Drop => return f.pad("drop"),
            Self::Review => return f.pad("review"),
            Self::Change(changes) => changes,
        };
        let parts = [(changes.upright, "upright"), (changes.rgb, "rgb"), (changes.rename, "rename")];
        let named: Vec<&str> = parts.iter().filter(|(is_made, _)| *is_made).map(|(_, name)| *name).collect();
        f.pad(&named.join("+"))
    }
}

impl FromStr for Action {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let unknown = || {
            let expected = "keep, drop, review, or some of upright, rgb and rename joined by +";
            Error::parameter("action", text, expected)
        };
        let mut changes = Changes::default();
        match text.trim().to_ascii_lowercase().as_str() {
            "keep" => return Ok(Self::Keep),
            "drop" => return Ok(Self::Drop),
            "review" => return Ok(Self::Review),
            joined => {
                for part in joined.split('+') {
                    match part.trim() {
                        "upright" => changes.upright = true,
                        "rgb" => changes.rgb = true,
                        "rename" => changes.rename = true,
                        _ => return Err(unknown()),
                    }
                }
            }
        }
        Ok(Self::Change(changes))
    }
}
