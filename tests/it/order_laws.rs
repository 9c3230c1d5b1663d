//! Laws of the order of samples: it is a function of seed, epoch and position, whatever the number of ranks.

use burn_prep::order::{LastBatch, OrderState, SampleEpoch, SampleOrder, Shard};
use proptest::prelude::*;

/// The samples of all ranks, batch by batch: position, index, repeat.
pub(crate) fn global(epoch: &SampleEpoch, ranks: usize) -> Vec<Vec<(usize, usize, bool)>> {
    let batches = |rank| epoch.batches(Shard::new(rank, ranks).unwrap()).unwrap();
    let mut all: Vec<_> = (0..ranks).map(batches).collect();
    // Every rank has as many batches, so that they stay in step.
    assert!(all.iter().all(|batches| batches.len() == all[0].len()));
    let mut found = Vec::new();
    for number in 0..all[0].len() {
        let parts = all.iter_mut().map(|batches| batches.next().unwrap());
        let parts: Vec<_> = parts.inspect(|batch| assert_eq!(batch.number, number)).collect();
        let lengths: Vec<usize> = parts.iter().map(|part| part.samples.len()).collect();
        assert!(lengths.iter().max().unwrap() - lengths.iter().min().unwrap() <= 1, "{lengths:?}");
        let samples = parts.iter().flat_map(|batch| &batch.samples);
        found.push(samples.map(|sample| (sample.position, sample.index, sample.is_repeat)).collect());
    }
    found
}

/// Orders of every rule that makes single samples, of at least one sample.
pub(crate) fn orders(samples: usize, seed: u64) -> Vec<SampleOrder> {
    let weights: Vec<f64> = (0..samples).map(|index| 1.0 + (index % 3) as f64).collect();
    let labels: Vec<Option<usize>> = (0..samples).map(|index| Some(index % 4)).collect();
    let single = [
        SampleOrder::sequential(samples),
        SampleOrder::shuffled(samples, seed),
        SampleOrder::weighted(&weights, samples + 5, seed).unwrap(),
        SampleOrder::weighted_without_replacement(&weights, samples.div_ceil(2), seed).unwrap(),
        SampleOrder::class_balanced(&labels, samples + 5, seed).unwrap(),
    ];
    let shares = single.iter().cloned().zip([5.0, 1.0, 2.5, 0.5, 1.0]);
    let mix = SampleOrder::mixed(shares, 2 * samples + 7, seed).unwrap();
    let nested = [(mix.clone(), 1.0), (SampleOrder::shuffled(3, seed), 1.0)];
    let nested = SampleOrder::mixed(nested, samples, seed).unwrap();
    let mut all: Vec<SampleOrder> = single.into_iter().chain([mix, nested]).collect();
    // And the same without every third sample from the second on, of which the first is none.
    let excluded = all.clone().into_iter().map(|order| order.without((1..samples).step_by(3)).unwrap());
    all.extend(excluded.collect::<Vec<_>>());
    all
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 20, ..ProptestConfig::default() })]

    /// Saved at a random position under any number of ranks, the rest is the same under any other, and under another
    /// batch size too.
    #[test]
    fn an_epoch_goes_on_under_any_number_of_ranks(
        samples in 1_usize..200, seed: u64, epoch in 0_u64..5, taken in 0_usize..20,
        last in prop_oneof![Just(LastBatch::Keep), Just(LastBatch::Drop), Just(LastBatch::Fill)],
    ) {
        for order in orders(samples, seed) {
            let order = order.batch_size(12).last_batch(last);
            let whole = order.epoch(epoch).unwrap();
            let expected = global(&whole, 1);
            let flat: Vec<_> = expected.concat();
            prop_assert!(flat.iter().enumerate().all(|(at, sample)| sample.0 == at));
            if last == LastBatch::Keep {
                prop_assert_eq!(flat.len(), order.len());
            }
            let taken = taken % (expected.len() + 1);
            for ranks in [1, 2, 3, 4] {
                prop_assert_eq!(&global(&whole, ranks), &expected);
                let mut batches = whole.batches(Shard::new(ranks - 1, ranks).unwrap()).unwrap();
                batches.by_ref().take(taken).for_each(drop);
                let text = serde_json::to_string(&batches.state()).unwrap();
                prop_assert!(text.len() <= 1024);
                let state: OrderState = serde_json::from_str(&text).unwrap();
                let rest = order.resume(&state).unwrap();
                for others in [1, 2, 3, 4] {
                    let found = global(&rest, others);
                    prop_assert_eq!(&found, &expected[taken..]);
                }
                let other = order.clone().batch_size(4).last_batch(LastBatch::Keep).resume(&state).unwrap();
                let same: Vec<_> = global(&other, 2).concat();
                let own = expected[taken..].concat();
                prop_assert!(same.iter().zip(&own).all(|(a, b)| a.1 == b.1));
            }
        }
    }
}

#[test]
fn a_state_of_another_order_is_refused_by_name() {
    let order = SampleOrder::shuffled(10, 1).source("a");
    let state = order.epoch(2).unwrap().state();
    let refused = |other: SampleOrder| other.resume(&state).unwrap_err().to_string();
    assert!(
        refused(SampleOrder::shuffled(10, 2).source("a"))
            .starts_with("state.seed is 1, where the order's is 2")
    );
    assert!(
        refused(SampleOrder::shuffled(11, 1).source("a")).starts_with("state.rule is shuffled, 10 samples")
    );
    assert!(
        refused(SampleOrder::sequential(10).source("a")).starts_with("state.rule is shuffled, 10 samples")
    );
    assert!(
        refused(SampleOrder::shuffled(10, 1).source("b"))
            .starts_with("state.source is a, where the order's is b")
    );
    let weighted = |last| SampleOrder::weighted(&[1.0, last], 10, 1).unwrap();
    let state = weighted(1.0).epoch(0).unwrap().state();
    assert!(weighted(2.0).resume(&state).unwrap_err().to_string().starts_with("state.rule is weighted"));

    assert!(SampleOrder::sequential(3).batch_size(0).epoch(0).unwrap_err().is_usage());
    let epoch = SampleOrder::sequential(30).batch_size(10).epoch(0).unwrap();
    let error = epoch.batches(Shard::new(0, 3).unwrap()).unwrap_err();
    assert!(error.to_string().starts_with("SampleOrder::batch_size is 10 over 3 ranks"), "{error}");
    assert!(
        SampleOrder::weighted(&[1.0, f64::NAN], 1, 0).is_err() && SampleOrder::weighted(&[], 1, 0).is_err()
    );
    assert!(SampleOrder::class_balanced(&[None], 1, 0).is_err());
}

/// Draws follow their weights: chi-square over 60,000 draws.
#[test]
fn draws_follow_their_weights() {
    let weights = [1.0, 2.0, 0.0, 3.0, 4.0];
    let epoch = SampleOrder::weighted(&weights, 60_000, 3).unwrap().epoch(1).unwrap();
    let mut counts = [0_u32; 5];
    (0..60_000).for_each(|position| counts[epoch.index(position).unwrap()] += 1);
    assert_eq!(counts[2], 0);
    let chi: f64 = counts
        .iter()
        .zip(weights)
        .filter(|(_, weight)| *weight > 0.0)
        .map(|(&count, weight)| (f64::from(count) - 6000.0 * weight).powi(2) / (6000.0 * weight))
        .sum();
    // 3 degrees of freedom: above 21 once in ten thousand.
    assert!(chi < 21.0, "{chi} {counts:?}");
    // Neighbouring positions, epochs and seeds have draws of their own.
    let drawn = |seed, epoch| -> Vec<usize> {
        let epoch = SampleOrder::weighted(&[1.0; 1000], 50, seed).unwrap().epoch(epoch).unwrap();
        (0..50).map(|position| epoch.index(position).unwrap()).collect()
    };
    assert!(drawn(3, 0) != drawn(3, 1) && drawn(3, 0) != drawn(4, 0) && drawn(3, 0) == drawn(3, 0));
}
