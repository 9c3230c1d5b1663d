//! Laws of ragged rows, over random ones.

use burn_prep::arrays::rows_to_array;
use burn_prep::ragged::{FromDense, Ragged, RaggedIndex, RowPartition};
use proptest::collection::vec;
use proptest::prelude::*;

#[path = "../../fuzz/checks/partition.rs"]
mod checks;

/// What the fuzzer found worth keeping.
#[test]
fn the_fuzz_corpus_of_partitions_is_valid_or_an_error() {
    let corpus = concat!(env!("CARGO_MANIFEST_DIR"), "/../fuzz/corpus/partition");
    let files: Vec<_> = std::fs::read_dir(corpus).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() >= 150, "{} files in {corpus}", files.len());
    files.iter().for_each(|file| checks::partition(&std::fs::read(file).unwrap()));
}

fn rows() -> impl Strategy<Value = Vec<Vec<i32>>> {
    vec(vec(-9..9_i32, 0..6), 0..7)
}

fn nested() -> impl Strategy<Value = Vec<Vec<Vec<i32>>>> {
    vec(vec(vec(-9..9_i32, 0..4), 0..4), 0..5)
}

fn key() -> impl Strategy<Value = (Option<isize>, Option<isize>, isize)> {
    let bound = || proptest::option::of(-8..8_isize);
    (bound(), bound(), prop_oneof![-3..0_isize, 1..4_isize])
}

/// Python's slice, one item after the other.
fn naive<T: Clone>(row: &[T], (start, stop, step): (Option<isize>, Option<isize>, isize)) -> Vec<T> {
    let size = row.len() as isize;
    let (low, high) = if step > 0 { (0, size) } else { (-1, size - 1) };
    let clip = |at: isize| (if at < 0 { at + size } else { at }).clamp(low, high);
    let (from, to) = if step > 0 { (low, high) } else { (high, low) };
    let (mut at, to) = (start.map_or(from, clip), stop.map_or(to, clip));
    let mut found = Vec::new();
    while if step > 0 { at < to } else { at > to } {
        found.push(row[at as usize].clone());
        at += step;
    }
    found
}

fn span((start, stop, step): (Option<isize>, Option<isize>, isize)) -> RaggedIndex {
    RaggedIndex::Span { start, stop, step }
}

proptest! {
    #[test]
    fn every_encoding_comes_back(rows in rows()) {
        let rows = Ragged::from_rows(&rows);
        let partition = &rows.partitions()[0];
        let nvals = partition.nvals();
        prop_assert_eq!(&RowPartition::from_splits(partition.splits()).unwrap(), partition);
        prop_assert_eq!(&RowPartition::from_lengths(&partition.lengths()).unwrap(), partition);
        prop_assert_eq!(&RowPartition::from_starts(partition.starts(), nvals).unwrap(), partition);
        prop_assert_eq!(&RowPartition::from_limits(partition.limits()).unwrap(), partition);
        let ids = RowPartition::from_value_rowids(&partition.value_rowids().unwrap(), Some(partition.nrows()));
        prop_assert_eq!(&ids.unwrap(), partition);
        let json = serde_json::to_string(&rows).unwrap();
        prop_assert_eq!(&serde_json::from_str::<Ragged<i32>>(&json).unwrap(), &rows);
        let sparse = rows.to_sparse().unwrap();
        prop_assert_eq!(Ragged::from_sparse(sparse.indices.view(), sparse.values, rows.len()).unwrap(), rows);
    }

    #[test]
    fn joined_rows_split_again(parts in vec(nested(), 1..4)) {
        let parts: Vec<Ragged<i32>> = parts.into_iter().map(Ragged::from_nested).collect();
        let joined = Ragged::concat(&parts, 0).unwrap().into_ragged().unwrap();
        let counts: Vec<usize> = parts.iter().map(Ragged::len).collect();
        prop_assert_eq!(joined.split(&counts).unwrap(), parts);
    }

    #[test]
    fn a_rectangle_and_lengths_give_the_rows_again(nested in nested()) {
        let rows: Ragged<i32> = Ragged::from_nested(nested);
        let lengths: Vec<Vec<usize>> = rows.partitions().iter().map(RowPartition::lengths).collect();
        let dense = rows.to_dense(99).unwrap();
        let again = FromDense::new().nested_lengths(&lengths).of(dense.view()).unwrap();
        prop_assert_eq!(&again, &rows);
        // 99 is no value, so the padding is found as well.
        let inner = rows.merge_dims(0, 1).unwrap().into_ragged().unwrap();
        let dense = inner.to_dense(99).unwrap();
        prop_assert_eq!(FromDense::new().padding(ndarray::aview0(&99)).of(dense.view()).unwrap(), inner);
    }

    #[test]
    fn slices_are_those_of_lists(nested in nested(), keys in [key(), key(), key()]) {
        let expected: Vec<Vec<Vec<i32>>> = naive(&nested, keys[0])
            .iter()
            .map(|row| naive(row, keys[1]).iter().map(|row| naive(row, keys[2])).collect())
            .collect();
        let rows: Ragged<i32> = Ragged::from_nested(nested);
        let found = rows.slice(&keys.map(span)).unwrap().into_ragged().unwrap();
        prop_assert_eq!(found, Ragged::from_nested(expected));
    }

    #[test]
    fn rows_along_an_axis_are_joined_one_by_one(pairs in vec((vec(0..9, 0..4), vec(0..9, 0..4)), 0..6)) {
        let (a, b): (Vec<Vec<i32>>, Vec<Vec<i32>>) = pairs.into_iter().unzip();
        let expected: Vec<Vec<i32>> = a.iter().zip(&b).map(|(a, b)| [&a[..], b].concat()).collect();
        let joined = Ragged::concat(&[Ragged::from_rows(&a), Ragged::from_rows(&b)], 1).unwrap();
        prop_assert_eq!(joined.into_ragged().unwrap(), Ragged::from_rows(&expected));
    }

    #[test]
    fn gathered_rows_are_the_rows(rows in rows(), picks in vec(0..9_usize, 0..9)) {
        let ragged = Ragged::from_rows(&rows);
        let expected: Option<Vec<_>> = picks.iter().map(|&at| rows.get(at).cloned()).collect();
        prop_assert_eq!(ragged.take(&picks).ok(), expected.map(Ragged::from_rows));
    }

    #[test]
    fn sums_do_not_depend_on_the_order_of_the_axes(nested in nested()) {
        let rows: Ragged<i32> = Ragged::from_nested(nested);
        let all = rows.reduce().sum().unwrap();
        prop_assert_eq!(&rows.reduce().axes(&[0, 1, 2]).sum().unwrap(), &all);
        let by_row = rows.reduce().axis(2).sum().unwrap().into_ragged().unwrap();
        prop_assert_eq!(&by_row.reduce().sum().unwrap(), &all);
        let by_place = rows.reduce().axis(0).sum().unwrap().into_ragged().unwrap();
        prop_assert_eq!(&by_place.reduce().sum().unwrap(), &all);
        prop_assert_eq!(by_row.values().len(), rows.partitions()[1].nrows());
    }

    #[test]
    fn any_json_gives_a_valid_partition_or_an_error(
        splits in vec(prop_oneof![0..5_i64, any::<i64>()], 0..6),
        uniform in proptest::option::of(prop_oneof![0..4_i64, any::<i64>()]),
        text in ".{0,40}",
    ) {
        let json = serde_json::json!({ "splits": splits, "uniform": uniform }).to_string();
        for json in [json, text] {
            if let Ok(partition) = serde_json::from_str::<RowPartition>(&json) {
                prop_assert_eq!(partition.splits()[0], 0);
                prop_assert!(partition.splits().is_sorted());
                if let Some(length) = partition.uniform_length() {
                    prop_assert!(partition.lengths().iter().all(|found| *found == length));
                }
            }
        }
    }
}

proptest! {
    #[test]
    fn nested_lists_come_back_and_filtered_rows_are_those_kept(rows in rows(), nested in nested(), least in 0..4_usize) {
        let ragged: Ragged<i32> = Ragged::from_nested(nested);
        let rank = ragged.ragged_rank();
        prop_assert_eq!(&ragged.to_nested().to_ragged(Some(rank), None).unwrap().into_ragged().unwrap(), &ragged);

        let ragged = Ragged::from_rows(&rows);
        let kept: Vec<_> = rows.iter().filter(|row| row.len() >= least).cloned().collect();
        prop_assert_eq!(ragged.filter_rows(|row| row.len() >= least).unwrap(), Ragged::from_rows(kept));
    }

    #[test]
    fn rows_become_an_array_where_they_are_equally_long(rows in rows()) {
        let regular = rows.iter().all(|row| row.len() == rows[0].len());
        let ragged = Ragged::from_rows(&rows);
        prop_assert_eq!(ragged.is_regular(), regular);
        let sums = ragged.map_rows(|row| row.iter().sum::<i32>());
        prop_assert_eq!(sums, rows.iter().map(|row| row.iter().sum()).collect::<Vec<i32>>());
        match rows_to_array(&rows) {
            Ok(array) => {
                prop_assert!(regular);
                prop_assert_eq!(array.into_dyn(), ragged.to_regular().unwrap());
            }
            Err(error) => prop_assert!(!regular && error.is_usage(), "{}", error),
        }
    }
}
