//! Ragged rows as Arrow lists: the same rows, at the same place in memory.

use std::sync::Arc;

use arrow_array::builder::{Int32Builder, ListBuilder};
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{Array, FixedSizeListArray, LargeListArray, ListArray, PrimitiveArray};
use arrow_buffer::OffsetBuffer;
use arrow_schema::Field;
use burn_prep::ragged::Ragged;
use proptest::collection::vec;
use proptest::prelude::*;

#[test]
fn values_are_moved_both_ways() {
    let rows = Ragged::from_lengths((0..1000_i64).collect(), &[400, 0, 600]).unwrap();
    let before = rows.values().as_ptr();
    let list = rows.clone().into_arrow().unwrap();
    assert_ne!(before, values_of(&list).as_ptr(), "the clone has its own values");
    drop(list);
    let list = rows.into_arrow().unwrap();
    assert_eq!(before, values_of(&list).as_ptr());
    let rows = Ragged::<i64>::from_arrow(list).unwrap();
    assert_eq!(before, rows.values().as_ptr());
}

fn values_of(list: &LargeListArray) -> &[i64] {
    list.values().as_any().downcast_ref::<PrimitiveArray<Int64Type>>().unwrap().values()
}

#[test]
fn a_slice_and_a_shared_list_are_copied_and_right() {
    let list = ListArray::from_iter_primitive::<Int32Type, _, _>([
        Some(vec![Some(1), Some(2)]),
        Some(vec![]),
        Some(vec![Some(3)]),
        Some(vec![Some(4), Some(5)]),
    ]);
    let slice = list.slice(1, 2);
    assert_eq!(Ragged::<i32>::from_arrow(slice).unwrap(), Ragged::from_rows([vec![], vec![3]]));
    let whole = Ragged::from_rows([vec![1, 2], vec![], vec![3], vec![4, 5]]);
    assert_eq!(Ragged::<i32>::from_arrow(list.clone()).unwrap(), whole);
    assert_eq!(list.len(), 4);
}

#[test]
fn nulls_and_other_types_are_errors() {
    let mut rows = ListBuilder::new(Int32Builder::new());
    rows.append_value([Some(1), None]);
    let value = rows.finish();
    rows.append_null();
    let row = rows.finish();
    for list in [value, row] {
        let error = Ragged::<i32>::from_arrow(list).unwrap_err();
        assert_eq!((error.code(), error.is_data()), ("null_value", true));
    }
    let list = Ragged::from_rows([vec![1_u8]]).into_arrow().unwrap();
    let message = Ragged::<u16>::from_arrow(list).unwrap_err().to_string();
    assert!(message.contains("found dtype UInt8, expected UInt16"), "{message}");
    let inner = Ragged::<i32>::new(vec![], Ragged::from_rows([vec![0; 2]]).partitions().to_vec(), vec![0]);
    assert!(inner.unwrap().into_arrow().is_err());
}

#[test]
fn fixed_lists_around_lists_are_partitions_of_one_length() {
    let field = |array: &dyn Array| Arc::new(Field::new_list_field(array.data_type().clone(), false));
    let inner = Ragged::from_rows([vec![1], vec![2, 3], vec![], vec![4]]).into_arrow().unwrap();
    let pairs = FixedSizeListArray::new(field(&inner), 2, Arc::new(inner), None);
    let outer = OffsetBuffer::new(vec![0, 2, 2].into());
    let outer = ListArray::new(field(&pairs), outer, Arc::new(pairs), None);
    let rows = Ragged::<i32>::from_arrow(outer).unwrap();
    let lengths = [vec![2, 0], vec![2, 2], vec![1, 2, 0, 1]];
    assert_eq!(rows, Ragged::from_nested_lengths(vec![1, 2, 3, 4], &lengths).unwrap());
    assert_eq!(rows.partitions()[1].uniform_length(), Some(2));
}

proptest! {
    #[test]
    fn rows_of_rows_of_cells_come_back(nested in vec(vec(vec(any::<i16>(), 0..4), 0..4), 0..5)) {
        let rows: Ragged<i16> = Ragged::from_nested(nested);
        prop_assert_eq!(&Ragged::<i16>::from_arrow(rows.clone().into_arrow().unwrap()).unwrap(), &rows);
        let cells = rows.values().iter().flat_map(|value| [f32::from(*value), 0.5]).collect();
        let cells = rows.with_values(cells, vec![2, 1]).unwrap();
        prop_assert_eq!(&Ragged::<f32>::from_arrow(cells.clone().into_arrow().unwrap()).unwrap(), &cells);
        let flags = rows.map_values(|value| *value > 0);
        prop_assert_eq!(&Ragged::<bool>::from_arrow(flags.clone().into_arrow().unwrap()).unwrap(), &flags);
        let texts = rows.map_values(ToString::to_string);
        prop_assert_eq!(&Ragged::<String>::from_arrow(texts.clone().into_arrow().unwrap()).unwrap(), &texts);
    }
}
