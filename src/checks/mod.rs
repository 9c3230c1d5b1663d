//! Checks of a dataset as a whole, from labels, splits, names and measured properties alone: pure functions
//! on slices, whose results the validator turns into findings.

mod class_balance;
mod entropy;
mod group_leakage;
mod label_information;
mod order_dependence;
mod outliers;
mod robust_scale;
mod split_classes;

pub(crate) use class_balance::{ClassBalance, class_counts, small_classes};
pub(crate) use group_leakage::{GroupLeak, SplitMembers, group_leakage};
pub(crate) use label_information::label_information;
pub(crate) use order_dependence::order_dependence;
pub(crate) use outliers::{Outlier, outliers};
pub(crate) use split_classes::{MissingClass, is_training, missing_classes};
