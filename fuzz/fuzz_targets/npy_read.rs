//! Whatever the bytes, reading them as NumPy's files gives arrays or errors.
#![no_main]

use std::io::Cursor;

use burn::tensor::{DType, bf16};
use burn_prep::npy::{self, NpzReader, ReadOptions};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let options = ReadOptions::new().assume(DType::BF16).max_bytes(1 << 20);
    if let Ok(array) = options.read(bytes) {
        // What was read can be written, and reads back as the same.
        let mut written = Vec::new();
        npy::write_any(&mut written, &array).unwrap();
        let again = options.read(written.as_slice()).unwrap();
        assert_eq!(again.shape(), array.shape());
        let mut twice = Vec::new();
        npy::write_any(&mut twice, &again).unwrap();
        assert_eq!(written, twice);
    }
    let _ = npy::read(bytes);
    let _ = npy::view::<f32>(bytes);
    let _ = npy::view::<u8>(bytes);
    let _ = npy::view::<bool>(bytes);
    let _ = npy::view::<bf16>(bytes);
    if let Ok(archive) = NpzReader::new(Cursor::new(bytes)) {
        let _ = archive.options(options).read_all();
    }
});
