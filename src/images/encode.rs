//! An image to a PNG file.

use std::io::Cursor;
use std::path::Path;

use image::codecs::png::PngEncoder;
use image::{ExtendedColorType, ImageEncoder};

use crate::error::{Error, Result};
use crate::images::{ColorMode, Image};
use crate::output::write_whole;

impl Image {
    /// Writes the image as a PNG file, which appears whole or not at all.
    ///
    /// # Errors
    ///
    /// The file cannot be written.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Decoder, Image, ImageSize};
    ///
    /// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![7, 9])?;
    /// let folder = tempfile::tempdir()?;
    /// let path = folder.path().join("two.png");
    /// image.write_png(&path)?;
    /// assert_eq!(Decoder::new(ColorMode::L).decode_file(&path)?.image, image);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn write_png(&self, path: impl AsRef<Path>) -> Result<()> {
        let path = path.as_ref();
        let png = self.to_png().map_err(|error| error.at_path(path))?;
        write_whole(path, |out| out.write_all(&png))
    }

    /// The bytes of the image as a PNG file.
    ///
    /// # Errors
    ///
    /// The encoder refuses the image.
    ///
    /// ```
    /// use burn_prep::images::{ColorMode, Decoder, Image, ImageSize};
    /// let image = Image::new(ImageSize::new(2, 1), ColorMode::L, vec![7, 9])?;
    /// assert_eq!(Decoder::new(ColorMode::L).decode(&image.to_png()?)?.image, image);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn to_png(&self) -> Result<Vec<u8>> {
        let color = match self.mode() {
            ColorMode::L => ExtendedColorType::L8,
            ColorMode::La => ExtendedColorType::La8,
            ColorMode::Rgb => ExtendedColorType::Rgb8,
            ColorMode::Rgba => ExtendedColorType::Rgba8,
        };
        let mut png = Cursor::new(Vec::new());
        PngEncoder::new(&mut png)
            .write_image(self.pixels(), self.size().width, self.size().height, color)
            .map_err(|error| Error::decode("PNG", error))?;
        Ok(png.into_inner())
    }
}
