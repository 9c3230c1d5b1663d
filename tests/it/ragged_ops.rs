//! Operations on ragged rows at their edges.

use burn_prep::Result;
use burn_prep::prelude::*;
use burn_prep::ragged::{Operand, RaggedIndex, RowPartition};
use ndarray::{arr0, array, aview0, aview1};
use serde_json::json;

fn category<T: std::fmt::Debug>(result: Result<T>) -> &'static str {
    result.unwrap_err().code()
}

fn three() -> Ragged<i32> {
    Ragged::from_nested(vec![vec![vec![1, 2], vec![3]], vec![], vec![vec![4, 5, 6], vec![], vec![7]]])
}

fn cells() -> Ragged<i32> {
    Ragged::from_lengths((0..3).collect(), &[2, 0, 1])
        .unwrap()
        .with_values((1..7).collect(), vec![2])
        .unwrap()
}

#[test]
fn ragged_keys_that_cannot_be() {
    let all = RaggedIndex::from(..);
    let rows = three();
    assert_eq!(category(rows.slice(&[all, RaggedIndex::At(0)])), "index_ragged_dim");
    assert_eq!(category(rows.slice(&[RaggedIndex::stepped(0)])), "zero_step");
    assert_eq!(category(rows.slice(&[all; 4])), "rank_too_low");
    assert_eq!(category(rows.slice(&[RaggedIndex::At(isize::MIN)])), "index_out_of_range");
    assert_eq!(category(cells().slice(&[RaggedIndex::Ellipsis, RaggedIndex::At(2)])), "index_out_of_range");
    let far = RaggedIndex::Span { start: Some(isize::MIN), stop: Some(isize::MAX), step: isize::MAX };
    assert_eq!(rows.slice(&[far]).unwrap().into_ragged().unwrap().len(), 1);
}

#[test]
fn ragged_new_axes_are_partitions_before_rows_and_inner_behind() {
    let (all, new) = (RaggedIndex::from(..), RaggedIndex::NewAxis);
    let shape = |keys: &[RaggedIndex]| three().slice(keys).unwrap().into_ragged().unwrap().static_shape();
    assert_eq!(shape(&[new]), [Some(1), Some(3), None, None]);
    assert_eq!(shape(&[all, all, new]), [Some(3), None, Some(1), None]);
    assert_eq!(shape(&[RaggedIndex::Ellipsis, new]), [Some(3), None, None, Some(1)]);
    let one = three().slice(&[new, RaggedIndex::At(2), RaggedIndex::At(0)]).unwrap().into_dense().unwrap();
    assert_eq!(one, array![[4, 5, 6]].into_dyn());
}

#[test]
fn ragged_joins_along_inner_axes_and_of_arrays() {
    let joined = Ragged::concat([&cells(), &cells()], -1).unwrap().into_ragged().unwrap();
    assert_eq!((joined.inner_shape(), &joined.values()[..4]), (&[4][..], &[1, 2, 1, 2][..]));
    assert_eq!(category(Ragged::concat([&cells(), &three()], 2)), "splits_mismatch");
    let (a, b) = (array![[1, 2]], array![[3], [4]]);
    let parts = [Operand::from(a.view()), Operand::from(b.view())];
    assert_eq!(Ragged::concat(parts, 0).unwrap().into_ragged().unwrap().lengths(), [2, 1, 1]);
    let parts = [Operand::from(a.view()), Operand::from(a.view())];
    assert_eq!(
        Ragged::concat(parts.clone(), 1).unwrap().into_dense().unwrap(),
        array![[1, 2, 1, 2]].into_dyn()
    );
    assert_eq!(Ragged::stack(parts, 2).unwrap().into_dense().unwrap().shape(), [1, 2, 2]);
    let wide = cells().with_values(vec![0; 9], vec![3]).unwrap();
    assert_eq!(category(Ragged::concat([&cells(), &wide], 0)), "inner_shape_mismatch");
    assert!(Ragged::<i32>::concat(Vec::<Operand<'_, i32>>::new(), 0).unwrap_err().is_data());
}

#[test]
fn ragged_gathers_along_later_axes() {
    let rows = Ragged::from_rows([vec![1, 2, 3], vec![4, 5]]);
    // As many of each row as there are indices: no ragged dimension is left.
    let columns = rows.gather(aview1(&[1, 0]), 1, 0).unwrap().into_dense().unwrap();
    assert_eq!(columns, array![[2, 1], [5, 4]].into_dyn());
    assert_eq!(category(rows.gather(aview1(&[2]), 1, 0)), "index_out_of_range");
    assert_eq!(category(rows.gather(aview1(&[0, 0, 0]), 1, 1)), "row_count_mismatch");
    let row = three().gather(aview0(&2), 0, 0).unwrap().into_ragged().unwrap();
    assert_eq!(row, Ragged::from_rows([vec![4, 5, 6], vec![], vec![7]]));
    let first = rows.gather(aview1(&[2, 0]), 1, 1).unwrap().into_dense();
    assert_eq!(first.unwrap(), array![3, 4].into_dyn());
}

#[test]
fn ragged_figures_along_inner_axes_and_with_all_kept() {
    let reduce = || Ragged::reduce(Box::leak(Box::new(cells())));
    assert_eq!(reduce().axis(2).sum().unwrap().into_ragged().unwrap().values(), [3, 7, 11]);
    assert_eq!(reduce().axis(0).sum().unwrap().into_dense().unwrap(), array![[6, 8], [3, 4]].into_dyn());
    assert_eq!(
        reduce().axis(1).sum().unwrap().into_dense().unwrap(),
        array![[4, 6], [0, 0], [5, 6]].into_dyn()
    );
    assert_eq!(reduce().keep_dims().sum().unwrap().into_dense().unwrap(), array![[[21]]].into_dyn());
    // Across the rows one row is left, which is a plain dimension.
    let flat = Ragged::from_rows([vec![1, 2, 3], vec![], vec![4]]);
    let columns = flat.reduce().axis(0).keep_dims().sum().unwrap().into_dense().unwrap();
    assert_eq!(columns, array![[5, 2, 3]].into_dyn());
    assert_eq!(reduce().axes(&[]).mean().unwrap().into_ragged().unwrap().values()[5], 6.0);
    assert_eq!(reduce().axis(2).argmax().unwrap().into_ragged().unwrap().values(), [Some(1); 3]);
    assert_eq!(reduce().argmin().unwrap().into_dense().unwrap(), arr0(Some(0)).into_dyn());
    assert_eq!(category(reduce().axis(-4).sum()), "axis_out_of_range");
    let kept = three();
    let kept = kept.reduce().axis(1).keep_dims().sum().unwrap().into_ragged().unwrap();
    assert_eq!(kept.static_shape(), [Some(3), Some(1), None]);
    // Across all rows of rows: an axis behind one kept axis is plain, behind two it is ragged.
    let nested = three();
    let summed = |axes: &[isize]| nested.reduce().axes(axes).keep_dims().sum().unwrap();
    let widest = nested.bounding_shape();
    assert_eq!(summed(&[0]).into_ragged().unwrap().static_shape(), [Some(1), Some(widest[1]), None]);
    let one_row = summed(&[0, 1]).into_ragged().unwrap();
    assert_eq!(
        (one_row.static_shape(), one_row.bounding_shape()),
        (vec![Some(1), Some(1), None], vec![1, 1, widest[2]])
    );
    assert_eq!(summed(&[0, 2]).into_dense().unwrap().shape(), [1, widest[1], 1]);
    assert_eq!(summed(&[0, 1, 2]).into_dense().unwrap().shape(), [1, 1, 1]);
    let pairs = Ragged::from_uniform(vec![1, 2, 3, 4], 2, None).unwrap();
    let columns = pairs.reduce().axis(0).keep_dims().sum().unwrap().into_dense().unwrap();
    assert_eq!(columns, array![[4, 6]].into_dyn());
}

#[test]
fn ragged_lengths_of_every_axis() {
    let nested = three();
    let of = |axis: isize| nested.row_lengths(axis);
    assert_eq!(of(0).unwrap().into_dense().unwrap(), arr0(nested.len()).into_dyn());
    assert_eq!(of(-3).unwrap(), of(0).unwrap());
    assert_eq!(of(-1).unwrap(), of(2).unwrap());
    assert_eq!(category(of(3)), "axis_out_of_range");
}

#[test]
fn ragged_operands_broadcast_by_their_shape_alone() {
    // What is known to be uniform stays so, and can be indexed.
    let pairs = Ragged::from_uniform(vec![1, 2, 3, 4], 2, None).unwrap();
    let one = Ragged::from_uniform(vec![10, 20], 1, None).unwrap();
    for (other, last) in [(&pairs, [4, 8]), (&one, [12, 24])] {
        let sum = pairs.zip_with(other, |a, b| a + b).unwrap();
        assert_eq!(sum.static_shape(), [Some(2), Some(2)]);
        let taken = sum.slice(&[(..).into(), (-1).into()]).unwrap().into_dense().unwrap();
        assert_eq!(taken, ndarray::arr1(&last).into_dyn());
    }
    let rows = Ragged::from_rows([vec![1], vec![2]]);
    assert_eq!(category(rows.zip_with(array![[1, 2, 3]].view(), |a, b| a + b)), "not_broadcastable");
    let sum = rows.zip_with(array![[10]].view(), |a, b| a + b).unwrap();
    assert_eq!(sum.values(), [11, 12]);
    let by_row = three().zip_with(array![[[1]], [[2]], [[3]]].view(), |a, b| a * b).unwrap();
    assert_eq!(by_row.values(), [1, 2, 3, 12, 15, 18, 21]);
    let words = Ragged::from_rows([vec!["a".to_owned()], vec![]]);
    assert_eq!(words.to_dense(String::new()).unwrap(), array![["a".to_owned()], [String::new()]].into_dyn());
}

#[test]
fn ragged_rows_of_nothing_keep_their_rank() {
    let none =
        Ragged::<u8>::new(vec![], vec![RowPartition::from_lengths::<usize>(&[]).unwrap()], vec![4]).unwrap();
    assert_eq!(none.to_dense(0).unwrap().shape(), [0, 0, 4]);
    assert_eq!(none.to_dense_of(aview0(&0), &[Some(2), Some(3), None]).unwrap().shape(), [2, 3, 4]);
    assert_eq!(none.tile(&[3, 2, 1]).unwrap(), none.with_values(vec![], vec![4]).unwrap());
    assert_eq!(none.reduce().axis(1).sum().unwrap().into_dense().unwrap().shape(), [0, 4]);
    let hollow = json!({ "values": [], "partitions": [{ "splits": [0, u64::MAX] }], "inner": [0] });
    if let Ok(rows) = serde_json::from_value::<Ragged<u8>>(hollow) {
        assert!(rows.local_index().is_err() && rows.partitions()[0].value_rowids().is_err());
    }
}
