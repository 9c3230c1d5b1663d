//! Lines of text to padded batches, and on to a transformer encoder:
//! `cargo run --release -p pad_sequences [-- DEVICE]`.

use burn::data::dataloader::DataLoaderBuilder;
use burn::data::dataset::InMemDataset;
use burn::nn::transformer::{TransformerEncoderConfig, TransformerEncoderInput};
use burn::nn::{Embedding, EmbeddingConfig};
use burn_prep::Result;
use burn_prep::batch::CollatedBatch;
use burn_prep::batch::{PlannedBatcher, PlannedDataset};
use burn_prep::collate::Field;
use burn_prep::order::length::{LengthSampler, PaddingStats, RowOrder, TokenBudget};
use burn_prep::prelude::*;
use burn_prep::ragged_tensor::masked_mean_rows;
use tokenizers::models::TrainerWrapper;
use tokenizers::models::bpe::{BPE, BpeTrainer};
use tokenizers::pre_tokenizers::whitespace::Whitespace;
use tokenizers::{AddedToken, Tokenizer};

const LINES: [&str; 8] = [
    "A batch is a rectangle.",
    "Rows of text are not: one is short,",
    "and the next one goes on and on until somebody cuts it off or pads all the others to its length.",
    "Padding is not data.",
    "The mask says which tokens are real, and it is made of the lengths,",
    "because a real token may well have the number of the padding.",
    "Short rows go together,",
    "so that little is padded.",
];

const PAD: &str = "[PAD]";
const WIDTH: usize = 32; // of a vector for a token

fn main() -> Result<(), Box<dyn std::error::Error + Send + Sync>> {
    let device = std::env::args().nth(1).unwrap_or("cpu".to_owned()).parse::<DeviceSpec>()?.init()?;

    // Text to token ids. A program loads its model's file instead: Tokenizer::from_file("tokenizer.json").
    let mut tokenizer = Tokenizer::new(BPE::default());
    tokenizer.with_pre_tokenizer(Some(Whitespace {}));
    let special = vec![AddedToken::from(PAD, true), AddedToken::from("[UNK]", true)];
    let trainer = BpeTrainer::builder().vocab_size(200).show_progress(false).special_tokens(special).build();
    tokenizer.train(&mut TrainerWrapper::from(trainer), LINES.iter())?;
    let pad = i32::try_from(tokenizer.token_to_id(PAD).ok_or("the vocabulary has no padding")?)?;

    let mut rows = Vec::new();
    for (index, encoding) in tokenizer.encode_batch(LINES.to_vec(), true)?.into_iter().enumerate() {
        let ids = encoding.get_ids().iter().map(|id| i32::try_from(*id)).collect::<Result<Vec<_>, _>>()?;
        // What a language model predicts at each token is the next one; nothing behind the last.
        let next = ids.iter().skip(1).copied().chain([-100]).collect::<Vec<_>>();
        rows.push(Record::new().with("input_ids", ids).with("labels", next).at_index(index));
    }
    let lengths: Vec<usize> = rows.iter().map(|row| row.get("input_ids").map_or(0, Field::len)).collect();
    println!(
        "{} lines of {lengths:?} tokens, {} in the vocabulary",
        rows.len(),
        tokenizer.get_vocab_size(true)
    );

    // Batches of at most 96 tokens with their padding, rows of like length together.
    let padding = Padding::new(pad).multiple_of(8).cap(64);
    let widths = padding.widths(&lengths)?;
    let sampler = LengthSampler::new(widths, TokenBudget::tokens(96)).order(RowOrder::ByLength).seed(7);
    let epoch = sampler.epoch(0)?;
    let width = |longest: usize| padding.width(longest).unwrap_or(longest);
    let stats = PaddingStats::of_batches_with(&lengths, epoch.batches(), width)?;
    println!(
        "{} batches, {:.0} % of what they hold is real",
        epoch.batches().len(),
        100.0 * stats.efficiency()
    );

    let collator = Collator::new()
        .pad("input_ids", padding)
        .labels("labels", Padding::new(-100))
        .width_of("labels", "input_ids")
        .mask_pad("mask_pad", "input_ids")
        .position_ids("position_ids", "input_ids", 0, 0);
    let loader = DataLoaderBuilder::<Vec<Record>, Result<CollatedBatch>>::new(PlannedBatcher::new(collator))
        .batch_size(1)
        .set_device(device.clone())
        .build(PlannedDataset::new(InMemDataset::new(rows), epoch)?);

    let tokens: Embedding = EmbeddingConfig::new(tokenizer.get_vocab_size(true), WIDTH).init(&device);
    let positions: Embedding = EmbeddingConfig::new(64, WIDTH).init(&device);
    let encoder = TransformerEncoderConfig::new(WIDTH, 64, 4, 2).init(&device);
    for batch in loader.iter() {
        let batch = batch??;
        let (ids, mask) = (batch.int::<2>("input_ids")?, batch.bool::<2>("mask_pad")?);
        let vectors = tokens.forward(ids.clone()) + positions.forward(batch.int::<2>("position_ids")?);
        let encoded = encoder.forward(TransformerEncoderInput::new(vectors).mask_pad(mask.clone()));
        let lines = masked_mean_rows(encoded, mask)?.squeeze_dim::<2>(1); // a vector for each line
        println!(
            "lines {:?}: ids {:?}, labels {:?}, {} real tokens, vectors {:?}",
            batch.indices().iter().flatten().collect::<Vec<_>>(),
            ids.dims(),
            batch.int::<2>("labels")?.dims(),
            batch.extents("input_ids")?.real_items(),
            lines.dims(),
        );
    }
    Ok(())
}
