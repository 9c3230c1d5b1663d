//! Laws of the reductions: any axes of any view agree with the slow way, parts with the whole, a mask with
//! the numbers it lets through.

use burn_prep::arrays::ArrayElement;
use burn_prep::prelude::*;
use burn_prep::ragged::PadTo;
use burn_prep::stats::{AxisMoments, Interpolation, NanPolicy, Numeric, QuantileSketch};
use ndarray::{ArrayD, ArrayViewD, Axis, Dimension, IxDyn, Slice};
use proptest::prelude::*;

/// A shape, how it is looked at, and which axes are reduced.
#[derive(Debug, Clone)]
struct Case {
    shape: Vec<usize>,
    order: Vec<usize>,
    steps: Vec<isize>,
    reduced: Vec<bool>,
    numbers: Vec<i16>,
}

fn cases() -> impl Strategy<Value = Case> {
    (1_usize..6).prop_flat_map(|rank| {
        let shape = proptest::collection::vec(1_usize..6, rank);
        let order = Just((0..rank).collect::<Vec<_>>()).prop_shuffle();
        let steps = proptest::collection::vec(prop_oneof![Just(1_isize), Just(-1), Just(2), Just(-2)], rank);
        let reduced = proptest::collection::vec(any::<bool>(), rank);
        (shape, order, steps, reduced).prop_flat_map(|(shape, order, steps, reduced)| {
            let count = shape.iter().product::<usize>();
            let numbers = proptest::collection::vec(-300_i16..300, count);
            numbers.prop_map(move |numbers| Case {
                shape: shape.clone(),
                order: order.clone(),
                steps: steps.clone(),
                reduced: reduced.clone(),
                numbers,
            })
        })
    })
}

impl Case {
    fn array<E: ArrayElement>(&self) -> ArrayD<E> {
        let array = ArrayD::from_shape_vec(IxDyn(&self.shape), self.numbers.clone()).unwrap();
        array.cast::<E>().unwrap_or_else(|_| array.mapv(|v| v.rem_euclid(251)).cast::<E>().unwrap())
    }

    fn view<'a, E>(&self, array: &'a ArrayD<E>) -> ArrayViewD<'a, E> {
        let mut view = array.view();
        for (axis, &step) in self.steps.iter().enumerate() {
            view.slice_axis_inplace(Axis(axis), Slice::new(0, None, step));
        }
        view.permuted_axes(IxDyn(&self.order))
    }

    fn reduce(&self) -> Reduce<'static> {
        Reduce::axes((0..self.reduced.len()).filter(|&axis| self.reduced[axis]).map(|axis| axis as isize))
    }

    /// The numbers of each cell, one element after the other.
    fn sets<E: ArrayElement>(&self, view: &ArrayViewD<'_, E>) -> ArrayD<Vec<E>> {
        let kept = |lengths: &[usize]| -> Vec<usize> {
            lengths.iter().zip(&self.reduced).filter(|(_, reduced)| !**reduced).map(|(&v, _)| v).collect()
        };
        let mut sets = ArrayD::from_elem(IxDyn(&kept(view.shape())), Vec::new());
        for (index, &value) in view.indexed_iter() {
            sets[IxDyn(&kept(index.slice()))].push(value);
        }
        sets
    }
}

fn mean_and_variance(set: &[f64]) -> (f64, f64) {
    let mean = set.iter().sum::<f64>() / set.len() as f64;
    (mean, set.iter().map(|x| (x - mean).powi(2)).sum::<f64>() / set.len() as f64)
}

fn check<E: Numeric>(case: &Case) {
    let array = case.array::<E>();
    let view = case.view(&array);
    let (reduce, sets) = (case.reduce(), case.sets(&view));
    let moments = reduce.moments(view.view()).unwrap();
    assert_eq!(moments.shape(), sets.shape());
    let (mean, std, sum) = (moments.mean(), moments.std(0), reduce.sum(view.view()).unwrap());
    let (least, most) = (moments.min().unwrap(), moments.max().unwrap());
    let (first_least, first_most) =
        (reduce.argmin(view.view()).unwrap(), reduce.argmax(view.view()).unwrap());
    let median = reduce.median(view.view()).unwrap();
    let third = reduce.quantile(view.view(), &[0.3], Interpolation::Lower).unwrap();
    for (index, set) in sets.indexed_iter() {
        let numbers: Vec<f64> = set.iter().map(|value| value.to_f64()).collect();
        let (expected, variance) = mean_and_variance(&numbers);
        // Numbers below 300 in magnitude, at most 3125 of them: 1e-10 is a hundred units of rounding.
        assert!((mean[&index] - expected).abs() < 1e-10, "{index:?}: {} {expected}", mean[&index]);
        assert!((std[&index].powi(2) - variance).abs() < 1e-8, "{index:?}");
        assert!((sum[&index] - numbers.iter().sum::<f64>()).abs() < 1e-7, "{index:?}");
        assert_eq!(moments.count()[&index], set.len() as u64);
        let mut sorted = numbers.clone();
        sorted.sort_by(f64::total_cmp);
        assert_eq!((least[&index].to_f64(), most[&index].to_f64()), (sorted[0], sorted[sorted.len() - 1]));
        assert_eq!(first_least[&index], numbers.iter().position(|v| *v == sorted[0]).unwrap());
        assert_eq!(first_most[&index], numbers.iter().position(|v| *v == sorted[sorted.len() - 1]).unwrap());
        let half = sorted.len() / 2;
        let middle =
            if sorted.len() % 2 == 1 { sorted[half] } else { (sorted[half - 1] + sorted[half]) / 2.0 };
        assert_eq!(median[&index], middle, "{index:?}");
        let place = (0.3 * (sorted.len() - 1) as f64).floor() as usize;
        let mut at = vec![0];
        at.extend_from_slice(index.slice());
        assert_eq!(third[IxDyn(&at)], sorted[place], "{index:?}");
    }
    // A view has the statistics of its packed copy.
    let packed = view.cast::<E>().unwrap();
    let of_packed = reduce.moments(packed.view()).unwrap();
    assert_eq!(of_packed.min().unwrap(), least);
    for (a, b) in of_packed.std(1).iter().zip(&moments.std(1)) {
        assert!((a - b).abs() < 1e-10 || a.is_nan() && b.is_nan());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn any_axes_of_any_view_agree_with_the_slow_way(case in cases()) {
        check::<f32>(&case);
        check::<f64>(&case);
        check::<u8>(&case);
        check::<i64>(&case);
        check::<half::f16>(&case);
        check::<bool>(&Case { numbers: case.numbers.iter().map(|v| v & 1).collect(), ..case });
    }

    #[test]
    fn any_partition_in_any_order_merges_to_the_whole(case in cases(), cuts in proptest::collection::vec(0_usize..6, 0..4), turn in any::<bool>()) {
        let case = Case { reduced: std::iter::once(true).chain(case.reduced[1..].iter().copied()).collect(), ..case };
        let (exact, float) = (case.array::<u8>(), case.array::<f32>());
        let (exact, float) = (case.view(&exact), case.view(&float));
        let rows = exact.len_of(Axis(0));
        let mut cuts: Vec<usize> = cuts.into_iter().map(|cut| cut.min(rows)).chain([0, rows]).collect();
        cuts.sort_unstable();
        let mut parts: Vec<(usize, usize)> = cuts.windows(2).map(|pair| (pair[0], pair[1])).collect();
        if turn {
            parts.reverse();
        }
        let reduce = case.reduce();
        let merged_bytes = merged(&reduce, &exact, &parts);
        // To the bit, and in what is stored.
        let whole = reduce.moments(exact.view()).unwrap();
        prop_assert_eq!(&merged_bytes, &whole);
        prop_assert_eq!(serde_json::to_string(&merged_bytes).unwrap(), serde_json::to_string(&whole).unwrap());
        let (found, whole) = (merged(&reduce, &float, &parts), reduce.moments(float.view()).unwrap());
        for (found, whole) in found.var(0).iter().zip(&whole.var(0)) {
            prop_assert!((found - whole).abs() < 1e-8);
        }
        let stored: AxisMoments<f32> = serde_json::from_str(&serde_json::to_string(&found).unwrap()).unwrap();
        prop_assert_eq!(stored, found);
    }

    #[test]
    fn ignored_nan_are_as_if_they_were_not_there(case in cases(), holes in proptest::collection::vec(any::<bool>(), 3125)) {
        let mut array = case.array::<f32>();
        array.iter_mut().zip(&holes).filter(|(_, hole)| **hole).for_each(|(value, _)| *value = f32::NAN);
        let view = case.view(&array);
        let ignoring = case.reduce().nan(NanPolicy::Ignore);
        let moments = ignoring.moments(view.view()).unwrap();
        let (count, mean, std) = (moments.count(), moments.mean(), moments.std(0));
        let (least, median) = (moments.min().unwrap(), ignoring.median(view.view()).unwrap());
        let (plain_mean, sum) = (ignoring.mean(view.view()).unwrap(), ignoring.sum(view.view()).unwrap());
        for (index, set) in case.sets(&view).indexed_iter() {
            let left: Vec<f64> = set.iter().filter(|v| !v.is_nan()).map(|v| f64::from(*v)).collect();
            prop_assert_eq!(count[&index], left.len() as u64);
            prop_assert!((sum[&index] - left.iter().sum::<f64>()).abs() < 1e-8);
            if left.is_empty() {
                prop_assert!(mean[&index].is_nan() && std[&index].is_nan() && least[&index].is_nan());
                prop_assert!(median[&index].is_nan() && plain_mean[&index].is_nan());
                continue;
            }
            let (expected, variance) = mean_and_variance(&left);
            prop_assert!((mean[&index] - expected).abs() < 1e-10 && (plain_mean[&index] - expected).abs() < 1e-10);
            prop_assert!((std[&index].powi(2) - variance).abs() < 1e-8);
            prop_assert_eq!(f64::from(least[&index]), left.iter().copied().fold(f64::INFINITY, f64::min));
        }
        let refused = case.reduce().nan(NanPolicy::Error).moments(view.view());
        prop_assert_eq!(refused.is_err(), view.iter().any(|value| value.is_nan()));
    }

    #[test]
    fn a_mask_makes_figures_independent_of_the_padding(
        rows in proptest::collection::vec(proptest::collection::vec(-100_i32..100, 0..9), 1..7),
        extra in 0_usize..9,
        fill in -1000_i32..1000,
    ) {
        let ragged = Ragged::from_rows(rows.clone());
        let longest = rows.iter().map(Vec::len).max().unwrap();
        let padded = ragged.pad(&Padding::new(fill).to(PadTo::Exactly(longest + extra))).unwrap();
        let valid = padded.mask_valid().into_dyn();
        let (per_row, all) = (Reduce::axes([1]).valid(valid.view()), Reduce::all().valid(valid.view()));
        let (mean, count) = (per_row.mean(padded.data()).unwrap(), per_row.count(padded.data()).unwrap());
        let median = per_row.median(padded.data()).unwrap();
        for (index, row) in rows.iter().enumerate() {
            let numbers: Vec<f64> = row.iter().map(|&v| f64::from(v)).collect();
            prop_assert_eq!(count[[index]], row.len() as u64);
            if row.is_empty() {
                prop_assert!(mean[[index]].is_nan() && median[[index]].is_nan());
            } else {
                prop_assert!((mean[[index]] - mean_and_variance(&numbers).0).abs() < 1e-12);
            }
        }
        let total: i64 = rows.iter().flatten().map(|&v| i64::from(v)).sum();
        prop_assert_eq!(all.sum(padded.data()).unwrap().first().copied(), Some(total as f64));
        if let Some(&least) = rows.iter().flatten().min() {
            prop_assert_eq!(all.min(padded.data()).unwrap().first().copied(), Some(least));
            prop_assert_eq!(all.var(padded.data(), 0).unwrap().first().copied(), Reduce::all().var(ndarray::Array1::from_iter(rows.iter().flatten().copied()).view(), 0).unwrap().first().copied());
        }
    }

    #[test]
    fn a_sketch_keeps_its_promise_in_any_split(
        numbers in proptest::collection::vec(prop_oneof![-1e6_f64..1e6, -1.0_f64..1.0, Just(0.0)], 1..400),
        cut in 0_usize..400,
        q in 0.0_f64..1.0,
    ) {
        const ACCURACY: f64 = 0.02;
        let of = |numbers: &[f64]| {
            let mut sketch = QuantileSketch::new(ACCURACY).unwrap();
            sketch.extend(ndarray::ArrayView1::from(numbers)).unwrap();
            sketch
        };
        let (head, tail) = numbers.split_at(cut % numbers.len());
        let mut merged = of(tail);
        merged.merge(&of(head)).unwrap();
        prop_assert_eq!(merged.count(), numbers.len() as u64);
        let array = ndarray::ArrayView1::from(&numbers);
        let exact = Reduce::all().quantile(array, &[q], Interpolation::Lower).unwrap()[[0]];
        let found = merged.quantile(q).unwrap();
        prop_assert!((found - exact).abs() <= ACCURACY * exact.abs() + 1e-12, "{} instead of {}", found, exact);
        let stored: QuantileSketch = serde_json::from_str(&serde_json::to_string(&merged).unwrap()).unwrap();
        prop_assert_eq!(stored.quantile(q).unwrap(), found);
    }
}

fn merged<E: Numeric>(
    reduce: &Reduce<'_>,
    view: &ArrayViewD<'_, E>,
    parts: &[(usize, usize)],
) -> AxisMoments<E> {
    let of = |&(start, end): &(usize, usize)| {
        reduce.moments(view.slice_axis(Axis(0), Slice::from(start..end))).unwrap()
    };
    let mut whole = of(&parts[0]);
    parts[1..].iter().for_each(|part| whole.merge(&of(part)).unwrap());
    whole
}

#[test]
fn a_mask_of_another_shape_is_refused_and_one_of_fewer_axes_spreads() {
    let values = ArrayD::from_shape_fn(IxDyn(&[2, 3, 4]), |i| (i[0] * 100 + i[1] * 10 + i[2]) as f64);
    let mask = ndarray::array![[true, false, true], [false, false, true]].into_dyn();
    let mean = Reduce::axes([1]).valid(mask.view()).mean(values.view()).unwrap();
    assert_eq!(mean, ndarray::array![[10.0, 11.0, 12.0, 13.0], [120.0, 121.0, 122.0, 123.0]].into_dyn());
    let wrong = mask.view().reversed_axes();
    let error = Reduce::all().valid(wrong).sum(values.view()).unwrap_err();
    assert_eq!(error.to_string(), "Reduce::valid: found shape [3, 2], expected [2, 3, 4] or its first axes");
}
