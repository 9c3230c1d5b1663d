//! What a newcomer meets: modules, `Error`, `Result` and the prelude at the root, and few names in the prelude.

use crate::support::root;

/// The names that a file's `pub use` lines and `pub mod` lines bring.
fn public_names(file: &str) -> (Vec<String>, Vec<String>) {
    let text = std::fs::read_to_string(root().join(file)).unwrap();
    let code: String =
        text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n");
    let (mut uses, mut modules) = (Vec::new(), Vec::new());
    for statement in code.split(';') {
        let statement = statement.trim();
        if let Some((_, path)) = statement.split_once("pub use ") {
            let names = path.rsplit_once("::").map_or(path, |(_, names)| names);
            uses.extend(names.trim_matches(['{', '}']).split(',').map(|name| name.trim().to_owned()));
        }
        if let Some((_, name)) = statement.rsplit_once("pub mod ") {
            modules.push(name.to_owned());
        }
    }
    uses.retain(|name| !name.is_empty());
    (uses, modules)
}

#[test]
fn at_the_root_stand_modules_error_and_result() {
    let (uses, modules) = public_names("src/lib.rs");
    assert_eq!(uses, ["Error", "Result"]);
    assert!((15..=30).contains(&modules.len()), "{modules:?}");
    let text = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let items = [
        "pub fn",
        "pub struct",
        "pub enum",
        "pub trait",
        "pub type",
        "pub const",
        "pub static",
        "macro_export",
    ];
    let found: Vec<&str> = items.into_iter().filter(|item| text.contains(item)).collect();
    assert_eq!(found, ["pub struct"], "only the hidden `Documents`, for the documents' examples");
}

#[test]
fn the_prelude_is_small_and_names_no_crate() {
    let (uses, modules) = public_names("src/prelude.rs");
    assert!((20..=30).contains(&uses.len()), "{} names: {uses:?}", uses.len());
    assert!(modules.is_empty());
    assert!(
        uses.iter().all(|name| name.starts_with(char::is_uppercase)),
        "a module, crate or function: {uses:?}"
    );
}
