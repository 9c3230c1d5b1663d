//! Laws of the rules of orders: proportions, exclusions, steps, batches by length, and what is refused.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use burn_prep::order::length::{
    LengthBuckets, LengthGrouped, LengthSampler, OverLong, RowOrder, SampleRule, TokenBudget,
};
use burn_prep::order::{LastBatch, OrderState, SampleOrder, Shard};
use proptest::prelude::*;

use crate::order_laws::{global, orders};

/// The indices of an epoch.
fn indices(order: &SampleOrder, epoch: u64) -> Vec<usize> {
    let epoch = order.epoch(epoch).unwrap();
    (0..order.len()).map_while(|position| epoch.index(position)).collect()
}

/// A state as it comes back from a file.
fn stored(state: &OrderState) -> OrderState {
    let text = serde_json::to_string(state).unwrap();
    assert!(text.len() <= 1024, "{} bytes: {text}", text.len());
    serde_json::from_str(&text).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, ..ProptestConfig::default() })]

    /// Epochs of steps are the passes of the rule one after another, and go on under any number of ranks.
    #[test]
    fn epochs_of_steps_are_one_stream(
        samples in 1_usize..60, seed: u64, steps in 1_usize..9, epoch in 0_u64..6, taken in 0_usize..9,
    ) {
        for order in orders(samples, seed) {
            let stepped = order.clone().batch_size(12).steps_per_epoch(steps).last_batch(LastBatch::Fill);
            prop_assert_eq!(stepped.len(), 12 * steps);
            let found = indices(&stepped, epoch);
            let start = epoch as usize * 12 * steps;
            let stream = start..start + 12 * steps;
            let expected: Vec<usize> = stream
                .map(|at| order.epoch((at / order.len()) as u64).unwrap().index(at % order.len()).unwrap())
                .collect();
            prop_assert_eq!(&found, &expected);

            let whole = stepped.epoch(epoch).unwrap();
            let expected = global(&whole, 1);
            prop_assert_eq!(expected.len(), steps);
            let taken = taken % (steps + 1);
            for ranks in [1, 2, 3, 4] {
                let mut batches = whole.batches(Shard::new(0, ranks).unwrap()).unwrap();
                batches.by_ref().take(taken).for_each(drop);
                let rest = stepped.resume(&stored(&batches.state())).unwrap();
                for others in [1, 2, 3, 4] {
                    prop_assert_eq!(&global(&rest, others), &expected[taken..]);
                }
                // Batches of a third, and three times as many.
                let other = order.clone().batch_size(4).steps_per_epoch(3 * steps);
                let other = global(&other.resume(&batches.state()).unwrap(), 2).concat();
                prop_assert_eq!(other, expected[taken..].concat());
            }
        }
    }

    /// At every prefix components have their shares, and a component has every sample once before any again.
    #[test]
    fn mixes_hold_their_proportions_and_exhaust_their_components(
        sizes in prop::collection::vec((1_usize..30, 1_u32..100), 1..5),
        length in 1_usize..100, seed: u64,
    ) {
        let components = sizes.iter().map(|&(size, weight)| {
            (SampleOrder::shuffled(size, 5), f64::from(weight))
        });
        let order = SampleOrder::mixed(components, length, seed).unwrap();
        prop_assert_eq!(order.len(), length);
        prop_assert_eq!(order.samples(), sizes.iter().map(|(size, _)| size).sum::<usize>());
        let stream: Vec<usize> = (0..8).flat_map(|epoch| indices(&order, epoch)).collect();
        let total: u32 = sizes.iter().map(|(_, weight)| weight).sum();
        let mut offset = 0;
        for &(size, weight) in &sizes {
            let own = offset..offset + size;
            let mut count = 0;
            for (position, index) in stream.iter().enumerate() {
                count += u32::from(own.contains(index));
                let share = (position + 1) as f64 * f64::from(weight) / f64::from(total);
                prop_assert!((f64::from(count) - share).abs() < 1.0, "{count} of {share} at {position}");
            }
            let drawn: Vec<usize> = stream.iter().copied().filter(|index| own.contains(index)).collect();
            for pass in drawn.chunks(size) {
                prop_assert_eq!(pass.iter().collect::<BTreeSet<_>>().len(), pass.len());
            }
            offset += size;
        }
    }

    /// What is excluded never comes, everything else as often as before, and a state knows it.
    #[test]
    fn what_is_excluded_never_comes(
        samples in 2_usize..100, seed: u64, excluded in prop::collection::btree_set(0_usize..100, 0..40),
    ) {
        let excluded: BTreeSet<usize> = excluded.into_iter().filter(|index| *index < samples).collect();
        let left = (0..samples).filter(|index| !excluded.contains(index));
        let left: Vec<usize> = left.collect();
        prop_assume!(!left.is_empty());
        for order in [SampleOrder::sequential(samples), SampleOrder::shuffled(samples, seed)] {
            let order = order.without(excluded.iter().copied()).unwrap();
            prop_assert_eq!(order.len(), left.len());
            let mut found = indices(&order, 3);
            found.sort_unstable();
            prop_assert_eq!(&found, &left);
        }
        let weights = vec![2.0; samples];
        let labels: Vec<Option<usize>> = (0..samples).map(Some).collect();
        let drawn = [
            SampleOrder::weighted(&weights, 500, seed).unwrap(),
            SampleOrder::class_balanced(&labels, 500, seed).unwrap(),
            SampleOrder::weighted_without_replacement(&weights, samples, seed).unwrap(),
            SampleOrder::mixed([(SampleOrder::shuffled(samples, seed), 1.0)], 500, seed).unwrap(),
        ];
        for order in drawn {
            let other = order.clone();
            let order = order.without(excluded.iter().copied()).unwrap();
            let found = indices(&order, 1);
            prop_assert_eq!(found.len(), order.len());
            prop_assert!(found.iter().all(|index| left.contains(index)));
            // In two calls, in another order, and twice.
            let (first, second): (Vec<usize>, Vec<usize>) = excluded.iter().partition(|index| *index % 2 == 0);
            let twice = other.clone().without(second.clone()).unwrap().without(first).unwrap();
            let twice = twice.without(second.into_iter().rev()).unwrap();
            let state = stored(&order.epoch(1).unwrap().state());
            prop_assert_eq!(&twice.epoch(1).unwrap().state(), &state);
            prop_assert_eq!(indices(&twice, 1), found);
            if !excluded.is_empty() {
                let error = other.resume(&state).unwrap_err().to_string();
                prop_assert!(error.starts_with("state.rule is "), "{error}");
            }
        }
    }
}

#[test]
fn a_thousand_million_samples_without_a_thousand_are_resumed_at_once() {
    const SAMPLES: usize = 1_000_000_000;
    let excluded = || (0..1000).map(|number| number * 999_983);
    let begin = Instant::now();
    let order = SampleOrder::shuffled(SAMPLES, 5).without(excluded()).unwrap().batch_size(8);
    assert_eq!(order.len(), SAMPLES - 1000);
    let mut state = order.epoch(2).unwrap().state();
    state.position = 700_000_000;
    let rest = order.resume(&stored(&state)).unwrap();
    let batches = rest.batches(Shard::new(0, 1).unwrap()).unwrap();
    assert_eq!(batches.len(), (SAMPLES - 1000 - 700_000_000) / 8);
    let found: Vec<usize> = batches.take(1000).flat_map(|batch| batch.indices()).collect();
    // A list of them takes seconds, and 8 GB.
    assert!(begin.elapsed() < Duration::from_secs(1), "{:?}", begin.elapsed());
    let excluded: BTreeSet<usize> = excluded().collect();
    assert!(found.iter().all(|index| *index < SAMPLES && !excluded.contains(index)));
    assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), 8000);
}

/// The first draw follows the weights, and the second those of the samples that are left: chi-square over 30,000 epochs.
#[test]
fn draws_without_replacement_follow_the_weights_of_what_is_left() {
    let weights = [1.0, 2.0, 0.0, 3.0, 4.0];
    let order = SampleOrder::weighted_without_replacement(&weights, 4, 3).unwrap();
    let (mut first, mut second) = ([0_u32; 5], [0_u32; 5]);
    let epochs = 30_000;
    for epoch in 0..epochs {
        let drawn = indices(&order, epoch);
        first[drawn[0]] += 1;
        second[drawn[1]] += 1;
        assert_eq!(drawn.into_iter().collect::<BTreeSet<_>>(), BTreeSet::from([0, 1, 3, 4]));
    }
    let left = |index: usize| {
        let others = (0..5).filter(|other| *other != index);
        others.map(|other| weights[other] / 10.0 * weights[index] / (10.0 - weights[other])).sum::<f64>()
    };
    let chi = |counts: [u32; 5], likely: &dyn Fn(usize) -> f64| -> f64 {
        let drawn = counts.iter().enumerate().filter(|(index, _)| weights[*index] > 0.0);
        drawn
            .map(|(index, &count)| {
                let expected = likely(index) * epochs as f64;
                (f64::from(count) - expected).powi(2) / expected
            })
            .sum()
    };
    let (first, second) = (chi(first, &|index| weights[index] / 10.0), chi(second, &left));
    // 3 degrees of freedom: above 21 once in ten thousand.
    assert!(first < 21.0 && second < 21.0, "{first} {second}");

    // The first draws of many are the same as those of few.
    let few = SampleOrder::weighted_without_replacement(&weights, 2, 3).unwrap();
    assert_eq!(indices(&few, 7), indices(&order, 7)[..2]);
    let error = SampleOrder::weighted_without_replacement(&weights, 5, 3).unwrap_err().to_string();
    assert!(error.starts_with("draws is 5, where 4 samples have a weight above 0"), "{error}");
    assert!(SampleOrder::weighted_without_replacement(&[1.0, -1.0], 1, 3).is_err());
    assert!(indices(&SampleOrder::weighted_without_replacement(&[1.0], 0, 3).unwrap(), 0).is_empty());
}

/// Batches by length are those of the sampler, divided among any number of ranks and resumed under any other.
#[test]
fn batches_by_length_go_on_under_any_number_of_ranks() {
    let lengths: Vec<usize> = (0..101).map(|row| (row * 37) % 41).collect();
    let rules: [SampleRule; 4] = [
        LengthGrouped::new(12.try_into().unwrap()).into(),
        TokenBudget::tokens(100).into(),
        TokenBudget::tokens(30).over_long(OverLong::Skip).multiple_of(4).into(),
        LengthBuckets::within([10, 20, 41], 120).unwrap().drop_last(true).into(),
    ];
    for rule in rules {
        for row_order in [RowOrder::Given, RowOrder::Shuffled, RowOrder::ByLength] {
            let sampler = LengthSampler::new(lengths.clone(), rule.clone()).order(row_order).seed(9);
            let order = SampleOrder::by_length(sampler.clone()).unwrap().source("texts");
            let whole = order.epoch(2).unwrap();
            let expected = global(&whole, 1);
            let rows = expected.iter().map(|batch| batch.iter().map(|sample| sample.1).collect::<Vec<_>>());
            assert!(rows.eq(sampler.epoch(2).unwrap().batches().iter().cloned()));
            assert!(
                expected.concat().iter().enumerate().all(|(at, sample)| (at, false) == (sample.0, sample.2))
            );
            for taken in [0, 1, 3, expected.len()] {
                for ranks in [1, 2, 3, 4] {
                    let mut batches = whole.batches(Shard::new(ranks - 1, ranks).unwrap()).unwrap();
                    batches.by_ref().take(taken).for_each(drop);
                    assert_eq!(batches.len(), expected.len() - taken);
                    let rest = order.resume(&stored(&batches.state())).unwrap();
                    for others in [1, 2, 3, 4] {
                        assert_eq!(global(&rest, others), expected[taken..], "{rule:?} {row_order:?}");
                    }
                }
            }

            let excluded: Vec<usize> = (0..101).step_by(4).collect();
            let without = order.clone().without(excluded.clone()).unwrap();
            let found = indices(&without, 2);
            assert!(found.len() > 20 && found.iter().all(|row| !excluded.contains(row)));
            assert_eq!(found.iter().collect::<BTreeSet<_>>().len(), found.len());
            let error = without.resume(&whole.state()).unwrap_err().to_string();
            assert!(error.starts_with("state.rule is by length, 101 rows, FNV-1a "), "{error}");
        }
    }
}

#[test]
fn what_does_not_go_with_batches_by_length_is_refused() {
    let sampler = || LengthSampler::new([1, 5, 2], TokenBudget::tokens(4));
    let sharded = SampleOrder::by_length(sampler().shard(Shard::new(0, 2).unwrap()));
    assert!(sharded.unwrap_err().to_string().starts_with("sampler.shard is set"));
    let order = || SampleOrder::by_length(sampler()).unwrap();
    let refused = |order: SampleOrder| order.epoch(0).unwrap_err();
    assert!(refused(order().batch_size(4)).to_string().starts_with("SampleOrder::batch_size is 4"));
    assert!(refused(order().steps_per_epoch(4)).to_string().starts_with("SampleOrder::steps_per_epoch is 4"));
    // The row is named as the source has it, whatever is left out before it.
    assert!(refused(order()).to_string().contains("row 1 "));
    assert!(refused(order().without([0]).unwrap()).to_string().contains("row 1 "));
    assert_eq!(indices(&order().without([1]).unwrap(), 0).len(), 2);
    let mixed = SampleOrder::mixed([(order(), 1.0)], 10, 0).unwrap_err().to_string();
    assert!(mixed.starts_with("components[0] is an order by length"), "{mixed}");
}

/// Endless batches are those of epoch after epoch, from any state on.
#[test]
fn endless_batches_go_from_epoch_to_epoch() {
    let sampler = LengthSampler::new([3, 1, 4, 1, 5, 9, 2, 6], TokenBudget::tokens(12)).seed(3);
    let shuffled = |last| SampleOrder::shuffled(10, 7).batch_size(4).last_batch(last);
    for order in [
        shuffled(LastBatch::Keep),
        shuffled(LastBatch::Drop),
        shuffled(LastBatch::Fill),
        shuffled(LastBatch::Keep).steps_per_epoch(3),
        SampleOrder::by_length(sampler).unwrap(),
    ] {
        let shard = Shard::new(1, 2).unwrap();
        let samples = |batches: &mut dyn Iterator<Item = burn_prep::order::SampleBatch>| -> Vec<_> {
            batches.map(|batch| batch.samples).collect()
        };
        let epochs = |epoch| samples(&mut order.epoch(epoch).unwrap().batches(shard).unwrap());
        let expected: Vec<_> = (4..10).flat_map(epochs).collect();
        for taken in 0..9 {
            let mut batches = order.epoch(4).unwrap().endless(shard).unwrap();
            assert_eq!(samples(&mut batches.by_ref().take(taken)), expected[..taken]);
            let mut resumed = order.resume(&stored(&batches.state())).unwrap().endless(shard).unwrap();
            let (rest, resumed) = (samples(&mut batches.take(4)), samples(&mut resumed.by_ref().take(4)));
            assert_eq!(rest, expected[taken..taken + 4]);
            assert_eq!(resumed, rest);
        }
    }
    // What has no batches does not search for them for ever.
    for order in [SampleOrder::sequential(0), shuffled(LastBatch::Drop).batch_size(12)] {
        let epoch = order.epoch(u64::MAX).unwrap();
        assert_eq!(epoch.endless(Shard::new(0, 1).unwrap()).unwrap().count(), 0);
    }
}

#[test]
fn the_states_of_other_rules_are_refused_by_name() {
    let mix = |weight, seed| {
        let components = [(SampleOrder::shuffled(10, seed), weight), (SampleOrder::sequential(5), 1.0)];
        SampleOrder::mixed(components, 20, 1).unwrap()
    };
    let state = stored(&mix(2.0, 3).epoch(0).unwrap().state());
    assert_eq!(
        state.rule,
        "a mix of 2 of (shuffled, 10 samples, seed 3) and 1 of (sequential, 5 samples, seed 0), 20 samples an epoch"
    );
    for other in
        [mix(3.0, 3), mix(2.0, 4), mix(2.0, 3).without([12]).unwrap(), mix(2.0, 3).steps_per_epoch(20)]
    {
        let error = other.resume(&state).unwrap_err().to_string();
        assert!(error.starts_with("state.rule is a mix of 2 of (shuffled"), "{error}");
    }
    // Many components are kept as a hash.
    let many = |last| {
        let weights = (0..99).map(f64::from).chain([last]);
        SampleOrder::mixed(weights.map(|weight| (SampleOrder::shuffled(7, 1), weight)), 9, 1).unwrap()
    };
    let state = stored(&many(1.0).epoch(0).unwrap().state());
    assert!(many(2.0).resume(&state).is_err() && many(1.0).resume(&state).is_ok());

    let component = || SampleOrder::sequential(3);
    let refused =
        |components: Vec<(SampleOrder, f64)>| SampleOrder::mixed(components, 4, 0).unwrap_err().to_string();
    assert!(refused(vec![]).starts_with("weights is nothing"));
    assert!(refused(vec![(component(), 0.0)]).starts_with("weights is a sum of 0"));
    assert!(refused(vec![(component(), 1.0), (component(), f64::NAN)]).starts_with("weights[1] is NaN"));
    let empty = || SampleOrder::shuffled(0, 1);
    assert!(refused(vec![(empty(), 1.0)]).starts_with("components[0] is an order without samples"));
    assert_eq!(SampleOrder::mixed([(empty(), 0.0), (component(), 1.0)], 4, 0).unwrap().samples(), 3);
    let mix = SampleOrder::mixed([(component(), 1.0), (component(), 1.0)], 4, 0).unwrap();
    assert!(
        mix.clone().without(3..6).unwrap_err().to_string().starts_with("components[1] is an order without")
    );
    assert!(mix.epoch(u64::MAX).unwrap_err().to_string().starts_with("epoch is 18446744073709551615"));
    let steps = |order: SampleOrder, steps| order.steps_per_epoch(steps).epoch(0).unwrap_err().to_string();
    assert!(steps(component(), 0).starts_with("SampleOrder::steps_per_epoch is 0"));
    assert!(steps(empty(), 1).starts_with("SampleOrder::steps_per_epoch is of no samples"));
}
