//! The eight forms of a picture: flipped, turned, or as it is.

use std::fmt;

use serde::{Deserialize, Serialize};

/// One of the eight forms that flips and quarter turns make of a picture.
///
/// ```
/// use burn_prep::fingerprint::Dihedral;
/// assert_eq!(Dihedral::Rotate90.inverse(), Dihedral::Rotate270);
/// assert_eq!(Dihedral::FlipVertical.to_string(), "flip_vertical");
/// assert_eq!(Dihedral::ALL.len(), 8);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Dihedral {
    /// As it is.
    #[default]
    Identity,
    /// Left and right exchanged.
    #[doc(alias = "mirror")]
    FlipHorizontal,
    /// Top and bottom exchanged.
    FlipVertical,
    /// A quarter turn clockwise.
    Rotate90,
    /// A half turn.
    Rotate180,
    /// A quarter turn counterclockwise.
    Rotate270,
    /// Rows and columns exchanged: the upper left corner stays.
    Transpose,
    /// Rows and columns exchanged along the other diagonal: the upper right corner stays.
    Transverse,
}

impl Dihedral {
    /// All forms, in the order in which hashes of them are kept.
    pub const ALL: [Self; 8] = [
        Self::Identity,
        Self::FlipHorizontal,
        Self::FlipVertical,
        Self::Rotate90,
        Self::Rotate180,
        Self::Rotate270,
        Self::Transpose,
        Self::Transverse,
    ];

    /// The form that makes of this one the picture as it was.
    pub fn inverse(self) -> Self {
        match self {
            Self::Rotate90 => Self::Rotate270,
            Self::Rotate270 => Self::Rotate90,
            other => other,
        }
    }

    /// Its place in [`Dihedral::ALL`].
    pub(super) fn index(self) -> usize {
        self as usize
    }

    /// Whether rows and columns are exchanged, and whether the rows and the columns of the result are reversed after that.
    pub(super) fn parts(self) -> (bool, bool, bool) {
        match self {
            Self::Identity => (false, false, false),
            Self::FlipHorizontal => (false, false, true),
            Self::FlipVertical => (false, true, false),
            Self::Rotate90 => (true, false, true),
            Self::Rotate180 => (false, true, true),
            Self::Rotate270 => (true, true, false),
            Self::Transpose => (true, false, false),
            Self::Transverse => (true, true, true),
        }
    }

    /// Where a square of pixels in this form takes the pixel of a row and a column from, as a row and a column.
    pub(super) fn source(self, row: usize, column: usize, side: usize) -> (usize, usize) {
        let (transposed, rows, columns) = self.parts();
        let row = if rows { side - 1 - row } else { row };
        let column = if columns { side - 1 - column } else { column };
        if transposed { (column, row) } else { (row, column) }
    }
}

impl fmt::Display for Dihedral {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Identity => "identity",
            Self::FlipHorizontal => "flip_horizontal",
            Self::FlipVertical => "flip_vertical",
            Self::Rotate90 => "rotate90",
            Self::Rotate180 => "rotate180",
            Self::Rotate270 => "rotate270",
            Self::Transpose => "transpose",
            Self::Transverse => "transverse",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SQUARE: [[u8; 3]; 3] = [[1, 2, 3], [4, 5, 6], [7, 8, 9]];

    fn formed(square: [[u8; 3]; 3], form: Dihedral) -> [[u8; 3]; 3] {
        std::array::from_fn(|row| {
            std::array::from_fn(|column| {
                let (row, column) = form.source(row, column, 3);
                square[row][column]
            })
        })
    }

    /// Pillow 13's `Image.transpose`, whose ROTATE_270 is the quarter turn clockwise.
    #[test]
    fn the_forms_are_pillows() {
        let expected = [
            [[1, 2, 3], [4, 5, 6], [7, 8, 9]],
            [[3, 2, 1], [6, 5, 4], [9, 8, 7]],
            [[7, 8, 9], [4, 5, 6], [1, 2, 3]],
            [[7, 4, 1], [8, 5, 2], [9, 6, 3]],
            [[9, 8, 7], [6, 5, 4], [3, 2, 1]],
            [[3, 6, 9], [2, 5, 8], [1, 4, 7]],
            [[1, 4, 7], [2, 5, 8], [3, 6, 9]],
            [[9, 6, 3], [8, 5, 2], [7, 4, 1]],
        ];
        for (form, expected) in Dihedral::ALL.into_iter().zip(expected) {
            assert_eq!(formed(SQUARE, form), expected, "{form}");
            assert_eq!(formed(expected, form.inverse()), SQUARE, "{form}");
            assert_eq!(Dihedral::ALL[form.index()], form);
            assert_eq!(serde_json::to_string(&form).unwrap(), format!("\"{form}\""));
        }
    }
}
