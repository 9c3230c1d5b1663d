//! Laws of collation, over random samples.

use burn_prep::prelude::*;
use burn_prep::ragged::Side;
use proptest::collection::vec;
use proptest::prelude::*;

fn rows() -> impl Strategy<Value = Vec<Vec<i32>>> {
    vec(vec(-9..9_i32, 0..6), 1..7)
}

proptest! {
    #[test]
    fn padded_fields_lose_nothing(rows in rows(), multiple in 1..5_usize, left in any::<bool>()) {
        let samples: Vec<Record> = rows.iter().map(|row| Record::new().with("x", row.clone())).collect();
        let side = if left { Side::Left } else { Side::Right };
        let padding = Padding::new(0).side(side).multiple_of(multiple);
        let batch = Collator::new().pad("x", padding.clone()).lengths("n", "x").collate(&samples).unwrap();
        // The same as from one buffer of all rows, and from a list of them.
        let ragged = Ragged::from_rows(&rows).pad(&padding).unwrap();
        prop_assert_eq!(batch.array::<i32>("x").unwrap(), ragged.data().into_dyn());
        prop_assert_eq!(padding.pad_rows(&rows).unwrap(), ragged);
        let lengths: Vec<i32> = rows.iter().map(|row| row.len() as i32).collect();
        prop_assert_eq!(batch.array::<i32>("n").unwrap().iter().copied().collect::<Vec<_>>(), lengths);
        let again = batch.into_fields().remove("x").unwrap().into_rows::<i32>().unwrap();
        prop_assert_eq!(again, Ragged::from_rows(&rows));
    }

    #[test]
    fn strides_of_arrays_do_not_matter(heights in vec(0..5_usize, 1..5), width in 1..4_usize) {
        let array = |height: usize| {
            ndarray::Array2::from_shape_fn([width, height], |(x, y)| (x * 10 + y) as i64).reversed_axes()
        };
        let samples: Vec<Record> =
            heights.iter().map(|&height| Record::new().with("x", array(height))).collect();
        let packed: Vec<Record> = heights
            .iter()
            .map(|&height| Record::new().with("x", array(height).as_standard_layout().into_owned()))
            .collect();
        let collator = Collator::new().pad("x", Padding::new(-1_i64));
        let batch = collator.collate(&samples).unwrap();
        prop_assert_eq!(&batch, &collator.collate(&packed).unwrap());
        let longest = heights.iter().copied().max().unwrap();
        let shape = batch.array::<i64>("x").unwrap().shape().to_vec();
        prop_assert_eq!(shape, [heights.len(), longest, width]);
    }
}
