//! Whatever the text or the numbers, rows made of them are valid or not there, and every look at them is
//! within their values. The fuzz target and the tests of the project run this.

use burn_prep::ragged::{FromDense, Padding, Ragged, RaggedIndex, RowPartition, Side};

/// What every partition has to be.
fn check(partition: &RowPartition) {
    let splits = partition.splits();
    assert_eq!(splits[0], 0);
    assert!(splits.is_sorted());
    assert_eq!((splits.len(), splits[splits.len() - 1]), (partition.nrows() + 1, partition.nvals()));
    if let Some(length) = partition.uniform_length() {
        assert!(partition.lengths().iter().all(|found| *found == length));
    }
    assert_eq!(&RowPartition::from_lengths(&partition.lengths()).expect("what is valid"), partition);
}

/// What every value made of rows has to be.
fn use_rows(rows: &Ragged<u8>) {
    rows.partitions().iter().for_each(check);
    assert_eq!(rows.rows().map(<[u8]>::len).sum::<usize>(), rows.values().len());
    let json = serde_json::to_string(rows).expect("what is valid");
    assert_eq!(&serde_json::from_str::<Ragged<u8>>(&json).expect("what is valid"), rows);
    let _ = rows.slice(&[RaggedIndex::from(1..), RaggedIndex::stepped(-2)]);
    let _ = rows.merge_dims(0, 1);
    let _ = rows.reduce().sum();
    let size = rows.bounding_shape().into_iter().fold(1_usize, usize::saturating_mul);
    if size < 1 << 16 {
        let dense = rows.to_dense(7).expect("what is valid");
        let lengths: Vec<Vec<usize>> = rows.partitions().iter().map(RowPartition::lengths).collect();
        if rows.inner_shape().is_empty() {
            assert_eq!(
                &FromDense::new().nested_lengths(&lengths).of(dense.view()).expect("what is valid"),
                rows
            );
        }
        if let Ok(padded) = rows.pad_cells(&Padding::new(7).side(Side::Left).multiple_of(3)) {
            assert_eq!(&padded.unpad().expect("what is valid"), rows);
        }
    }
}

/// The bytes as a text, and as numbers for each encoding.
pub(crate) fn partition(bytes: &[u8]) {
    if let Ok(partition) = serde_json::from_slice::<RowPartition>(bytes) {
        check(&partition);
    }
    if let Ok(rows) = serde_json::from_slice::<Ragged<u8>>(bytes) {
        use_rows(&rows);
    }
    // The same bytes as numbers, for each encoding.
    let Some((&count, rest)) = bytes.split_first() else { return };
    let numbers: Vec<i64> = rest.iter().map(|byte| i64::from(*byte as i8)).collect();
    let wide: Vec<i64> =
        rest.chunks_exact(8).map(|word| i64::from_le_bytes(word.try_into().expect("8 bytes"))).collect();
    let values: Vec<u8> = (0..count).collect();
    for numbers in [&numbers, &wide] {
        let some = Some(usize::from(count));
        let partitions = [
            RowPartition::from_splits(numbers),
            RowPartition::from_lengths(numbers),
            RowPartition::from_starts(numbers, usize::from(count)),
            RowPartition::from_limits(numbers),
            RowPartition::from_value_rowids(numbers, some),
        ];
        partitions.iter().flatten().for_each(check);
        let made = [
            Ragged::from_splits(values.clone(), numbers),
            Ragged::from_lengths(values.clone(), numbers),
            Ragged::from_starts(values.clone(), numbers),
            Ragged::from_limits(values.clone(), numbers),
            Ragged::from_value_rowids(values.clone(), numbers, some),
            Ragged::from_nested_lengths(values.clone(), &numbers.chunks(3).collect::<Vec<_>>()),
            Ragged::from_nested_splits(values.clone(), &numbers.chunks(4).collect::<Vec<_>>()),
        ];
        made.iter().flatten().for_each(use_rows);
    }
}
