//! The architecture: a module uses only those that `src/lib.rs` declares before it.

use std::path::Path;

use crate::support::{files_below, root};

#[test]
fn modules_use_only_modules_above_them() {
    let lib = std::fs::read_to_string(root().join("src/lib.rs")).unwrap();
    let declared = |line: &str| {
        let name = line.strip_prefix("pub ").unwrap_or(line).strip_prefix("mod ")?.strip_suffix(';')?;
        Some(name.to_owned())
    };
    let order: Vec<String> = lib.lines().filter_map(declared).collect();
    assert!(order.len() >= 12, "{order:?}");
    let rank = |module: &str| order.iter().position(|name| name == module);

    let (mut files, mut edges) = (0, 0);
    for (position, module) in order.iter().enumerate() {
        for file in files_of(&root().join("src"), module) {
            files += 1;
            let text = std::fs::read_to_string(&file).unwrap();
            // Links of the documentation may point anywhere.
            let code = |line: &&str| !line.trim_start().starts_with("//");
            let text: String = text.lines().filter(code).flat_map(|line| [line, "\n"]).collect();
            for used in text.split("crate::").skip(1) {
                let name: String = used.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
                let target = rank(&name).unwrap_or_else(|| panic!("{}: crate::{name}?", file.display()));
                edges += 1;
                assert!(
                    target <= position,
                    "{}: {module} uses {name}, which src/lib.rs declares below it",
                    file.display()
                );
            }
        }
    }
    assert!(files >= 40 && edges >= 80, "looked at {files} files, {edges} edges");
}

#[test]
fn unsafe_code_is_in_the_files_that_are_named() {
    let mut allowed = files_below(&root().join("src"));
    allowed.retain(|path| std::fs::read_to_string(path).unwrap().contains("(unsafe_code)"));
    assert_eq!(
        allowed,
        [
            "src/arrays/pack.rs",
            "src/dlpack/raw.rs",
            "src/images/jpeg/turbo.rs",
            "src/loader/slots.rs",
            "src/memory.rs",
            "src/npy/mapped.rs",
            "src/simd.rs",
            "src/transform/avx2.rs",
        ]
        .map(|file| root().join(file))
    );
}

fn files_of(src: &Path, module: &str) -> Vec<std::path::PathBuf> {
    let single = src.join(format!("{module}.rs"));
    if single.is_file() {
        return vec![single];
    }
    files_below(&src.join(module))
}
