//! `burn-prep config`, and the file that `validate --config` reads.

use std::collections::BTreeMap;
use std::path::Path;

use burn_prep::error::ErrorKind;
use burn_prep::report::{Check, Waivers};
use burn_prep::validate::Thresholds;
use burn_prep::{Error, Result};
use serde::Deserialize;

use crate::args::FailOn;
use crate::{Failure, Outcome, print};

/// The defaults, with comments.
const DEFAULT: &str = include_str!("default.toml");

/// What a file may set.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Config {
    pub(crate) fail_on: Option<FailOn>,
    pub(crate) max: BTreeMap<Check, Most>,
    pub(crate) thresholds: Thresholds,
    pub(crate) waiver: Waivers,
}

/// A number of findings, or a part of the images.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(untagged)]
pub(crate) enum Most {
    Number(u64),
    Text(String),
}

pub(crate) fn run() -> Result<Outcome, Failure> {
    print(DEFAULT)?;
    Ok(Outcome::Clean)
}

impl Config {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// It cannot be read, or says what is not known.
    pub(crate) fn read(path: &Path) -> Result<Self> {
        let read = || -> Result<Self> {
            let text = std::fs::read_to_string(path)?;
            let invalid = |reason: String| Error::from(ErrorKind::Invalid { what: "configuration", reason });
            let config: Self = toml::from_str(&text).map_err(|error| invalid(error.to_string()))?;
            match senseless(&serde_json::to_value(&config.thresholds).unwrap_or_default()) {
                Some(name) => Err(invalid(format!("thresholds.{name} is no number of 0 or more"))),
                None => Ok(config),
            }
        };
        read().map_err(|error| error.at_path(path))
    }
}

/// The name of a threshold that is negative or not finite, which JSON has no number for.
fn senseless(thresholds: &serde_json::Value) -> Option<String> {
    thresholds.as_object()?.iter().find_map(|(name, value)| match value {
        serde_json::Value::Object(_) => Some(format!("{name}.{}", senseless(value)?)),
        value if value.as_f64().is_some_and(|value| value >= 0.0) => None,
        _ => Some(name.clone()),
    })
}

impl Most {
    /// How many findings of a check there may be.
    ///
    /// # Errors
    ///
    /// The text is neither a number nor a part in per cent.
    pub(crate) fn of(&self, images: u64) -> Result<u64> {
        let text = match self {
            Self::Number(number) => return Ok(*number),
            Self::Text(text) => text,
        };
        let part = text.strip_suffix('%').and_then(|part| part.trim().parse::<f64>().ok());
        match (text.parse(), part.filter(|part| (0.0..=100.0).contains(part))) {
            (Ok(number), _) => Ok(number),
            (_, Some(part)) => Ok((part / 100.0 * images as f64).floor() as u64),
            _ => Err(Error::from(ErrorKind::Parameter {
                name: "max".into(),
                found: text.clone(),
                expected: "a number, or a part such as 2%",
            })),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_defaults_has_the_defaults_and_all_of_them() {
        let config: Config = toml::from_str(DEFAULT).unwrap();
        assert_eq!(config.thresholds, Thresholds::default());
        assert_eq!(
            (config.fail_on, config.max.len(), config.waiver),
            (Some(FailOn::Warning), 0, Waivers::default())
        );
        // Each field is in the file.
        let fields = serde_json::to_value(Thresholds::default()).unwrap();
        let of = |fields: &serde_json::Value| -> Vec<String> {
            fields.as_object().unwrap().keys().cloned().collect()
        };
        let names: Vec<String> = of(&fields).into_iter().chain(of(&fields["duplicates"])).collect();
        for name in names.iter().filter(|name| *name != "duplicates") {
            assert!(DEFAULT.lines().any(|line| line.starts_with(&format!("{name} = "))), "{name}");
        }
        assert!(names.len() > 25);
    }

    #[test]
    fn what_is_not_known_is_refused() {
        assert!(toml::from_str::<Config>("[thresholds]\ndrak = 1.0").is_err());
        assert!(toml::from_str::<Config>("[max]\nno_such_check = 1").is_err());
        let config: Config = toml::from_str("[max]\nblurry = \"2%\"\ndark = 3").unwrap();
        assert_eq!(config.max[&Check::Blurry].of(1000).unwrap(), 20);
        assert_eq!(config.max[&Check::Dark].of(1000).unwrap(), 3);
        assert!(Most::Text("2 percent".to_owned()).of(10).is_err());
        let of = |text: &str| {
            let thresholds: Thresholds = toml::from_str(text).unwrap();
            senseless(&serde_json::to_value(thresholds).unwrap())
        };
        assert_eq!(of("dark = nan").as_deref(), Some("dark"));
        assert_eq!(
            of("duplicates = { min_correlation = -1.0 }").as_deref(),
            Some("duplicates.min_correlation")
        );
        assert_eq!(of("dark = 0.5"), None);
    }
}
