//! The numbers of each result of a reduction, gathered: for medians, indices and masks.

use ndarray::{ArrayD, ArrayViewD, Axis, IxDyn};
use rayon::prelude::*;

use crate::arrays::ArrayElement;
use crate::error::{Error, Result};

/// For each result, the numbers that it is computed of.
pub(crate) struct Lanes<'a, E> {
    /// The kept axes first.
    values: ArrayViewD<'a, E>,
    valid: Option<ArrayD<bool>>,
    kept: usize,
    skip_nan: bool,
}

impl<'a, E: ArrayElement> Lanes<'a, E> {
    pub(crate) fn new(
        values: ArrayViewD<'a, E>,
        reduced: &[bool],
        valid: Option<&ArrayViewD<'_, bool>>,
        skip_nan: bool,
    ) -> Result<Self> {
        let valid = valid.map(|mask| spread(mask, values.shape())).transpose()?;
        let (kept, summed): (Vec<usize>, Vec<usize>) = (0..reduced.len()).partition(|&axis| !reduced[axis]);
        let order: Vec<usize> = kept.iter().chain(&summed).copied().collect();
        Ok(Self {
            values: values.permuted_axes(IxDyn(&order)),
            valid: valid.map(|mask| mask.permuted_axes(IxDyn(&order))),
            kept: kept.len(),
            skip_nan,
        })
    }

    /// The shape of the kept axes.
    fn shape(&self) -> &[usize] {
        &self.values.shape()[..self.kept]
    }

    fn lane(&self, mut cell: usize) -> impl Iterator<Item = (usize, E)> {
        let mut values = self.values.view();
        let mut valid = self.valid.as_ref().map(|mask| mask.view());
        let mut inner: usize = self.shape().iter().product();
        for axis in 0..self.kept {
            inner /= self.values.shape()[axis];
            values = values.index_axis_move(Axis(0), cell / inner);
            valid = valid.map(|mask| mask.index_axis_move(Axis(0), cell / inner));
            cell %= inner;
        }
        let values: Vec<E> = values.iter().copied().collect();
        let valid: Option<Vec<bool>> = valid.map(|mask| mask.iter().copied().collect());
        let skip_nan = self.skip_nan;
        values.into_iter().enumerate().filter(move |&(index, value)| {
            valid.as_ref().is_none_or(|mask| mask[index]) && !(skip_nan && value.is_nan())
        })
    }

    /// A result for each lane, in row-major order of the kept axes.
    pub(crate) fn map<T: Send>(&self, of_lane: impl Fn(&mut [E]) -> Result<T> + Sync) -> Result<Vec<T>> {
        self.map_indexed(|lane| of_lane(&mut lane.map(|(_, value)| value).collect::<Vec<E>>()))
    }

    /// As [`Lanes::map`], each number with its place among those of the reduced axes.
    pub(crate) fn map_indexed<T: Send>(
        &self,
        of_lane: impl Fn(&mut dyn Iterator<Item = (usize, E)>) -> Result<T> + Sync,
    ) -> Result<Vec<T>> {
        let cells: usize = self.shape().iter().product();
        (0..cells).into_par_iter().map(|cell| of_lane(&mut self.lane(cell))).collect()
    }

    /// How many numbers each lane has before any is left out.
    pub(crate) fn offered(&self) -> usize {
        self.values.shape()[self.kept..].iter().product()
    }
}

/// The mask in the shape of the values: its axes are their first ones.
fn spread(mask: &ArrayViewD<'_, bool>, shape: &[usize]) -> Result<ArrayD<bool>> {
    let misfit = || Error::shape("Reduce::valid", mask.shape(), format!("{shape:?} or its first axes"));
    if mask.ndim() > shape.len() || mask.shape() != &shape[..mask.ndim()] {
        return Err(misfit());
    }
    let mut view = mask.view();
    while view.ndim() < shape.len() {
        view.insert_axis_inplace(Axis(view.ndim()));
    }
    view.broadcast(IxDyn(shape)).map(|mask| mask.to_owned()).ok_or_else(misfit)
}
