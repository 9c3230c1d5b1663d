//! ICC profiles (ICC.1:2022): their description, and whether their colours are those of sRGB.

/// The most characters of a description.
const MAX_DESCRIPTION: usize = 100;

/// The primaries of sRGB, adapted to D50: the XYZ values of red, green and blue.
const SRGB: [(&[u8; 4], [f64; 3]); 3] = [
    (b"rXYZ", [0.43607, 0.22249, 0.01392]),
    (b"gXYZ", [0.38515, 0.71687, 0.09708]),
    (b"bXYZ", [0.14307, 0.06061, 0.71410]),
];

/// Values of sRGB and their light (IEC 61966-2-1).
const SRGB_CURVE: [(f64, f64); 3] = [(0.25, 0.050876), (0.5, 0.214041), (0.75, 0.522522)];

/// By how much a primary may differ from that of sRGB. Those of other spaces differ by 0.05 and more.
const PRIMARY_TOLERANCE: f64 = 0.003;
/// By how much the light of a value may differ. A gamma of 2.2 is within it, 1.8 and 2.4 are not.
const LIGHT_TOLERANCE: f64 = 0.01;

/// The description of a profile. `None` where its colours are those of sRGB, and for bytes that are no
/// profile.
pub(super) fn other_than_srgb(bytes: &[u8]) -> Option<String> {
    let profile = Profile::read(bytes)?;
    let description = profile.description();
    let is_named_so = || description.as_ref().is_some_and(|name| name.contains("sRGB"));
    if profile.is_srgb().unwrap_or_else(is_named_so) {
        return None;
    }
    Some(description.unwrap_or_else(|| format!("unnamed {} profile", profile.space_name())))
}

/// A profile of which the header is there.
#[derive(Debug, Clone, Copy)]
struct Profile<'a> {
    bytes: &'a [u8],
    /// The data colour space: `RGB `, `GRAY`, `CMYK`, ...
    space: &'a [u8],
}

impl<'a> Profile<'a> {
    /// The length of the header and of the number of tags behind it.
    const HEADER: usize = 132;

    fn read(bytes: &'a [u8]) -> Option<Self> {
        let is_profile = bytes.len() >= Self::HEADER && bytes.get(36..40) == Some(&b"acsp"[..]);
        is_profile.then_some(Self { bytes, space: bytes.get(16..20)? })
    }

    /// The data of a tag, with the four bytes of its type.
    fn tag(&self, name: &[u8; 4]) -> Option<&'a [u8]> {
        let count = long(self.bytes, 128)?;
        let mut entries = self.bytes.get(Self::HEADER..)?.chunks_exact(12).take(count);
        let entry = entries.find(|entry| entry.starts_with(name))?;
        let start = long(entry, 4)?;
        self.bytes.get(start..start.checked_add(long(entry, 8)?)?)
    }

    fn space_name(&self) -> String {
        self.space.iter().filter(|byte| byte.is_ascii_graphic()).map(|&byte| char::from(byte)).collect()
    }

    /// The description in English, or else in the first language that it has.
    fn description(&self) -> Option<String> {
        let tag = self.tag(b"desc")?;
        let text: String = match tag.get(..4)? {
            b"desc" => one_byte_each(tag.get(12..)?),
            b"text" => one_byte_each(tag.get(8..)?),
            b"mluc" => {
                let mut records = tag.get(16..)?.chunks_exact(12).take(long(tag, 8)?);
                let english = records.clone().find(|record| record.starts_with(b"en"));
                let record = english.or_else(|| records.next())?;
                let start = long(record, 8)?;
                two_bytes_each(tag.get(start..start.checked_add(long(record, 4)?)?)?)
            }
            _ => return None,
        };
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Whether the colours are those of sRGB, or the greys of a profile for grey. `None` where no primaries
    /// and curves say it, as in a profile of tables alone.
    fn is_srgb(&self) -> Option<bool> {
        match self.space {
            b"RGB " => {
                for (name, expected) in SRGB {
                    let tag = self.tag(name)?;
                    for (at, expected) in expected.into_iter().enumerate() {
                        if (fixed(tag, 8 + 4 * at)? - expected).abs() > PRIMARY_TOLERANCE {
                            return Some(false);
                        }
                    }
                }
                let curves = [b"rTRC", b"gTRC", b"bTRC"];
                curves.into_iter().try_fold(true, |all, name| Some(all && is_srgb_curve(self.tag(name)?)?))
            }
            b"GRAY" => is_srgb_curve(self.tag(b"kTRC")?),
            _ => Some(false),
        }
    }
}

fn is_srgb_curve(curve: &[u8]) -> Option<bool> {
    SRGB_CURVE.into_iter().try_fold(true, |all, (value, expected)| {
        Some(all && (light(curve, value)? - expected).abs() <= LIGHT_TOLERANCE)
    })
}

/// The light that a curve gives a value, both in 0 to 1.
fn light(curve: &[u8], value: f64) -> Option<f64> {
    match curve.get(..4)? {
        b"curv" => match long(curve, 8)? {
            0 => Some(value),
            1 => Some(value.powf(f64::from(short(curve, 12)?) / 256.0)),
            count => {
                let place = value * (count - 1) as f64;
                // Below `count`, for values below 1.
                let before = place as usize;
                let entry = |at: usize| short(curve, at.checked_mul(2)?.checked_add(12)?).map(f64::from);
                let (low, high) = (entry(before)? / 65_535.0, entry(before + 1)? / 65_535.0);
                Some(low + (high - low) * (place - before as f64))
            }
        },
        b"para" => parametric(curve, value),
        _ => None,
    }
}

/// A parametric curve: a power `(a x + b)^g` above a bound, and a line or nothing below it.
fn parametric(curve: &[u8], value: f64) -> Option<f64> {
    let kind = short(curve, 8)?;
    let number = |at: usize| fixed(curve, 12 + 4 * at);
    let gamma = number(0)?;
    if kind == 0 {
        return Some(value.powf(gamma));
    }
    let inside = number(1)? * value + number(2)?;
    Some(match kind {
        1 if inside >= 0.0 => inside.powf(gamma),
        1 => 0.0,
        2 if inside >= 0.0 => inside.powf(gamma) + number(3)?,
        2 => number(3)?,
        3 if value >= number(4)? => inside.powf(gamma),
        3 => number(3)? * value,
        4 if value >= number(4)? => inside.powf(gamma) + number(5)?,
        4 => number(3)? * value + number(6)?,
        _ => return None,
    })
}

/// A text up to its first zero.
fn one_byte_each(bytes: &[u8]) -> String {
    bytes.iter().take(MAX_DESCRIPTION).take_while(|&&byte| byte != 0).map(|&byte| char::from(byte)).collect()
}

/// A text of UTF-16 up to its first zero.
fn two_bytes_each(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter().map(|unit| u16::from_be_bytes(*unit));
    let characters = char::decode_utf16(units).map(|unit| unit.unwrap_or(char::REPLACEMENT_CHARACTER));
    characters.take(MAX_DESCRIPTION).take_while(|&character| character != '\0').collect()
}

fn short(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_be_bytes(*bytes.get(at..)?.first_chunk()?))
}

fn long(bytes: &[u8], at: usize) -> Option<usize> {
    usize::try_from(u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?)).ok()
}

/// A signed number with 16 bits behind the point.
fn fixed(bytes: &[u8], at: usize) -> Option<f64> {
    Some(f64::from(i32::from_be_bytes(*bytes.get(at..)?.first_chunk()?)) / 65_536.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A profile of these tags.
    fn profile(space: &[u8; 4], tags: &[(&[u8; 4], Vec<u8>)]) -> Vec<u8> {
        let mut profile = vec![0; 128];
        profile[16..20].copy_from_slice(space);
        profile[36..40].copy_from_slice(b"acsp");
        profile.extend((tags.len() as u32).to_be_bytes());
        let mut start = 132 + 12 * tags.len();
        for (name, data) in tags {
            profile.extend(*name);
            profile.extend((start as u32).to_be_bytes());
            profile.extend((data.len() as u32).to_be_bytes());
            start += data.len();
        }
        tags.iter().for_each(|(_, data)| profile.extend(data));
        profile
    }

    fn fixed_numbers(kind: &[u8], numbers: &[f64]) -> Vec<u8> {
        let numbers = numbers.iter().flat_map(|number| ((number * 65_536.0).round() as i32).to_be_bytes());
        kind.iter().copied().chain(numbers).collect()
    }

    fn description(text: &str) -> Vec<u8> {
        let length = (text.len() as u32 + 1).to_be_bytes();
        [&b"desc\0\0\0\0"[..], &length, text.as_bytes(), b"\0"].concat()
    }

    /// A profile with the primaries of sRGB, scaled, and one curve for all channels.
    fn rgb(name: &str, scale: f64, curve: &[u8]) -> Vec<u8> {
        let mut tags = vec![(b"desc", description(name))];
        for (tag, numbers) in SRGB {
            tags.push((tag, fixed_numbers(b"XYZ \0\0\0\0", &numbers.map(|number| number * scale))));
        }
        for tag in [b"rTRC", b"gTRC", b"bTRC"] {
            tags.push((tag, curve.to_vec()));
        }
        profile(b"RGB ", &tags)
    }

    fn gamma(gamma: f64) -> Vec<u8> {
        let number = ((gamma * 256.0).round() as u16).to_be_bytes();
        [&b"curv\0\0\0\0\0\0\0\x01"[..], &number].concat()
    }

    #[test]
    fn values_decide_before_the_name() {
        // The parameters of sRGB (IEC 61966-2-1), and the same curve as a table of 1024 entries.
        let numbers = [2.4, 1.0 / 1.055, 0.055 / 1.055, 1.0 / 12.92, 0.04045];
        let exact = fixed_numbers(b"para\0\0\0\0\0\x03\0\0", &numbers);
        let entries = (0..1024_u32).flat_map(|at| {
            let light = light(&exact, f64::from(at) / 1023.0).unwrap();
            ((light * 65_535.0).round() as u16).to_be_bytes()
        });
        let table: Vec<u8> = b"curv\0\0\0\0\0\0\x04\0".iter().copied().chain(entries).collect();
        for curve in [&exact, &table, &gamma(2.2)] {
            assert_eq!(other_than_srgb(&rgb("any name", 1.0, curve)), None);
        }
        let linear = b"curv\0\0\0\0\0\0\0\0";
        for curve in [&linear[..], &gamma(1.8), &gamma(2.4)] {
            assert_eq!(other_than_srgb(&rgb("sRGB, linear", 1.0, curve)).unwrap(), "sRGB, linear");
        }
        assert_eq!(other_than_srgb(&rgb("Wide", 1.1, &exact)).unwrap(), "Wide");
    }

    #[test]
    fn the_name_decides_for_tables() {
        let tables = |name: &str| other_than_srgb(&profile(b"RGB ", &[(b"desc", description(name))]));
        assert_eq!(tables("sRGB v4 ICC preference"), None);
        assert_eq!(tables("Scanner").unwrap(), "Scanner");
        assert_eq!(tables("").unwrap(), "unnamed RGB profile");
        let inks = profile(b"CMYK", &[(b"desc", description("sRGB inks"))]);
        assert_eq!(other_than_srgb(&inks).unwrap(), "sRGB inks");
        let gray = |curve| profile(b"GRAY", &[(b"kTRC", curve)]);
        assert_eq!(other_than_srgb(&gray(gamma(2.2))), None);
        assert_eq!(other_than_srgb(&gray(gamma(1.0))).unwrap(), "unnamed GRAY profile");
    }

    #[test]
    fn a_description_in_several_languages_is_read_in_english() {
        let mut text = b"mluc\0\0\0\0\0\0\0\x02\0\0\0\x0C".to_vec();
        text.extend(b"deDE\0\0\0\x02\0\0\0\x28enUS\0\0\0\x04\0\0\0\x2A");
        text.extend([0, b'x', 0, b'P', 0, b'3']);
        assert_eq!(other_than_srgb(&profile(b"RGB ", &[(b"desc", text)])).unwrap(), "P3");
        let long = description(&"long ".repeat(1000));
        assert_eq!(other_than_srgb(&profile(b"RGB ", &[(b"desc", long)])).unwrap().len(), 99);
    }

    #[test]
    fn damaged_profiles_are_read_as_far_as_they_go() {
        let whole = rgb("Wide", 1.1, &gamma(2.2));
        for length in 0..whole.len() {
            let found = other_than_srgb(&whole[..length]);
            assert_eq!(found.is_some(), length >= 132, "{length}");
        }
        let mut many = whole.clone();
        many[128..132].fill(0xFF);
        assert_eq!(other_than_srgb(&many).unwrap(), "Wide");
        assert_eq!(other_than_srgb(&[0; 400]), None);
    }
}
