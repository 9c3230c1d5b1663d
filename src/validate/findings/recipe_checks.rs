//! What a recipe makes of the pictures' sizes: which it cannot take, and which it enlarges.

use std::collections::HashMap;

use crate::error::Error;
use crate::images::ImageSize;
use crate::report::{Check, Finding, Severity};
use crate::transform::{Plan, Recipe, SampleKey};
use crate::validate::Thresholds;
use crate::validate::findings::prevalence::merge_prevalent;
use crate::validate::findings::usable::Usable;

/// Of a recipe with random steps so many draws are planned.
const DRAWS: u64 = 8;

/// The pictures that a recipe cannot take, and those that it enlarges by more than `upscaling`. Where most pictures are concerned, each
/// kind is one finding.
pub(in crate::validate) fn recipe_findings(
    usable: &[Usable<'_>],
    recipe: &Recipe,
    thresholds: &Thresholds,
) -> Vec<Finding> {
    let most = thresholds.upscaling;
    let (mut impossible, mut enlarged) = (Vec::new(), Vec::new());
    let mut known: HashMap<ImageSize, Option<Misfit>> = HashMap::new();
    for usable in usable {
        let size = usable.picture.source.size;
        match known.entry(size).or_insert_with(|| misfit(recipe, size, most)) {
            Some(Misfit::Impossible(error)) => {
                let message = format!("{size} cannot go through the recipe: {error}");
                impossible.push(usable.finding(Check::RecipeMisfit, message).graded(Severity::Error));
            }
            Some(Misfit::Enlarged { factor, to }) => {
                let to = to.map_or_else(String::new, |to| format!(" for {to}"));
                let message = format!("{size} is enlarged by a factor of {factor:.2}{to}");
                enlarged.push(usable.finding(Check::RecipeMisfit, message).measured(*factor, most));
            }
            None => {}
        }
    }
    let mut findings = merge_prevalent(impossible, usable.len(), thresholds.prevalence);
    findings.extend(merge_prevalent(enlarged, usable.len(), thresholds.prevalence));
    findings
}

/// What is wrong with pictures of one size.
enum Misfit {
    /// The plan of the recipe is an error.
    Impossible(Error),
    /// A side becomes longer by this factor; and the size of the result, where it is known.
    Enlarged { factor: f64, to: Option<ImageSize> },
}

fn misfit(recipe: &Recipe, size: ImageSize, most: f64) -> Option<Misfit> {
    let draws = if recipe.is_random() { DRAWS } else { 1 };
    let mut least: Option<Plan> = None;
    for index in 0..draws {
        match recipe.plan_with(size, SampleKey { seed: 0, epoch: 0, index }) {
            Ok(plan) if least.as_ref().is_none_or(|least| plan.enlargement() < least.enlargement()) => {
                least = Some(plan);
            }
            Ok(_) => {}
            Err(error) => return Some(Misfit::Impossible(error)),
        }
    }
    let plan = least?;
    let factor = plan.enlargement();
    (factor > most).then(|| Misfit::Enlarged { factor, to: plan.output() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transform::{CenterCrop, RandomResizedCrop, Resize};
    use crate::validate::ImageRecord;
    use crate::validate::inspection::tests::record_of;

    fn found(recipe: &Recipe, sizes: &[(u32, u32)]) -> Vec<Finding> {
        let records: Vec<ImageRecord> = sizes
            .iter()
            .enumerate()
            .map(|(index, &(width, height))| record_of(&format!("{index}.png"), width, height))
            .collect();
        recipe_findings(&Usable::of(&records), recipe, &Thresholds::default())
    }

    #[test]
    fn what_a_recipe_cannot_take_is_an_error_and_what_it_enlarges_a_warning() {
        let recipe = Recipe::new().then(Resize::shorter_side(224));
        let findings = found(&recipe, &[(500, 375), (112, 112), (60, 40), (20_000, 1)]);
        let found: Vec<_> =
            findings.iter().map(|finding| (finding.subject(), finding.severity, finding.value)).collect();
        assert_eq!(
            found,
            [("3.png", Severity::Error, None), ("2.png", Severity::Warning, Some(224.0 / 40.0))],
            "{findings:?}"
        );
        // The shorter side of 60x40 becomes 224, the longer one 224 * 60 / 40.
        assert_eq!(findings[1].message, "60x40 is enlarged by a factor of 5.60 for 336x224");
        assert!(
            findings[0].message.starts_with("20000x1 cannot go through the recipe: resize"),
            "{findings:?}"
        );
        // A crop keeps so few pixels of the thin picture that they can be computed.
        let cropped = recipe.then(CenterCrop::square(224));
        let error = |finding: &Finding| finding.severity == Severity::Error;
        assert!(!self::found(&cropped, &[(1, 20_000)]).iter().any(error));
        assert!(self::found(&Recipe::new().then(CenterCrop::square(224)), &[(223, 300)]).iter().any(error));
    }

    #[test]
    fn of_random_crops_the_largest_counts() {
        // A crop of the whole picture, or of 8 % of it: the sides differ by a factor of 3.5.
        let recipe = Recipe::new().then(RandomResizedCrop::square(224));
        assert_eq!(found(&recipe, &[(500, 500)]).len(), 0);
        assert_eq!(found(&recipe, &[(50, 50)]).len(), 1);
    }

    #[test]
    fn what_most_pictures_have_is_one_finding_of_each_kind() {
        let recipe = Recipe::new().then(Resize::shorter_side(224));
        let mut sizes = vec![(60, 40); 11];
        sizes.push((20_000, 1));
        let findings = found(&recipe, &sizes);
        let severities: Vec<_> = findings.iter().map(|finding| finding.severity).collect();
        assert_eq!(severities, [Severity::Error, Severity::Warning]);
        assert_eq!(findings[1].subjects.len(), 11);
    }
}
