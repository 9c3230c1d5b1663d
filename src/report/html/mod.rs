//! A report as one HTML page.

mod check_section;
mod class_bars;
mod dataset_section;
mod escape;
mod gallery;
mod histogram;
mod html_report;
mod leaks;
mod listing;
mod mean_images;
mod navigation;
mod number;
mod page;
mod pictures;
mod section;
mod ticks;
mod waived;

pub use histogram::PropertyHistogram;
pub use html_report::HtmlReport;
pub use pictures::Thumbnails;
