//! Samples to batches: what a batch holds, and what an error says.

use burn::data::dataloader::DataLoaderBuilder;
use burn::data::dataset::InMemDataset;
use burn_prep::Result;
use burn_prep::batch::CollatedBatch;
use burn_prep::batch::{PlannedBatcher, PlannedDataset};
use burn_prep::collate::Field;
use burn_prep::images::ImagePadding;
use burn_prep::order::length::{LengthSampler, RowOrder, TokenBudget};
use burn_prep::prelude::*;
use burn_prep::ragged::{Overflow, PadTo, Side};
use ndarray::{Array3, array};

use crate::support::devices;

fn sample(index: usize, ids: Vec<i32>, labels: Vec<i32>) -> Record {
    Record::new().with("ids", ids).with("labels", labels).at_index(index)
}

fn collator() -> Collator {
    Collator::new().pad("ids", Padding::new(0)).labels("labels", Padding::new(-100).cap(4))
}

#[test]
fn an_error_names_the_field_the_sample_the_index_both_shapes_and_the_fix() {
    let message = |collator: &Collator, samples: &[Record]| {
        let error = collator.collate(samples).unwrap_err();
        assert!(error.is_data() != error.is_usage(), "{error}");
        error.to_string()
    };
    let good = sample(40, vec![1, 2], vec![1]);
    let cases: [(&str, Record); 6] = [
        (
            "item 41: field `labels`, sample 1: labels are longer than the batch: found a row of 5, expected at most 4 \
             (raise the width, or cut them: Padding::overflow)",
            sample(41, vec![1], vec![1; 5]),
        ),
        (
            "item 41: field `mask`, sample 1: a field is not there: found the fields ids, labels, expected `mask` \
             (Collator::default_value fills in; Collator::optional where all samples lack it)",
            sample(41, vec![1], vec![]),
        ),
        (
            "item 41: field `ids`, sample 1: dtypes differ: found f32, expected i32 as in sample 0 \
             (cast where the sample is made: no dtype is promoted in silence)",
            sample(41, vec![1], vec![]).with("ids", vec![1.5_f32]),
        ),
        (
            "item 41: field `extra`, sample 1: samples have different fields: found `extra`, expected the fields of \
             sample 0 alone (Collator::default_value fills in, Collator::drop leaves out)",
            sample(41, vec![1], vec![]).with("extra", 1),
        ),
        (
            "item 41: field `ids`, sample 1: nothing to make a batch of: found nothing, expected a value \
             (Collator::default_value stands in for what is missing)",
            sample(41, vec![1], vec![]).with("ids", None::<i32>),
        ),
        (
            "item 41: field `ids`, sample 1: samples have different kinds of values: found a text, expected an array \
             as in sample 0 (a field is an array, a text, a list or a record in all samples)",
            sample(41, vec![1], vec![]).with("ids", "one"),
        ),
    ];
    for (at, (expected, bad)) in cases.into_iter().enumerate() {
        // The second case has a rule for a field that no sample has.
        let expected = if at == 1 {
            expected.replace("item 41", "item 40").replace("sample 1", "sample 0")
        } else {
            expected.to_owned()
        };
        let collator = if at == 1 { collator().keep_ragged::<i32>("mask") } else { collator() };
        assert_eq!(message(&collator, &[good.clone(), bad]), expected);
    }
    let unpadded =
        [good.clone().with("boxes", array![[1, 2]]), good.clone().with("boxes", array![[1, 2], [3, 4]])];
    assert_eq!(
        message(&collator(), &unpadded),
        "item 40: field `boxes`, sample 1: a field of unequal lengths without a padding: found [2, 2], expected [1, 2] \
         as in sample 0 (give the field a padding too: Collator::pad, Collator::labels)"
    );
    let images = [1_usize, 3].map(|channels| Record::new().with("x", Array3::<u8>::zeros([channels, 2, 2])));
    let error = Collator::new().images("x", ImagePadding::new(0_u8)).collate(&images).unwrap_err();
    assert_eq!((error.field(), error.sample(), error.is_data()), (Some("x"), Some(1), true), "{error}");
}

#[test]
fn calls_that_cannot_work_are_errors_of_usage() {
    let samples = [sample(0, vec![1, 2, 3], vec![1]), sample(1, vec![4], vec![])];
    let windows = Padding::new(0).to(PadTo::Exactly(2)).overflow(Overflow::Windows { stride: 1 });
    let calls = [
        (Collator::new().pad("ids", windows).pad("labels", Padding::new(0)), "windows_in_batch"),
        (collator().width_of("labels", "text"), "width_of_unpadded"),
        (
            Collator::new()
                .pad("ids", Padding::new(0))
                .keep_ragged::<i32>("labels")
                .width_of("labels", "ids"),
            "width_of_unpadded",
        ),
        (collator().mask_pad("mask", "nothing"), "no_such_field"),
        (collator().keep_ragged::<i32>("labels").mask_pad("mask", "labels"), "width_of_unpadded"),
    ];
    for (collator, category) in calls {
        let error = collator.collate(&samples).unwrap_err();
        assert_eq!((error.code(), error.is_usage()), (category, true), "{error}");
    }
    assert!(collator().mask_pad("ids", "ids").collate(&samples).is_err(), "a name that is taken");
    assert!(collator().rename("ids", "labels").collate(&samples).is_err(), "a name that is taken");
    assert!(Collator::new().collate(&[]).unwrap_err().is_usage());
}

#[test]
fn a_width_is_another_fields_whatever_the_own_padding_says() {
    let samples = [sample(0, vec![1, 2, 3], vec![1]), sample(1, vec![4], vec![])];
    let collator = Collator::new()
        .pad("ids", Padding::new(0).multiple_of(4))
        .labels("labels", Padding::new(-100).multiple_of(3).cap(2))
        .width_of("labels", "ids");
    let batch = collator.collate(&samples).unwrap();
    assert_eq!(
        batch.array::<i32>("labels").unwrap(),
        array![[1, -100, -100, -100], [-100, -100, -100, -100]].into_dyn()
    );
    // What stands in for a field counts as its row.
    let samples = [Record::new().with("labels", vec![1]), Record::new().with("labels", vec![2])];
    let batch = collator.default_value("ids", vec![7; 5]).collate(&samples).unwrap();
    assert_eq!(batch.array::<i32>("labels").unwrap().shape(), [2, 8]);
}

#[test]
fn widths_follow_each_other_and_lists_of_lists_have_paths() {
    let samples = [Record::new().with("a", [1, 2, 3]).with("b", [1, 2, 3]).with("c", [1, 2, 3])];
    let chain = Collator::new().pad("c", Padding::new(0).multiple_of(8));
    let chain =
        chain.pad("b", Padding::new(0)).width_of("b", "c").pad("a", Padding::new(0)).width_of("a", "b");
    assert_eq!(chain.collate(&samples).unwrap().array::<i32>("a").unwrap().shape(), [1, 8]);

    let inner = Field::from(vec![Field::from([1, 2, 3]), Field::from([4])]);
    let samples = [Record::new().with("pair", vec![inner]).with("labels", [5])];
    let lists = Collator::new().pad("pair.0.0", Padding::new(0));
    let lists = lists.labels("labels", Padding::new(9)).width_of("labels", "pair.0.0");
    let batch = lists.collate(&samples).unwrap();
    assert_eq!(batch.array::<i32>("labels").unwrap(), array![[5, 9, 9]].into_dyn());
    assert_eq!(batch.array::<i32>("pair.0.1").unwrap(), array![[4]].into_dyn());
    assert!(Collator::new().drop("pair.0").collate(&samples).unwrap_err().is_usage());
    assert!(Collator::new().rename("pair.0", "first").collate(&samples).unwrap_err().is_usage());
}

#[test]
fn two_fields_of_one_path_are_an_error() {
    let samples = [Record::new().with("a.b", 1).with("a", Record::new().with("b", 2))];
    for (spec, device) in devices() {
        let error = Collator::new().collate(&samples).unwrap().upload(&device).unwrap_err();
        assert!(error.to_string().contains("`a.b` twice"), "{spec}: {error}");
    }
}

#[test]
fn a_cast_that_does_not_fit_names_the_sample() {
    let samples = [sample(7, vec![1, 2], vec![]), sample(8, vec![], vec![]), sample(9, vec![3, 400], vec![])];
    let padded = collator().cast::<u8>("ids");
    let ragged = Collator::new().keep_ragged::<i32>("ids").cast::<u8>("ids").pad("labels", Padding::new(0));
    for collator in [padded, ragged] {
        assert_eq!(collator.collate(&samples[..2]).unwrap().len(), 2);
        let error = collator.collate(&samples).unwrap_err();
        assert_eq!(
            (error.field(), error.sample(), error.index()),
            (Some("ids"), Some(2), Some(9)),
            "{error}"
        );
        assert!(error.to_string().contains("400 at index"), "{error}");
    }
}

#[test]
fn names_change_places_and_optional_fields_take_their_masks_along() {
    let samples = [Record::new().with("a", 1).with("b", 2)];
    let batch = Collator::new().rename("a", "b").rename("b", "a").collate(&samples).unwrap();
    assert_eq!(batch.array::<i32>("a").unwrap(), array![2].into_dyn());
    let collator = Collator::new().pad("x", Padding::new(0)).optional("x").mask_pad("x_mask", "x");
    assert_eq!(collator.collate(&samples).unwrap().names().collect::<Vec<_>>(), ["a", "b"]);
}

#[test]
fn fields_inside_of_fields_have_paths() {
    let sample = |ids: Vec<i32>, text: &str| {
        let question = Record::new().with("ids", ids).with("text", text);
        let pair = vec![Field::from(vec![0.5_f32]), Field::from(Record::new().with("flag", true))];
        Record::new().with("question", question).with("pair", pair)
    };
    let samples = [sample(vec![1, 2], "a b"), sample(vec![3], "c")];
    let collator = Collator::new().pad("question.ids", Padding::new(9)).mask_valid("real", "question.ids");
    for (spec, device) in devices() {
        let batch = collator.collate(&samples).unwrap();
        assert_eq!(batch.texts("question.text").unwrap(), ["a b", "c"]);
        assert_eq!(batch.array::<f32>("pair.0").unwrap().shape(), [2, 1]);
        let batch = batch.upload(&device).unwrap();
        let ids = batch.int::<2>("question.ids").unwrap().into_ndarray::<i32>().unwrap();
        assert_eq!(ids, array![[1, 2], [3, 9]], "{spec}");
        let real = batch.bool::<2>("real").unwrap().into_ndarray::<bool>().unwrap();
        assert_eq!(real, array![[true, true], [true, false]], "{spec}");
        let flags = batch.bool::<1>("pair.1.flag").unwrap().into_ndarray::<bool>().unwrap();
        assert_eq!(flags, array![true, true], "{spec}");
    }
}

#[test]
fn a_planned_epoch_goes_through_burns_loader_and_the_error_comes_out() {
    let lengths = [5_usize, 2, 4, 1];
    let rows: Vec<Record> =
        lengths.iter().enumerate().map(|(index, &n)| sample(index, vec![1; n], vec![2; n.min(4)])).collect();
    for (_, device) in devices() {
        let sampler = LengthSampler::new(lengths.to_vec(), TokenBudget::tokens(8)).order(RowOrder::Given);
        let load = |collator: Collator, workers| {
            let dataset =
                PlannedDataset::new(InMemDataset::new(rows.clone()), sampler.epoch(0).unwrap()).unwrap();
            let loader =
                DataLoaderBuilder::<Vec<Record>, Result<CollatedBatch>>::new(PlannedBatcher::new(collator))
                    .batch_size(1)
                    .num_workers(workers)
                    .set_device(device.clone())
                    .build(dataset);
            loader.iter().map(|batch| batch.unwrap()).collect::<Vec<_>>()
        };
        for workers in [0, 2] {
            let mut seen: Vec<usize> = load(collator(), workers)
                .into_iter()
                .flat_map(|batch| {
                    let batch = batch.unwrap();
                    assert_eq!(batch.extents("ids").unwrap().lengths().len(), batch.len());
                    batch.indices().iter().map(|index| index.unwrap()).collect::<Vec<_>>()
                })
                .collect();
            seen.sort_unstable();
            assert_eq!(seen, [0, 1, 2, 3]);
        }
        let short = Collator::new().pad("ids", Padding::new(0).cap(4)).pad("labels", Padding::new(0));
        let errors: Vec<String> =
            load(short, 0).iter().filter_map(|batch| batch.as_ref().err().map(ToString::to_string)).collect();
        assert_eq!(errors.len(), 1);
        assert!(errors[0].starts_with("item 0: field `ids`, sample 0: "), "{}", errors[0]);
    }
}

#[test]
fn a_dtype_that_a_device_lacks_is_an_error_that_names_the_field() {
    use burn::tensor::f16;
    let batch = || Collator::new().collate(&[Record::new().with("x", [f16::from_f32(1.5)])]).unwrap();
    let mut refused = 0;
    for (spec, device) in devices() {
        match (batch().upload(&device), device.supports_dtype(burn::tensor::DType::F16)) {
            (Ok(batch), true) => assert_eq!(batch.float::<2>("x").unwrap().dims(), [1, 1], "{spec}"),
            (Err(error), false) => {
                assert_eq!(error.field(), Some("x"), "{error}");
                refused += 1;
            }
            (other, supported) => panic!("{spec}: {other:?} where f16 is supported: {supported}"),
        }
    }
    // Burn's ndarray backend has no f16.
    assert!(refused > 0 || DeviceSpec::NdArray.init().is_err());
}

#[test]
fn what_is_made_of_a_field_is_cast() {
    let samples =
        [Record::new().with("x", vec![7_u8; 300]).at_index(40), Record::new().with("x", vec![8_u8])];
    let collator = Collator::new().pad("x", Padding::new(0_u8));
    let derived = collator
        .clone()
        .position_ids("at", "x", 0, -1)
        .lengths("n", "x")
        .mask_valid("mask", "x")
        .cu_seqlens("bounds", "x");
    let wide = derived.clone().cast::<i64>("at").cast::<i32>("n").cast::<f32>("mask").cast::<i64>("bounds");
    let batch = wide.rename("mask", "weight").collate(&samples).unwrap();
    assert_eq!(batch.array::<i64>("at").unwrap()[[0, 299]], 299);
    assert_eq!(batch.array::<i64>("at").unwrap()[[1, 1]], -1);
    assert_eq!(batch.array::<i32>("n").unwrap(), array![300, 1].into_dyn());
    assert_eq!(batch.array::<f32>("weight").unwrap().sum(), 301.0);
    assert_eq!(batch.array::<i64>("bounds").unwrap(), array![0, 300, 301].into_dyn());
    // Without a cast, counts are of the field's own dtype, which has to hold them.
    assert!(derived.collate(&samples).is_err());
    let error = collator.clone().lengths("n", "x").cast::<i8>("n").collate(&samples).unwrap_err();
    assert_eq!((error.field(), error.sample(), error.index()), (Some("n"), Some(0), Some(40)));
    let error =
        collator.clone().cu_seqlens("bounds", "x").cast::<i8>("bounds").collate(&samples).unwrap_err();
    assert_eq!((error.field(), error.sample(), error.index()), (Some("bounds"), None, None));

    let image = Record::new().with("pixels", ndarray::Array3::<f32>::zeros([1, 2, 3]));
    let images = Collator::new().images("pixels", ImagePadding::new(0.0_f32)).mask_pad("mask", "pixels");
    let batch = images.cast::<u8>("mask").collate(&[image]).unwrap();
    assert_eq!(batch.array::<u8>("mask").unwrap().shape(), [1, 2, 3]);
}

#[test]
fn a_cast_of_a_field_that_is_not_there_is_an_error() {
    let samples = [Record::new().with("label_ids", 1_i64)];
    let misspelt = Collator::new().cast::<i32>("labels").collate(&samples).unwrap_err();
    assert_eq!(misspelt.field(), Some("labels"));
    assert!(misspelt.to_string().contains("one of label_ids"), "{misspelt}");
    let renamed =
        Collator::new().rename("label_ids", "labels").cast::<i32>("label_ids").collate(&samples).unwrap();
    assert_eq!(renamed.array::<i32>("labels").unwrap(), array![1].into_dyn());
    assert!(Collator::new().cast::<i32>("labels").optional("labels").collate(&samples).is_ok());
}

#[test]
fn fields_of_one_width_have_their_items_side_by_side() {
    let samples = [sample(0, vec![1, 2, 3], vec![7]), sample(1, vec![4], vec![8])];
    let with = |ids: Padding<i32>, labels: Padding<i32>| {
        let collator = Collator::new().pad("ids", ids).labels("labels", labels).width_of("labels", "ids");
        collator.collate(&samples)
    };
    let right = || Padding::new(0);
    let left = || right().side(Side::Left);
    let batch = with(left(), left()).unwrap();
    assert_eq!(batch.array::<i32>("labels").unwrap(), array![[0, 0, 7], [0, 0, 8]].into_dyn());
    let cut = |overflow| right().to(PadTo::Exactly(2)).overflow(overflow);
    let both = with(cut(Overflow::TruncateStart), right().overflow(Overflow::TruncateStart)).unwrap();
    assert_eq!(both.array::<i32>("ids").unwrap(), array![[2, 3], [4, 0]].into_dyn());
    for astray in [
        with(left(), right()),
        with(right(), left()),
        with(cut(Overflow::TruncateStart), right().overflow(Overflow::TruncateEnd)),
    ] {
        let error = astray.unwrap_err();
        assert_eq!((error.field(), error.is_usage()), (Some("labels"), true), "{error}");
        assert!(error.to_string().contains("one side and one overflow"), "{error}");
    }
}

#[test]
fn a_circle_of_widths_is_an_error() {
    let samples = [sample(0, vec![1, 2, 3], vec![7])];
    let circle =
        collator().width_of("ids", "labels").width_of("labels", "ids").collate(&samples).unwrap_err();
    assert!(circle.to_string().contains("a circle"), "{circle}");
    let own =
        Collator::new().pad("ids", Padding::new(0)).width_of("ids", "ids").collate(&samples).unwrap_err();
    assert!(own.to_string().contains("a circle"), "{own}");
}

#[test]
fn cells_of_other_shapes_are_shown_with_both_shapes() {
    let boxes = |count: usize, sides: usize| ndarray::Array2::<f32>::zeros([count, sides]);
    let samples =
        [Record::new().with("boxes", boxes(2, 4)), Record::new().with("boxes", boxes(1, 5)).at_index(9)];
    let error = Collator::new().pad("boxes", Padding::new(0.0_f32)).collate(&samples).unwrap_err();
    assert_eq!((error.field(), error.sample(), error.index()), (Some("boxes"), Some(1), Some(9)));
    let text = error.to_string();
    assert!(
        text.contains("[1, 5]") && text.contains("[2, 4]") && text.contains("Collator::images"),
        "{text}"
    );
}

#[test]
fn a_flattened_batch_has_bounds_places_and_samples() {
    let samples = [sample(0, vec![1, 2], vec![7]), sample(1, vec![], vec![8]), sample(2, vec![3], vec![9])];
    let flat = Collator::new().keep_ragged::<i32>("ids").keep_ragged::<i32>("labels");
    let flat = flat
        .lengths("n", "ids")
        .segment_ids("of", "ids")
        .position_ids("at", "ids", 5, 0)
        .cu_seqlens("bounds", "ids");
    let batch = flat.clone().cast::<i64>("of").collate(&samples).unwrap();
    assert_eq!(batch.array::<i32>("n").unwrap(), array![2, 0, 1].into_dyn());
    assert_eq!(batch.array::<i64>("of").unwrap(), array![0, 0, 2].into_dyn());
    assert_eq!(batch.array::<i32>("at").unwrap(), array![5, 6, 5].into_dyn());
    assert_eq!(batch.array::<i32>("bounds").unwrap(), array![0, 2, 2, 3].into_dyn());
    for (spec, device) in devices() {
        let placed = flat.collate(&samples).unwrap().upload(&device).unwrap();
        let of = placed.int::<1>("of").unwrap().into_ndarray::<i32>().unwrap();
        assert_eq!(of, array![0, 0, 2], "{spec}");
    }
    assert!(flat.clone().mask_valid("mask", "ids").collate(&samples).is_err());
    assert!(flat.position_ids("beyond", "ids", i64::MAX, 0).cast::<i64>("beyond").collate(&samples).is_err());
    assert!(collator().segment_ids("of", "ids").collate(&samples).is_err());
}
