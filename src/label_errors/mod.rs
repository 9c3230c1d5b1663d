//! Labels that are probably wrong, found from the probabilities that a model gives to the classes.
//!
//! [`LabelErrors::find`] is confident learning (Northcutt, Jiang and Chuang, "Confident learning: estimating
//! uncertainty in dataset labels", JAIR 70, 2021), with the scores and the ways of flagging of the Python
//! package cleanlab. Use it with probabilities of a model that did not see the sample in training, as from
//! cross-validation: a model repeats the labels that it has learnt, wrong ones too.
//!
//! ```
//! use burn_prep::label_errors::{FilterBy, LabelErrors};
//! use ndarray::array;
//!
//! let labels = [0, 0, 0, 1, 1, 1];
//! let probabilities = array![[0.9, 0.1], [0.8, 0.2], [0.1, 0.9], [0.1, 0.9], [0.2, 0.8], [0.3, 0.7]];
//! let errors = LabelErrors::find(&labels, probabilities.view(), FilterBy::default())?;
//! assert_eq!(errors.flags, [false, false, true, false, false, false]);
//! let wrong = errors.scores[2];
//! assert_eq!((wrong.label, wrong.predicted, wrong.self_confidence), (0, 1, 0.1));
//! # Ok::<(), burn_prep::Error>(())
//! ```

mod confident_joint;
mod filter_by;
#[allow(clippy::module_inception)]
mod label_errors;
mod label_quality;
mod predictions;
mod pruning;
mod thresholds;

pub use confident_joint::ConfidentJoint;
pub use filter_by::FilterBy;
pub use label_errors::LabelErrors;
pub use label_quality::LabelQuality;
pub use thresholds::ConfidentThresholds;
