//! A convolutional network of four layers, and how Burn's `Learner` trains it with batches of images.

use burn::module::Module;
use burn::nn::conv::{Conv2d, Conv2dConfig};
use burn::nn::loss::CrossEntropyLossConfig;
use burn::nn::pool::{MaxPool2d, MaxPool2dConfig};
use burn::nn::{GroupNorm, GroupNormConfig, Linear, LinearConfig, PaddingConfig2d};
use burn::tensor::activation::relu;
use burn::tensor::{Device, Tensor};
use burn::train::{ClassificationOutput, InferenceStep, TrainOutput, TrainStep};
use burn_prep::batch::ImageBatch;

/// The side of the images that go in.
pub(crate) const SIDE: u32 = 32;

#[derive(Module, Debug)]
pub(crate) struct Classifier {
    layers: Vec<(Conv2d, GroupNorm)>,
    halve: MaxPool2d,
    output: Linear,
}

impl Classifier {
    pub(crate) fn new(classes: usize, device: &Device) -> Self {
        let layer = |channels: [usize; 2]| {
            let conv = Conv2dConfig::new(channels, [3, 3]).with_padding(PaddingConfig2d::Same).init(device);
            (conv, GroupNormConfig::new(4, channels[1]).init(device))
        };
        Self {
            layers: [[3, 16], [16, 32], [32, 64], [64, 64]].map(layer).into(),
            halve: MaxPool2dConfig::new([2, 2]).with_strides([2, 2]).init(),
            output: LinearConfig::new(64, classes).init(device),
        }
    }

    /// Images `[N, 3, 32, 32]` to a score for each class, `[N, classes]`.
    pub(crate) fn forward(&self, images: Tensor<4>) -> Tensor<2> {
        // Each layer halves the sides: `[N, 64, 2, 2]` comes out.
        let features = self.layers.iter().fold(images, |images, (conv, norm)| {
            self.halve.forward(relu(norm.forward(conv.forward(images))))
        });
        // Where in the image a feature was found does not matter.
        self.output.forward(features.mean_dims(&[2, 3]).flatten(1, 3))
    }

    fn classify(&self, batch: ImageBatch) -> ClassificationOutput {
        let labels = batch.labels.expect("the images have classes: `parts` refuses others");
        // Burn's metrics compare the labels with its `argmax`, which has the device's own type of integer.
        let labels = labels.cast(batch.images.device().settings().int_dtype);
        let scores = self.forward(batch.images);
        let loss = CrossEntropyLossConfig::new().init(&scores.device());
        let loss = loss.forward(scores.clone(), labels.clone());
        ClassificationOutput::new(loss, scores, labels)
    }
}

impl TrainStep for Classifier {
    type Input = ImageBatch;
    type Output = ClassificationOutput;

    fn step(&self, batch: ImageBatch) -> TrainOutput<ClassificationOutput> {
        let output = self.classify(batch);
        TrainOutput::new(self, output.loss.backward(), output)
    }
}

impl InferenceStep for Classifier {
    type Input = ImageBatch;
    type Output = ClassificationOutput;

    fn step(&self, batch: ImageBatch) -> ClassificationOutput {
        self.classify(batch)
    }
}
