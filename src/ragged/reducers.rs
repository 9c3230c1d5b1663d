//! The reductions: sum, product, mean, variance, standard deviation, extremes, any, all.

use crate::arrays::{ArrayElement, Number};
use crate::error::{Error, ErrorKind, Result, fault};
use crate::ragged::reduce::nothing;
use crate::ragged::{EmptyRow, RaggedOrDense, Reduction};
use crate::stats::Numeric;
use crate::stats::{Accumulator, Statistics};

/// A sum or product on its way: of floats, or of integers while it can be counted.
#[derive(Clone, Copy)]
struct Total {
    float: f64,
    int: Option<i128>,
    count: usize,
}

fn narrow<T: ArrayElement>(number: Number, at: usize) -> Result<T> {
    let found = T::from_number(number).or_else(|| match number {
        // As in every sum of floats, what is too large is infinite.
        Number::Float(value) if T::IS_FLOAT => T::from_number(Number::Float(f64::INFINITY.copysign(value))),
        _ => None,
    });
    found.ok_or_else(|| {
        let value = match number {
            Number::Float(value) => value.to_string(),
            Number::Int(value) => value.to_string(),
        };
        let hint = "sum values of a wider type (Ragged::map_values)";
        ErrorKind::Cast { index: vec![at], value, to: T::NAME, hint }.into()
    })
}

/// ```
/// use burn_prep::ragged::Ragged;
/// use ndarray::array;
///
/// let rows = Ragged::from_rows([vec![3_i32, 1, 4], vec![], vec![5]]);
/// assert_eq!(rows.reduce().axis(1).sum()?.into_dense()?, array![8, 0, 5].into_dyn());
/// assert_eq!(rows.reduce().axis(1).prod()?.into_dense()?, array![12, 1, 5].into_dyn());
/// assert_eq!(rows.reduce().axis(0).max()?.into_dense()?, array![5, 1, 4].into_dyn());
/// assert_eq!(rows.reduce().axis(1).max_or_none()?.into_dense()?, array![Some(4), None, Some(5)].into_dyn());
/// assert_eq!(rows.reduce().axis(-1).mean()?.into_dense()?[0], 8.0 / 3.0);
/// assert_eq!(rows.reduce().axis(0).min()?.into_dense()?, array![3, 1, 4].into_dyn());
/// assert_eq!(rows.reduce().var(0)?.into_dense()?.first(), Some(&2.1875));
/// assert_eq!(rows.reduce().std(0)?.into_dense()?.first(), Some(&2.1875_f64.sqrt()));
/// assert_eq!(rows.reduce().axis(1).argmax()?.into_dense()?, array![Some(2), None, Some(0)].into_dyn());
/// assert_eq!(rows.reduce().axis(1).argmin()?.into_dense()?, array![Some(1), None, Some(0)].into_dyn());
/// assert_eq!(rows.reduce().axis(1).min_or_none()?.into_dense()?, array![Some(1), None, Some(5)].into_dyn());
///
/// let flags = rows.map_values(|value| *value > 3);
/// assert_eq!(flags.reduce().axis(1).any()?.into_dense()?, array![true, false, true].into_dyn());
/// assert_eq!(flags.reduce().axis(1).all()?.into_dense()?, array![false, true, true].into_dyn());
/// # Ok::<(), burn_prep::Error>(())
/// ```
impl<T: ArrayElement> Reduction<'_, T> {
    /// The sums, of the type of the values.
    ///
    /// # Errors
    ///
    /// A sum of integers is beyond their type; a row is empty and that is an error; there is no such axis.
    pub fn sum(&self) -> Result<RaggedOrDense<T>> {
        self.total(0, |a, b| a + b, i128::checked_add)
    }

    /// The products, of the type of the values.
    ///
    /// # Errors
    ///
    /// A product of integers is beyond their type; a row is empty and that is an error; there is no such
    /// axis.
    #[doc(alias = "ak.prod")]
    pub fn prod(&self) -> Result<RaggedOrDense<T>> {
        self.total(1, |a, b| a * b, i128::checked_mul)
    }

    fn total(
        &self,
        identity: i8,
        of_floats: fn(f64, f64) -> f64,
        of_ints: fn(i128, i128) -> Option<i128>,
    ) -> Result<RaggedOrDense<T>> {
        let plan = self.plan()?;
        let first = Total { float: identity.into(), int: Some(identity.into()), count: 0 };
        let totals = plan.fold(self.rows.values(), first, |total, value, _| {
            total.count += 1;
            match value.number() {
                Number::Float(value) => total.float = of_floats(total.float, value),
                Number::Int(value) => total.int = total.int.and_then(|int| of_ints(int, value)),
            }
        });
        let policy = self.policy(EmptyRow::Identity);
        let statistic = |(at, total): (usize, Total)| match (total.count, policy) {
            (0, EmptyRow::Error) => Err(nothing(at)),
            (0, EmptyRow::Nan) => nan(),
            _ if T::IS_FLOAT => narrow(Number::Float(total.float), at),
            _ => narrow(Number::Int(total.int.unwrap_or(i128::MAX)), at),
        };
        let found = totals.into_iter().enumerate().map(statistic).collect::<Result<_>>()?;
        plan.assemble(found)
    }

    /// The largest values, or NaN where there is a NaN among the values.
    ///
    /// # Errors
    ///
    /// A row is empty and [`empty`](Self::empty) does not say what its maximum is; there is no such axis.
    pub fn max(&self) -> Result<RaggedOrDense<T>> {
        self.extreme(|value, best| value > best, f64::NEG_INFINITY, T::LEAST)
    }

    /// The smallest values, or NaN where there is a NaN among the values.
    ///
    /// # Errors
    ///
    /// A row is empty and [`empty`](Self::empty) does not say what its minimum is; there is no such axis.
    pub fn min(&self) -> Result<RaggedOrDense<T>> {
        self.extreme(|value, best| value < best, f64::INFINITY, T::MOST)
    }

    fn extreme(&self, wins: fn(T, T) -> bool, infinity: f64, bound: T) -> Result<RaggedOrDense<T>> {
        let plan = self.plan()?;
        let best = self.best(&plan, wins);
        let policy = self.policy(EmptyRow::Error);
        let statistic = |(at, best): (usize, Option<(T, usize)>)| match (best, policy) {
            (Some((best, _)), _) => Ok(best),
            (None, EmptyRow::DtypeExtreme) => Ok(bound),
            (None, EmptyRow::Identity) => {
                Ok(T::from_number(Number::Float(infinity)).filter(|_| T::IS_FLOAT).unwrap_or(bound))
            }
            (None, EmptyRow::Nan) => nan(),
            (None, _) => Err(nothing(at)),
        };
        let found = best.into_iter().enumerate().map(statistic).collect::<Result<_>>()?;
        plan.assemble(found)
    }

    fn best(
        &self,
        plan: &crate::ragged::reduce::ReductionPlan,
        wins: fn(T, T) -> bool,
    ) -> Vec<Option<(T, usize)>> {
        plan.fold(self.rows.values(), None, |best: &mut Option<(T, usize)>, &value, at| {
            let better = match best {
                None => true,
                Some((best, _)) => wins(value, *best) || value.is_nan() && !best.is_nan(),
            };
            if better {
                *best = Some((value, at));
            }
        })
    }

    /// The largest values, or `None` where there are no values.
    ///
    /// # Errors
    ///
    /// There is no such axis.
    #[doc(alias = "ak.max")]
    pub fn max_or_none(&self) -> Result<RaggedOrDense<Option<T>>> {
        let plan = self.plan()?;
        let best = self.best(&plan, |value, best| value > best);
        plan.assemble(best.into_iter().map(|best| Some(best?.0)).collect())
    }

    /// The smallest values, or `None` where there are no values.
    ///
    /// # Errors
    ///
    /// There is no such axis.
    #[doc(alias = "ak.min")]
    pub fn min_or_none(&self) -> Result<RaggedOrDense<Option<T>>> {
        let plan = self.plan()?;
        let best = self.best(&plan, |value, best| value < best);
        plan.assemble(best.into_iter().map(|best| Some(best?.0)).collect())
    }

    /// The index of the largest value along the axis, the first of equal ones; `None` where there are no values.
    /// Without an axis it is the index among all values.
    ///
    /// # Errors
    ///
    /// There is no such axis, or several axes are set, along which there is no single index.
    #[doc(alias = "ak.argmax")]
    pub fn argmax(&self) -> Result<RaggedOrDense<Option<usize>>> {
        self.place(|value, best| value > best)
    }

    /// The index of the smallest value along the axis, the first of equal ones; `None` where there are no values.
    /// Without an axis it is the index among all values.
    ///
    /// # Errors
    ///
    /// There is no such axis, or several axes are set, along which there is no single index.
    #[doc(alias = "ak.argmin")]
    pub fn argmin(&self) -> Result<RaggedOrDense<Option<usize>>> {
        self.place(|value, best| value < best)
    }

    fn place(&self, wins: fn(T, T) -> bool) -> Result<RaggedOrDense<Option<usize>>> {
        let plan = self.plan()?;
        let size = self.rows.block();
        let axis = match self.axes.as_deref() {
            None => None,
            Some([axis]) => Some(crate::ragged::levels::axis_of(*axis, self.rows.rank())?),
            Some(axes) => {
                return Err(fault!(AXIS_OUT_OF_RANGE, format_args!("{axes:?}"), "one axis, or all"));
            }
        };
        let place = |at: usize| match axis {
            None => at,
            Some(axis) if axis <= self.rows.ragged_rank() => plan.places[at / size],
            Some(_) => plan.inner_places[at % size],
        };
        let best = self.best(&plan, wins);
        let found = best.into_iter().map(|best| best.map(|(_, at)| place(at))).collect();
        plan.assemble(found)
    }
}

impl<T: Numeric> Reduction<'_, T> {
    /// The means, in `f64` for every type; of integers exact up to the last rounding.
    ///
    /// # Errors
    ///
    /// A row is empty and that is an error; there is no such axis.
    #[doc(alias = "ak.mean")]
    #[doc(alias = "np.mean")]
    #[doc(alias = "reduce_mean")]
    #[doc(alias = "segment_mean")]
    pub fn mean(&self) -> Result<RaggedOrDense<f64>> {
        self.statistic(|moments| moments.mean())
    }

    /// The variances `sum((x - mean)^2) / (n - ddof)`, in `f64`: `ddof` is 0 for a population, 1 for the estimate from a
    /// sample. Where `n <= ddof`, they are as those of [`AxisMoments::var`](crate::stats::AxisMoments::var).
    ///
    /// # Errors
    ///
    /// A row is empty and that is an error; there is no such axis.
    #[doc(alias = "ak.var")]
    #[doc(alias = "variance")]
    pub fn var(&self, ddof: u64) -> Result<RaggedOrDense<f64>> {
        self.statistic(|moments| moments.var_or_nan(ddof))
    }

    /// The standard deviations, the roots of [`var`](Self::var).
    ///
    /// # Errors
    ///
    /// As [`var`](Self::var).
    #[doc(alias = "ak.std")]
    #[doc(alias = "stddev")]
    pub fn std(&self, ddof: u64) -> Result<RaggedOrDense<f64>> {
        self.statistic(|moments| moments.var_or_nan(ddof).sqrt())
    }

    fn statistic(&self, of: impl Fn(&T::Moments) -> f64) -> Result<RaggedOrDense<f64>> {
        let plan = self.plan()?;
        let moments = plan.fold_runs(self.rows.values(), T::Moments::default(), |moments, run| {
            moments.add_run(run, false);
        });
        let policy = self.policy(EmptyRow::Nan);
        let found = moments.iter().enumerate().map(|(at, moments)| match (moments.count(), policy) {
            (0, EmptyRow::Error) => Err(nothing(at)),
            (0, _) => Ok(f64::NAN),
            _ => Ok(of(moments)),
        });
        plan.assemble(found.collect::<Result<_>>()?)
    }
}

impl Reduction<'_, bool> {
    /// Whether any value is true.
    ///
    /// # Errors
    ///
    /// A row is empty and that is an error; there is no such axis.
    #[doc(alias = "ak.any")]
    pub fn any(&self) -> Result<RaggedOrDense<bool>> {
        self.flag(false, |a, b| a || b)
    }

    /// Whether all values are true.
    ///
    /// # Errors
    ///
    /// A row is empty and that is an error; there is no such axis.
    #[doc(alias = "ak.all")]
    pub fn all(&self) -> Result<RaggedOrDense<bool>> {
        self.flag(true, |a, b| a && b)
    }

    fn flag(&self, identity: bool, of: fn(bool, bool) -> bool) -> Result<RaggedOrDense<bool>> {
        let plan = self.plan()?;
        let found = plan.fold(self.rows.values(), (identity, 0_usize), |found, &value, _| {
            *found = (of(found.0, value), found.1 + 1);
        });
        let policy = self.policy(EmptyRow::Identity);
        let statistic = |(at, (flag, count))| match (count, policy) {
            (0, EmptyRow::Error) => Err(nothing(at)),
            (0, EmptyRow::Nan) => nan(),
            _ => Ok(flag),
        };
        let found = found.into_iter().enumerate().map(statistic).collect::<Result<_>>()?;
        plan.assemble(found)
    }
}

fn nan<T: ArrayElement>() -> Result<T> {
    let nan = T::from_number(Number::Float(f64::NAN)).filter(|_| T::IS_FLOAT);
    nan.ok_or_else(|| Error::dtype("EmptyRow::Nan", T::DTYPE, "a float, which can be NaN"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ragged::Ragged;

    #[test]
    fn ragged_sums_beyond_the_type_are_errors() {
        let rows = Ragged::from_rows([vec![i32::MAX, 1], vec![]]);
        assert!(rows.reduce().axis(1).sum().unwrap_err().is_data());
        assert!(Ragged::from_rows([vec![i64::MAX; 4]]).reduce().prod().is_err());
        let empty = rows.reduce().axis(1).empty(EmptyRow::Error).prod().unwrap_err();
        assert!(empty.to_string().starts_with("item 1: "));
        assert!(rows.reduce().axis(1).empty(EmptyRow::Nan).max().is_err());
        let large = Ragged::from_rows([vec![f32::MAX, f32::MAX]]);
        assert_eq!(large.reduce().sum().unwrap().into_dense().unwrap().first(), Some(&f32::INFINITY));
    }
}
