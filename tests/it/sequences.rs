//! Padded sequences on every device.

use burn::data::dataloader::DataLoaderBuilder;
use burn::data::dataset::InMemDataset;
use burn::tensor::{Float, Int};
use burn_prep::Result;
use burn_prep::batch::{SequenceBatch, SequenceBatcher};
use burn_prep::bridge::IntoNdarray;
use burn_prep::ragged::{PadTo, Padding, Ragged, Side};
use ndarray::array;

use crate::support::devices;

#[test]
fn the_three_rows_of_the_readme_become_a_rectangle_on_every_device() {
    let rows = Ragged::from_rows([vec![1_i32, 2, 3], vec![4, 5], vec![6]]);
    for (spec, device) in devices() {
        let right = rows.pad(&Padding::new(0)).unwrap();
        let batch = SequenceBatch::<Int>::from_padded(right.clone(), &device).unwrap();
        assert_eq!(
            batch.values.into_ndarray::<i32>().unwrap(),
            array![[1, 2, 3], [4, 5, 0], [6, 0, 0]],
            "{spec}"
        );
        assert_eq!(
            batch.mask_pad.into_ndarray::<bool>().unwrap(),
            array![[false, false, false], [false, false, true], [false, true, true]]
        );
        assert_eq!(batch.extents.lengths(), [3, 2, 1]);

        let left = rows.pad(&Padding::new(9).side(Side::Left).to(PadTo::Exactly(4))).unwrap();
        let batch = SequenceBatch::<Int>::from_padded(left.clone(), &device).unwrap();
        assert_eq!(
            batch.values.into_ndarray::<i32>().unwrap(),
            array![[9, 1, 2, 3], [9, 9, 4, 5], [9, 9, 9, 6]]
        );
        assert_eq!(batch.mask_pad.into_ndarray::<bool>().unwrap(), left.mask_pad());
    }
}

#[test]
fn float_rows_make_float_tensors_and_a_wrong_kind_is_an_error() {
    for (_, device) in devices() {
        let padded = Ragged::from_rows([vec![0.5_f32], vec![]]).pad(&Padding::new(-1.0)).unwrap();
        let batch = SequenceBatch::<Float>::from_padded(padded.clone(), &device).unwrap();
        assert_eq!(batch.values.into_ndarray::<f32>().unwrap(), array![[0.5], [-1.0]]);
        assert!(SequenceBatch::<Int>::from_padded(padded.clone(), &device).unwrap_err().is_usage());
    }
}

#[test]
fn burns_loader_pads_each_batch_by_itself_and_carries_the_error() {
    let rows: Vec<Vec<i32>> = vec![vec![1], vec![2, 3], vec![4; 5], vec![5]];
    for (_, device) in devices() {
        let load = |padding| {
            let batcher = SequenceBatcher::new(padding);
            let loader = DataLoaderBuilder::<Vec<i32>, Result<SequenceBatch>>::new(batcher)
                .batch_size(2)
                .set_device(device.clone())
                .build(InMemDataset::new(rows.clone()));
            loader.iter().map(|batch| batch.unwrap()).collect::<Vec<_>>()
        };
        let widths: Vec<_> =
            load(Padding::new(0)).into_iter().map(|batch| batch.unwrap().values.dims()).collect();
        assert_eq!(widths, [[2, 2], [2, 5]]);
        let short = load(Padding::new(0).to(PadTo::Exactly(3)));
        assert!(short[0].is_ok());
        let message = short[1].as_ref().unwrap_err().to_string();
        assert!(message.contains("found a row of 5, expected at most 3"), "{message}");
    }
}
