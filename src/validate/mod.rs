//! Finding out what is wrong with a folder of images.

mod checks;
mod validator;

pub use validator::Validator;
