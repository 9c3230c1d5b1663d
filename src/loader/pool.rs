//! Buffers of batches, used again.

use std::sync::{Arc, Mutex, PoisonError};

use crate::memory;

/// Buffers of batches that were given back. Memory that is fresh from the system costs more than what is written to it.
#[derive(Debug, Default)]
pub(super) struct Pool {
    free: Mutex<Vec<Vec<u32>>>,
}

/// Buffers that are kept while nobody uses them.
const MOST_FREE: usize = 8;

impl Pool {
    /// A buffer of so many words, of any content; `None` where memory has no room for it.
    pub(super) fn take(&self, words: usize) -> Option<Vec<u32>> {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        match free.iter().position(|buffer| buffer.len() == words) {
            Some(at) => Some(free.remove(at)),
            None => memory::repeated(&0, words),
        }
    }

    /// The bytes of a buffer, which comes back when the last who has them lets them go.
    pub(super) fn lend(self: &Arc<Self>, words: Vec<u32>, bytes: usize) -> bytes::Bytes {
        bytes::Bytes::from_owner(Lent { words, bytes, pool: self.clone() })
    }

    fn give_back(&self, words: Vec<u32>) {
        let mut free = self.free.lock().unwrap_or_else(PoisonError::into_inner);
        // The oldest goes: in time those of a size that comes no more.
        if free.len() == MOST_FREE {
            free.remove(0);
        }
        free.push(words);
    }
}

/// A buffer that somebody has.
struct Lent {
    words: Vec<u32>,
    bytes: usize,
    pool: Arc<Pool>,
}

impl AsRef<[u8]> for Lent {
    fn as_ref(&self) -> &[u8] {
        &bytemuck::cast_slice(&self.words)[..self.bytes]
    }
}

impl Drop for Lent {
    fn drop(&mut self) {
        self.pool.give_back(std::mem::take(&mut self.words));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_comes_back_when_the_last_lets_it_go() {
        let pool = Arc::new(Pool::default());
        let words = pool.take(1000).unwrap();
        let address = words.as_ptr();
        let lent = pool.lend(words, 3999);
        let part = lent.slice(7..9);
        assert_eq!(lent.len(), 3999);
        drop(lent);
        let other = pool.take(1000).unwrap();
        assert_ne!(other.as_ptr(), address);
        drop(part);
        let again = pool.take(1000).unwrap();
        assert_eq!(again.as_ptr(), address);
        assert!(pool.take(usize::MAX).is_none());
    }
}
