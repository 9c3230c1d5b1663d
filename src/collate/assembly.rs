//! Samples put together to a batch, one step after the other, as a collator describes it.

use crate::collate::boxes::move_boxes;
use crate::collate::field_rule::FieldSpec;
use crate::collate::pass::Pass;
use crate::collate::{Collated, CollatedField, Collator, Record};
use crate::error::{Result, collate_fault};

impl Collator {
    /// Collates samples into a batch on the host: one allocation for each field, filled by several threads where it is
    /// large.
    ///
    /// # Errors
    ///
    /// There are no samples; a sample lacks a field, or has one that the first does not have; values of a
    /// field differ in kind, dtype or shape; a row is longer than its padding allows. The error names the
    /// field, the sample and its index.
    ///
    /// ```
    /// use burn_prep::prelude::*;
    /// let samples = [Record::new().with("ids", [5, 6]).at_index(8), Record::new().with("ids", [7]).at_index(9)];
    /// let batch = Collator::new().pad("ids", Padding::new(0)).collate(&samples)?;
    /// assert_eq!(batch.array::<i32>("ids")?, ndarray::array![[5, 6], [7, 0]].into_dyn());
    /// assert_eq!(batch.indices(), [Some(8), Some(9)]);
    /// # Ok::<(), burn_prep::Error>(())
    /// ```
    pub fn collate(&self, samples: &[Record]) -> Result<Collated> {
        let Some(first) = samples.first() else {
            return Err(collate_fault!(EMPTY_BATCH, "no samples", "one or more"));
        };
        self.check_fields(first)?;
        let pass = Pass { specs: &self.specs, pads: self.main.is_some(), samples };
        let fields = pass.records(&samples.iter().collect::<Vec<_>>(), "")?;
        let mut batch = Collated { fields, indices: samples.iter().map(Record::index).collect() };
        self.move_boxes(&pass, &mut batch)?;
        self.derive_fields(&pass, &mut batch)?;
        self.check_casts(&batch)?;
        self.rename_fields(&mut batch)?;
        Ok(batch)
    }

    /// What is described is there.
    fn check_fields(&self, first: &Record) -> Result<()> {
        for (field, spec) in &self.specs {
            let needed = spec.rule.is_some() && !spec.optional && !spec.dropped && spec.default.is_none();
            if needed && first.get(field).is_none() {
                let names = first.names().collect::<Vec<_>>().join(", ");
                let found = format!("the fields {names}");
                let missing = match self.main.as_deref() == Some(field) {
                    true => collate_fault!(MISSING_MAIN_INPUT, found, format_args!("`{field}`")),
                    false => collate_fault!(MISSING_KEY, found, format_args!("`{field}`")),
                };
                return Err(missing.in_field(field, Some(0), first.index()));
            }
        }
        Ok(())
    }

    fn move_boxes(&self, pass: &Pass<'_>, batch: &mut Collated) -> Result<()> {
        for (field, spec) in &self.specs {
            let Some(images) = &spec.boxes_of else { continue };
            if spec.optional && !batch.fields.contains_key(field) {
                continue;
            }
            let images = batch.image_extents(images)?.clone();
            let Some(CollatedField::Padded { data, extents }) = batch.fields.get_mut(field) else {
                let expected = "boxes at the top of the record that Collator::pad pads";
                return Err(collate_fault!(WIDTH_OF_UNPADDED, field, expected).in_field(field, None, None));
            };
            move_boxes(data, extents, &images).map_err(|error| pass.located(error, field))?;
        }
        Ok(())
    }

    /// Masks and counts.
    fn derive_fields(&self, pass: &Pass<'_>, batch: &mut Collated) -> Result<()> {
        for (name, source, derived) in &self.derived {
            if batch.find(name).is_some() {
                let found = "a field of the samples with that name";
                let free = collate_fault!(KEY_SET_MISMATCH, found, "a name that is free");
                return Err(free.in_field(name, None, None));
            }
            // What is optional may be missing, and its mask with it.
            let optional = self.specs.get(source).is_some_and(|spec| spec.optional);
            if optional && batch.find(source).is_none() {
                continue;
            }
            let cast = self.specs.get(name).and_then(|spec| spec.cast);
            let field = derived.of(batch, source, cast).map_err(|error| {
                match derived.is_by_sample(batch.find(source)) {
                    true => pass.located(error, name),
                    false => error.in_field(name, None, None),
                }
            })?;
            batch.fields.insert(name.clone(), field);
        }
        Ok(())
    }

    /// A cast of a field that is not there would be no cast at all.
    fn check_casts(&self, batch: &Collated) -> Result<()> {
        let is_missing = |(field, spec): &(&String, &FieldSpec)| {
            let may_be =
                spec.optional || spec.dropped || self.derived.iter().any(|(name, ..)| name == *field);
            spec.cast.is_some() && !may_be && batch.find(field).is_none()
        };
        match self.specs.iter().find(is_missing) {
            None => Ok(()),
            Some((field, _)) => Err(batch.no_such_field("a cast of it").in_field(field, None, None)),
        }
    }

    fn rename_fields(&self, batch: &mut Collated) -> Result<()> {
        let is_inside = |(field, spec): &(&String, &FieldSpec)| {
            spec.rename.is_some() && !batch.fields.contains_key(*field) && batch.find(field).is_some()
        };
        if let Some((field, _)) = self.specs.iter().find(is_inside) {
            let inside =
                collate_fault!(NO_SUCH_FIELD, "a field inside of another", "one at the top of the record");
            return Err(inside.in_field(field, None, None));
        }
        let renamed = self
            .specs
            .iter()
            .filter_map(|(field, spec)| Some((field, spec.rename.as_ref()?, batch.fields.remove(field)?)));
        for (field, name, value) in renamed.collect::<Vec<_>>() {
            if batch.fields.insert(name.clone(), value).is_some() {
                let taken = collate_fault!(KEY_SET_MISMATCH, name, "a name that is free");
                return Err(taken.in_field(field, None, None));
            }
        }
        Ok(())
    }
}
