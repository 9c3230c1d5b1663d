//! The collation of one batch: the fields of all samples, including nested fields.

use std::collections::BTreeMap;

use crate::arrays::AnyArray;
use crate::collate::field_rule::{FieldSpec, stack};
use crate::collate::{CollatedField, Field, Record};
use crate::error::{Error, Mismatch, Result, collate_fault};
use crate::ragged::Side;

/// One batch on its way.
pub(super) struct Pass<'a> {
    pub(super) specs: &'a BTreeMap<String, FieldSpec>,
    /// Whether any field is padded.
    pub(super) pads: bool,
    pub(super) samples: &'a [Record],
}

impl Pass<'_> {
    /// The error, said of a field, and of the sample that it names by an index.
    pub(super) fn located(&self, error: Error, path: &str) -> Error {
        let sample = error.index();
        let index = sample.and_then(|sample| self.samples.get(sample)).and_then(Record::index);
        error.in_field(path, sample, index)
    }

    fn spec(&self, path: &str) -> Option<&FieldSpec> {
        self.specs.get(path)
    }

    /// The fields of records that stand in one place of each sample.
    pub(super) fn records(&self, records: &[&Record], path: &str) -> Result<BTreeMap<String, CollatedField>> {
        let path_of = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let mut names: Vec<&str> = records[0].names().collect();
        // A field with a default may be in any sample, or in none.
        for (field, spec) in self.specs {
            let name = if path.is_empty() {
                Some(field.as_str())
            } else {
                field.strip_prefix(path).and_then(|rest| rest.strip_prefix('.'))
            };
            match name {
                Some(name) if spec.default.is_some() && !name.contains('.') && !names.contains(&name) => {
                    names.push(name)
                }
                _ => {}
            }
        }
        for (sample, record) in records.iter().enumerate() {
            let is_new = |name: &&str| {
                let known =
                    names.contains(name) || self.spec(&path_of(name)).is_some_and(|spec| spec.dropped);
                !known
            };
            if let Some(name) = record.names().find(is_new) {
                let extra = collate_fault!(
                    KEY_SET_MISMATCH,
                    format_args!("`{name}`"),
                    "the fields of sample 0 alone"
                );
                return Err(self.located(extra.at_index(sample), &path_of(name)));
            }
        }
        let mut fields = BTreeMap::new();
        for name in names {
            let path = path_of(name);
            let spec = self.spec(&path);
            if spec.is_some_and(|spec| spec.dropped) {
                continue;
            }
            let mut values = Vec::with_capacity(records.len());
            for (sample, record) in records.iter().enumerate() {
                let default = spec.and_then(|spec| spec.default.as_ref());
                let value = match record.get(name) {
                    Some(Field::Missing) => {
                        default.ok_or_else(|| collate_fault!(UNSUPPORTED_TYPE, "nothing", "a value"))
                    }
                    Some(value) => Ok(value),
                    None => default.ok_or_else(|| {
                        collate_fault!(MISSING_KEY, "no such field", "the fields of sample 0")
                    }),
                };
                values.push(value.map_err(|error| self.located(error.at_index(sample), &path))?);
            }
            let field = self.values(&values, &path)?;
            fields.insert(name.to_owned(), field);
        }
        Ok(fields)
    }

    fn values(&self, values: &[&Field], path: &str) -> Result<CollatedField> {
        let kind = values[0].kind();
        if let Some(sample) = values.iter().position(|value| value.kind() != kind) {
            let found = values[sample].kind();
            let other = collate_fault!(KIND_MISMATCH, found, format_args!("{kind} as in sample 0"));
            return Err(self.located(other.at_index(sample), path));
        }
        let rule = self.spec(path).and_then(|spec| spec.rule.as_ref());
        if rule.is_some() && kind != "an array" {
            let needs = collate_fault!(UNSUPPORTED_TYPE, kind, "an array of numbers, which is padded");
            return Err(self.located(needs.at_index(0), path));
        }
        match values[0] {
            Field::Array(_) => {
                let arrays = every(values, |value| match value {
                    Field::Array(array) => Some(array),
                    _ => None,
                });
                self.arrays(&arrays, path)
                    .and_then(|field| field.cast(self.spec(path).and_then(|spec| spec.cast)))
                    .map_err(|error| self.located(error, path))
            }
            Field::Text(_) => Ok(CollatedField::Text(every(values, |value| match value {
                Field::Text(text) => Some(text.clone()),
                _ => None,
            }))),
            Field::List(first) => {
                let lists = every(values, |value| match value {
                    Field::List(items) => Some(items.as_slice()),
                    _ => None,
                });
                if let Some(sample) = lists.iter().position(|list| list.len() != first.len()) {
                    let expected = format!("{} as in sample 0", first.len());
                    let differs = collate_fault!(SEQUENCE_LENGTH_MISMATCH, lists[sample].len(), expected);
                    return Err(self.located(differs.at_index(sample), path));
                }
                let place = |at: usize| {
                    let path = format!("{path}.{at}");
                    if self.spec(&path).is_some_and(|spec| spec.dropped || spec.default.is_some()) {
                        let expected = "a field with a name: places of a list are all there";
                        return Err(
                            self.located(collate_fault!(NO_SUCH_FIELD, "a place of a list", expected), &path)
                        );
                    }
                    let items: Vec<&Field> = lists.iter().map(|list| &list[at]).collect();
                    self.values(&items, &path)
                };
                (0..first.len()).map(place).collect::<Result<_>>().map(CollatedField::List)
            }
            Field::Record(_) => {
                let records = every(values, |value| match value {
                    Field::Record(record) => Some(record),
                    _ => None,
                });
                self.records(&records, path).map(CollatedField::Record)
            }
            Field::Missing => {
                let nothing = collate_fault!(UNSUPPORTED_TYPE, "nothing", "a value").at_index(0);
                Err(self.located(nothing, path))
            }
        }
    }

    fn arrays(&self, arrays: &[&AnyArray], path: &str) -> Result<CollatedField> {
        let first = arrays[0];
        if let Some(sample) = arrays.iter().position(|array| array.dtype() != first.dtype()) {
            let expected = format!("{} as in sample 0", first.dtype_name());
            return Err(
                collate_fault!(DTYPE_MISMATCH, arrays[sample].dtype_name(), expected).at_index(sample)
            );
        }
        let spec = self.spec(path);
        let takes_width =
            spec.and_then(|spec| spec.rule.as_ref()).is_some_and(|rule| rule.width(0).is_some());
        if spec.is_some_and(|spec| spec.width_of.is_some()) && !takes_width {
            let expected = "Collator::pad or Collator::labels of this field too";
            return Err(collate_fault!(WIDTH_OF_UNPADDED, format_args!("`{path}`"), expected));
        }
        let Some(rule) = spec.and_then(|spec| spec.rule.as_ref()) else {
            if let Some(sample) = arrays.iter().position(|array| array.shape() != first.shape()) {
                let found = format!("{:?}", arrays[sample].shape());
                let expected = format!("{:?} as in sample 0", first.shape());
                let differs = match self.pads {
                    true => collate_fault!(UNPADDED_EXTRA_FIELD, found, expected),
                    false => collate_fault!(SHAPE_MISMATCH, found, expected),
                };
                return Err(differs.at_index(sample));
            }
            return stack(arrays);
        };
        let width = match spec.and_then(|spec| spec.width_of.as_deref()) {
            Some(other) => {
                self.check_ends(path, other)?;
                Some(self.width(other)?)
            }
            None => None,
        };
        let labels = spec.is_some_and(|spec| spec.labels);
        let shapes = |sample: usize| {
            let shape = |array: &AnyArray| format!("{:?}", array.shape());
            let expected = format!("{} as in sample 0 behind the first axis", shape(first));
            collate_fault!(SHAPE_MISMATCH, shape(arrays[sample]), expected).at_index(sample)
        };
        rule.collate(arrays, width).map_err(|error| match error.mismatch() {
            Some(Mismatch { code: "inner_shape_mismatch" | "rank_mismatch", .. }) => {
                error.index().map_or(error, shapes)
            }
            Some(Mismatch {
                code: "element_longer_than_padded_shape" | "longer_than_last_boundary",
                found,
                expected,
                ..
            }) if labels => {
                let long = collate_fault!(LABELS_LONGER_THAN_MAX_LENGTH, found, expected);
                error.index().map_or(long.clone(), |sample| long.at_index(sample))
            }
            _ => error,
        })
    }

    /// Fields of one width stand side by side, item by item: they are filled and cut at the same ends.
    fn check_ends(&self, path: &str, other: &str) -> Result<()> {
        let ends = |path| self.spec(path).and_then(|spec| spec.rule.as_ref()).and_then(|rule| rule.ends());
        let (Some((own, own_cut)), Some((side, cut))) = (ends(path), ends(other)) else { return Ok(()) };
        let is_cut_elsewhere = own_cut.zip(cut).is_some_and(|(own, other)| own != other);
        if own != side || is_cut_elsewhere {
            let words = |side: Side, cut: Option<Side>| match cut {
                Some(cut) => format!("filled on the {side:?}, cut on the {cut:?}").to_lowercase(),
                None => format!("filled on the {side:?}").to_lowercase(),
            };
            let expected = format!("{} as `{other}`", words(side, cut));
            return Err(collate_fault!(SIDE_MISMATCH, words(own, own_cut), expected));
        }
        Ok(())
    }

    /// The width of a padded field of this batch.
    fn width(&self, path: &str) -> Result<usize> {
        // A width may be that of a field whose width is another's; in a circle nobody's is.
        let mut path = path;
        for _ in 0..=self.specs.len() {
            match self.spec(path).and_then(|spec| spec.width_of.as_deref()) {
                Some(next) => path = next,
                None => return self.own_width(path),
            }
        }
        let expected = "a field with a width of its own";
        Err(collate_fault!(WIDTH_OF_UNPADDED, format_args!("a circle with `{path}`"), expected))
    }

    /// The width of a padded field by its own padding.
    fn own_width(&self, path: &str) -> Result<usize> {
        let unpadded = |found: &str| {
            collate_fault!(WIDTH_OF_UNPADDED, format_args!("`{path}`, {found}"), "a padded field")
        };
        let rule = self.spec(path).and_then(|spec| spec.rule.as_ref());
        let rule = rule.ok_or_else(|| unpadded("which is not described"))?;
        let default = self.spec(path).and_then(|spec| spec.default.as_ref());
        let longest = self.samples.iter().map(|sample| {
            match sample.get(path).filter(|field| !matches!(field, Field::Missing)).or(default) {
                Some(Field::Array(array)) => array.shape().first().copied().unwrap_or(0),
                _ => 0,
            }
        });
        rule.width(longest.max().unwrap_or(0)).ok_or_else(|| unpadded("whose rows have no width"))?
    }
}

/// What a value holds, of values that are all of one kind.
fn every<'a, T>(values: &[&'a Field], of: impl Fn(&'a Field) -> Option<T>) -> Vec<T> {
    values.iter().filter_map(|value| of(value)).collect()
}
