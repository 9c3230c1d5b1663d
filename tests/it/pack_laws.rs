//! Laws of packing, sampling, truncation and padded images.

use std::collections::BTreeSet;
use std::num::NonZeroUsize;

use burn_prep::images::{Anchor, ImagePadding};
use burn_prep::order::length::{
    LengthBuckets, LengthGrouped, LengthSampler, OverLong, RowOrder, SampleRule, TokenBudget, restore_order,
    suggest_buckets,
};
use burn_prep::order::{Shard, UnevenShards};
use burn_prep::packing::{Packing, PairCut, Truncation};
use burn_prep::prelude::*;
use burn_prep::ragged::Overflow;
use burn_prep::ragged::Side;
use ndarray::{Array3, ArrayView3};
use proptest::prelude::*;

fn lengths() -> impl Strategy<Value = Vec<usize>> {
    proptest::collection::vec(0_usize..24, 0..60)
}

fn some(range: std::ops::Range<usize>) -> impl Strategy<Value = NonZeroUsize> {
    range.prop_map(|count| NonZeroUsize::new(count).unwrap())
}

fn rules() -> impl Strategy<Value = SampleRule> {
    let over = prop_oneof![Just(OverLong::OwnBatch), Just(OverLong::Skip)];
    let budget = (1_usize..80, proptest::option::of(some(1..9)), some(1..6), over.clone());
    let budget = budget.prop_map(|(tokens, rows, multiple, over)| {
        let budget = TokenBudget::tokens(tokens).multiple_of(multiple.get()).over_long(over);
        SampleRule::from(rows.map_or(budget, |rows| budget.max_rows(rows)))
    });
    let grouped = (some(1..9), proptest::option::of(some(1..4))).prop_map(|(size, mult)| {
        let grouped = LengthGrouped::new(size);
        SampleRule::from(mult.map_or(grouped, |mult| grouped.mega_batch_mult(mult)))
    });
    let bounds = proptest::collection::btree_set(0_usize..20, 1..5);
    let buckets = (bounds, 20_usize..90, over).prop_map(|(bounds, tokens, over)| {
        let bounds: Vec<usize> = bounds.into_iter().collect();
        SampleRule::from(LengthBuckets::within(bounds, tokens).unwrap().over_long(over))
    });
    prop_oneof![budget, grouped, buckets]
}

fn orders() -> impl Strategy<Value = RowOrder> {
    prop_oneof![Just(RowOrder::Given), Just(RowOrder::Shuffled), Just(RowOrder::ByLength)]
}

/// The slow way of best fit and first fit.
fn packed_slowly(lengths: &[usize], capacity: usize, best: bool) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    order.sort_by(|&a, &b| lengths[b].cmp(&lengths[a]).then(a.cmp(&b)));
    let mut bins: Vec<Vec<usize>> = Vec::new();
    for row in order {
        let room = |bin: &Vec<usize>| capacity - bin.iter().map(|&row| lengths[row]).sum::<usize>();
        let with_room = (0..bins.len()).filter(|&bin| room(&bins[bin]) >= lengths[row]);
        let found = if best { with_room.min_by_key(|&bin| room(&bins[bin])) } else { with_room.min() };
        match found {
            Some(bin) => bins[bin].push(row),
            None => bins.push(vec![row]),
        }
    }
    bins
}

/// The least padding of at most `count` buckets, by trying every set of bounds.
fn least_padding(distinct: &[usize], lengths: &[usize], count: usize) -> usize {
    let last = distinct.len() - 1;
    let sets = (0_u32..1 << last).filter(|set| (set.count_ones() as usize) < count);
    let bounds_of = |set: u32| (0..=last).filter(move |&at| at == last || set >> at & 1 == 1);
    sets.map(|set| padding(&bounds_of(set).map(|at| distinct[at]).collect::<Vec<_>>(), lengths))
        .min()
        .unwrap()
}

fn padding(bounds: &[usize], lengths: &[usize]) -> usize {
    let bound = |length: usize| *bounds.iter().find(|&&bound| bound >= length).unwrap();
    lengths.iter().map(|&length| bound(length) - length).sum()
}

proptest! {
    #[test]
    fn bins_hold_every_item_once_and_no_more_than_their_capacity(
        lengths in lengths(), capacity in 1_usize..30, best: bool, over in 0_usize..3, overlap in 0_usize..30,
    ) {
        // Windows that share items are looked at below.
        let stride = capacity - overlap.min(capacity - 1);
        let windows = Packing::best_fit(capacity).overflow(Overflow::Windows { stride }).pack(&lengths).unwrap();
        let mut starts: Vec<Vec<(usize, usize)>> = vec![Vec::new(); lengths.len()];
        for piece in windows.bins().iter().flatten() {
            starts[piece.row].push((piece.start, piece.length));
        }
        for (mut starts, length) in starts.into_iter().zip(&lengths) {
            starts.sort_unstable();
            for (window, (start, piece)) in starts.iter().enumerate() {
                let is_last = window + 1 == starts.len();
                prop_assert_eq!(*start, window * stride);
                prop_assert_eq!(*piece, if is_last { length - start } else { capacity });
                prop_assert!(*piece <= capacity && (is_last || start + capacity < *length));
            }
        }

        let over = [Overflow::Windows { stride: capacity.max(1) }, Overflow::TruncateEnd, Overflow::TruncateStart][over];
        let packing = if best { Packing::best_fit(capacity) } else { Packing::first_fit(capacity) };
        let bins = packing.overflow(over).pack(&lengths).unwrap();
        let mut seen: Vec<Vec<bool>> = lengths.iter().map(|&length| vec![false; length]).collect();
        let mut rows = BTreeSet::new();
        for bin in bins.bins() {
            prop_assert!(bin.iter().map(|piece| piece.length).sum::<usize>() <= capacity);
            for piece in bin {
                rows.insert(piece.row);
                for item in &mut seen[piece.row][piece.start..piece.start + piece.length] {
                    prop_assert!(!std::mem::replace(item, true));
                }
            }
        }
        let missing = seen.concat().iter().filter(|&&seen| !seen).count();
        prop_assert_eq!(missing as u64, bins.dropped());
        let is_split = matches!(over, Overflow::Windows { .. });
        prop_assert!(!is_split || missing == 0);
        prop_assert_eq!(rows.len(), lengths.len());
        prop_assert_eq!(bins.real(), (lengths.iter().sum::<usize>() - missing) as u64);
    }

    #[test]
    fn bins_are_those_of_the_slow_way(lengths in lengths(), more in 0_usize..20, best: bool) {
        let capacity = lengths.iter().copied().max().unwrap_or(0) + more;
        let packing = if best { Packing::best_fit(capacity) } else { Packing::first_fit(capacity) };
        prop_assert_eq!(packing.pack(&lengths).unwrap().rows(), packed_slowly(&lengths, capacity, best));
    }

    #[test]
    fn batches_are_a_permutation_of_the_rows(
        lengths in lengths(), rule in rules(), order in orders(), seed: u64, epoch: u64,
    ) {
        let sampler = LengthSampler::new(lengths.clone(), rule.clone()).order(order).seed(seed);
        let epoch = sampler.epoch(epoch).unwrap();
        let mut rows = epoch.batches().concat();
        rows.extend(epoch.skipped());
        rows.sort_unstable();
        prop_assert_eq!(rows, (0..lengths.len()).collect::<Vec<_>>());
        prop_assert!(epoch.batches().iter().all(|batch| !batch.is_empty()));
        for row in epoch.skipped() {
            let skips = match &rule {
                SampleRule::Budget(budget) => budget.batches(&lengths, &[*row]).unwrap().is_empty(),
                SampleRule::Buckets(buckets) => buckets.bucket_of(lengths[*row]).is_none(),
                _ => false,
            };
            prop_assert!(skips);
        }
    }

    #[test]
    fn no_batch_is_over_the_budget(
        lengths in lengths(), tokens in 24_usize..90, rows in some(1..9), multiple in some(1..6), seed: u64,
    ) {
        let budget = TokenBudget::tokens(tokens).max_rows(rows).multiple_of(multiple.get());
        let epoch = LengthSampler::new(lengths.clone(), budget).seed(seed).epoch(0).unwrap();
        for batch in epoch.batches() {
            let longest = batch.iter().map(|&row| lengths[row]).max().unwrap();
            prop_assert!(batch.len() * longest <= tokens && batch.len() <= rows.get());
        }
    }

    #[test]
    fn the_rows_of_a_bucket_fit_its_bound_and_budget(lengths in lengths(), tokens in 24_usize..90, seed: u64) {
        let buckets = LengthBuckets::within([3, 8, 24], tokens).unwrap();
        for batch in LengthSampler::new(lengths.clone(), buckets.clone()).seed(seed).epoch(3).unwrap() {
            let bucket = buckets.bucket_of(lengths[batch[0]]).unwrap();
            prop_assert!(batch.iter().all(|&row| buckets.bucket_of(lengths[row]) == Some(bucket)));
            prop_assert!(batch.len() * buckets.bounds()[bucket] <= tokens);
        }
    }

    #[test]
    fn shards_are_disjoint_and_equally_long(
        lengths in lengths(), rule in rules(), ranks in 1_usize..7, repeat: bool, epoch in 0_u64..9,
    ) {
        let sampler = LengthSampler::new(lengths, rule).seed(1);
        let all = sampler.epoch(epoch).unwrap().batches().to_vec();
        let uneven = if repeat { UnevenShards::Repeat } else { UnevenShards::Drop };
        let shards: Vec<Vec<Vec<usize>>> = (0..ranks)
            .map(|rank| sampler.clone().shard(Shard::new(rank, ranks).unwrap().uneven(uneven)))
            .map(|sampler| sampler.epoch(epoch).unwrap().batches().to_vec())
            .collect();
        let each = if repeat { all.len().div_ceil(ranks) } else { all.len() / ranks };
        prop_assert!(shards.iter().all(|shard| shard.len() == each));
        let given: BTreeSet<&Vec<usize>> = shards.iter().flatten().collect();
        if repeat {
            prop_assert_eq!(given.len(), all.len());
        } else {
            prop_assert_eq!(given.len(), each * ranks);
        }
    }

    #[test]
    fn an_epoch_goes_on_where_it_was_left(lengths in lengths(), rule in rules(), part in 0.0_f64..=1.0, seed: u64) {
        let sampler = LengthSampler::new(lengths, rule).seed(seed);
        let all = sampler.epoch(5).unwrap();
        let mut batches = all.clone().into_iter();
        let taken: Vec<_> = batches.by_ref().take((all.len() as f64 * part) as usize).collect();
        let state = serde_json::from_str(&serde_json::to_string(&batches.state()).unwrap()).unwrap();
        let rest: Vec<_> = sampler.resume(state).unwrap().collect();
        prop_assert_eq!([taken, rest].concat(), all.batches());
    }

    #[test]
    fn restored_values_stand_where_their_rows_do(order in Just((0..40_usize).collect::<Vec<_>>()).prop_shuffle()) {
        let restored = restore_order(&order, order.clone()).unwrap();
        prop_assert_eq!(restored, (0..40).collect::<Vec<_>>());
    }

    #[test]
    fn suggested_buckets_leave_the_least_padding(
        lengths in proptest::collection::vec(0_usize..12, 1..40), count in 1_usize..6,
    ) {
        let distinct: Vec<usize> = lengths.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
        let bounds = suggest_buckets(&lengths, count).unwrap();
        prop_assert!(bounds.len() <= count && bounds.windows(2).all(|pair| pair[0] < pair[1]));
        prop_assert_eq!(padding(&bounds, &lengths), least_padding(&distinct, &lengths, count));
    }

    #[test]
    fn windows_cover_a_sequence_and_share_the_overlap(
        length in 0_usize..60, max in 1_usize..20, overlap in 0_usize..19, left: bool,
    ) {
        let side = if left { Side::Left } else { Side::Right };
        let overlap = overlap.min(max - 1);
        let windows = Truncation::new(max).overlap(overlap).side(side).windows(length).unwrap();
        let covered: BTreeSet<usize> = windows.iter().cloned().flatten().collect();
        prop_assert_eq!(covered.len(), length);
        for pair in windows.windows(2) {
            prop_assert_eq!(pair[0].len(), max);
            let shared = pair[1].clone().filter(|at| pair[0].contains(at)).count();
            prop_assert!(shared == overlap && pair[1].len() > overlap);
        }
    }

    #[test]
    fn a_pair_is_cut_to_the_length_and_no_further(
        first in 0_usize..20, second in proptest::option::of(0_usize..20), max in 0_usize..30, cut in 0_usize..3,
    ) {
        let cut = [PairCut::LongestFirst, PairCut::OnlyFirst, PairCut::OnlySecond][cut];
        let total = first + second.unwrap_or(0);
        match Truncation::new(max).cut(cut).pair_lengths(first, second) {
            Ok((kept, kept_second)) => {
                prop_assert_eq!(kept + kept_second.unwrap_or(0), total.min(max));
                prop_assert!(kept <= first && kept_second.is_some() == second.is_some());
                prop_assert!(cut != PairCut::OnlyFirst || max == 0 || kept_second == second);
                prop_assert!(cut != PairCut::OnlySecond || max == 0 || kept == first);
            }
            Err(error) => prop_assert!(cut != PairCut::LongestFirst && total > max, "{error}"),
        }
    }

    #[test]
    fn packed_rows_come_back_and_their_masks_are_those_of_the_segments(
        rows in proptest::collection::vec(proptest::collection::vec(any::<i32>(), 0..5), 0..6),
    ) {
        let packed = Ragged::from_rows(&rows);
        let segments = &packed.partitions()[0];
        for (index, row) in rows.iter().enumerate() {
            prop_assert_eq!(packed.row(index).unwrap(), &row[..]);
        }
        let (ids, positions) = (segments.segment_ids::<i64>().unwrap(), segments.position_ids::<i64>(0).unwrap());
        prop_assert_eq!(segments.labels(packed.values(), -100).unwrap().len(), ids.len());
        let diagonal = segments.mask_block_diagonal().unwrap();
        let causal = segments.mask_block_causal().unwrap();
        for ((query, key), &may) in diagonal.indexed_iter() {
            prop_assert_eq!(may, ids[query] == ids[key]);
            prop_assert_eq!(causal[[query, key]], may && positions[key] <= positions[query]);
        }
        let is_start = segments.labels(packed.values(), i32::MIN).unwrap();
        for (at, &position) in positions.iter().enumerate() {
            prop_assert!(position != 0 || is_start[at] == i32::MIN);
        }
    }

    #[test]
    fn padded_images_come_back_and_all_else_is_fill(
        sizes in proptest::collection::vec((0_usize..6, 0_usize..6), 1..5),
        multiple in 1_u32..5, center: bool, last: bool, channels in 1_usize..4,
    ) {
        let layout = if last { Layout::Nhwc } else { Layout::Nchw };
        let of_size = |(index, &(height, width)): (usize, &(usize, usize))| {
            let shape = if last { [height, width, channels] } else { [channels, height, width] };
            Array3::from_shape_fn(shape, |(a, b, c)| (index * 1000 + a * 100 + b * 10 + c) as i32)
        };
        let images: Vec<_> = sizes.iter().enumerate().map(of_size).collect();
        let views: Vec<ArrayView3<'_, i32>> = images.iter().map(|image| image.view()).collect();
        let fills: Vec<i32> = (0..channels).map(|channel| -1 - channel as i32).collect();
        let padded = ImagePadding::per_channel(fills)
            .layout(layout)
            .anchor(if center { Anchor::Center } else { Anchor::TopLeft })
            .multiple_of(multiple as usize)
            .pad(&views)
            .unwrap();
        let mask = padded.mask_pad();
        let data = layout.permute(padded.data(), Layout::Nhwc);
        for (index, image) in images.iter().enumerate() {
            prop_assert_eq!(padded.image(index).unwrap(), image);
        }
        for ((index, y, x, channel), &value) in data.indexed_iter() {
            prop_assert_eq!(mask[[index, y, x]], value < 0);
            prop_assert!(value >= 0 || value == -1 - channel as i32);
        }
        prop_assert!(mask.shape()[1..].iter().all(|side| side % multiple as usize == 0));
    }
}
