//! Checks of a dataset as a whole, from labels, splits, names, measured properties and features alone: pure
//! functions, whose results the validator turns into findings.

mod class_balance;
mod connected;
mod entropy;
mod feature_duplicates;
mod feature_outliers;
mod group_leakage;
mod label_information;
mod nearest_rows;
mod neighbor_labels;
mod order_dependence;
mod outliers;
mod quantile;
mod robust_scale;
mod split_classes;

pub(crate) use class_balance::{ClassBalance, class_counts, small_classes};
pub(crate) use connected::Connected;
pub use feature_duplicates::FeatureCluster;
pub(crate) use feature_duplicates::feature_duplicates;
pub(crate) use feature_outliers::feature_outliers;
pub(crate) use group_leakage::{GroupLeak, SplitMembers, group_leakage};
pub(crate) use label_information::label_information;
pub(crate) use nearest_rows::NearestRows;
pub(crate) use neighbor_labels::neighbor_shares;
pub(crate) use order_dependence::order_dependence;
pub(crate) use outliers::{Outlier, outliers};
pub(crate) use quantile::quantile;
pub(crate) use split_classes::{MissingClass, is_training, missing_classes};
