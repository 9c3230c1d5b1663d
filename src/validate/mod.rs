//! Validation of image folders: finds files that are unreadable, damaged, misnamed or of unusual size.

mod checks;
mod validator;

pub use validator::Validator;
