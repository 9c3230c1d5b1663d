//! Paths with points, into records and lists: `question.input_ids`, `pair.0`.

/// What a path may lead through.
pub(super) trait Nested {
    /// The field of that name, or the item at that place.
    fn child(&self, name: &str) -> Option<&Self>;
}

/// What a path leads to from a root's fields. A name with points in it goes before a path.
pub(super) fn find<'a, T: Nested>(child: &dyn Fn(&str) -> Option<&'a T>, path: &str) -> Option<&'a T> {
    if let Some(found) = child(path) {
        return Some(found);
    }
    path.match_indices('.').find_map(|(at, _)| {
        let inside = child(&path[..at])?;
        find(&|name| inside.child(name), &path[at + 1..])
    })
}
