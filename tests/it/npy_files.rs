//! NumPy's files: what is written is read, by us and by NumPy; what is broken is an error.

use burn_prep::arrays::CastArray;
use std::io::Cursor;
use std::path::Path;

use burn_prep::arrays::ArrayElement;
use burn_prep::arrays::DType;
use burn_prep::npy::{self, Appender, NpzReader, NpzWriter, ReadOptions, WriteOptions};
use half::{bf16, f16};
use ndarray::{Array, Array2, ArrayD, ArrayViewD, Axis, IxDyn, Slice};
use proptest::prelude::*;

use crate::support::{root, say};

/// An element with any bits: every NaN, both zeros.
trait FromBits: ArrayElement {
    fn from_bits_of(bits: u64) -> Self;
}

macro_rules! from_bits {
    ($($type:ty: $make:expr;)*) => {$(
        impl FromBits for $type {
            fn from_bits_of(bits: u64) -> Self {
                $make(bits)
            }
        }
    )*};
}

from_bits! {
    f64: f64::from_bits;
    f32: |bits| f32::from_bits(bits as u32);
    f16: |bits| f16::from_bits(bits as u16);
    bf16: |bits| bf16::from_bits(bits as u16);
    i64: |bits| bits as i64;
    i32: |bits| bits as i32;
    i16: |bits| bits as i16;
    i8: |bits| bits as i8;
    u64: |bits| bits;
    u32: |bits| bits as u32;
    u16: |bits| bits as u16;
    u8: |bits| bits as u8;
    bool: |bits| bits & 1 == 1;
}

/// Calls a generic function for every element type.
macro_rules! for_every_dtype {
    ($function:ident($($argument:expr),*)) => {{
        $function::<f64>($($argument),*);
        $function::<f32>($($argument),*);
        $function::<f16>($($argument),*);
        $function::<bf16>($($argument),*);
        $function::<i64>($($argument),*);
        $function::<i32>($($argument),*);
        $function::<i16>($($argument),*);
        $function::<i8>($($argument),*);
        $function::<u64>($($argument),*);
        $function::<u32>($($argument),*);
        $function::<u16>($($argument),*);
        $function::<u8>($($argument),*);
        $function::<bool>($($argument),*);
    }};
}

fn random<E: FromBits>(shape: &[usize], seed: u64) -> ArrayD<E> {
    let mut state = seed;
    Array::from_shape_simple_fn(IxDyn(shape), || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        E::from_bits_of(state ^ state >> 33)
    })
}

/// Equal shapes and equal bits: NaN is the same NaN.
fn assert_same<E: ArrayElement>(found: ArrayViewD<'_, E>, expected: ArrayViewD<'_, E>) {
    assert_eq!(found.shape(), expected.shape());
    let bits = |view: ArrayViewD<'_, E>| {
        view.iter().flat_map(|e| bytemuck::bytes_of(e).to_vec()).collect::<Vec<_>>()
    };
    assert!(bits(found) == bits(expected), "{}: other bits", E::NAME);
}

fn reader() -> ReadOptions {
    ReadOptions::new().assume(DType::BF16)
}

fn roundtrip<E: FromBits>(shape: &[usize], seed: u64, options: WriteOptions, step: isize, folder: &Path) {
    let array = random::<E>(shape, seed);
    let mut view = array.view();
    if step < 0 {
        view = view.reversed_axes();
    }
    view.slice_each_axis_inplace(|_| Slice::new(0, None, step));
    let mut bytes = Vec::new();
    options.write(&mut bytes, view.view()).unwrap();
    let read = reader().read(bytes.as_slice()).unwrap().into_array::<E>().unwrap();
    assert_same(read.view(), view.view());
    // A file, whose length is known, is read another way.
    let path = folder.join("roundtrip.npy");
    options.write_file(&path, view.view()).unwrap();
    assert!(std::fs::read(&path).unwrap() == bytes);
    let read = reader().read_file(&path).unwrap();
    assert_same(read.view::<E>().unwrap(), view.view());
    // So is what reading gave, whatever its strides.
    let mut again = Vec::new();
    options.write_any(&mut again, &read).unwrap();
    assert!(again == bytes, "{}", E::NAME);
}

fn appended<E: FromBits>(inner: &[usize], rows: usize, cuts: &[usize], seed: u64, folder: &Path) {
    let array = random::<E>(&[&[rows], inner].concat(), seed);
    let path = folder.join("appended.npy");
    let mut file = Appender::<E>::overwrite(&path, inner).unwrap();
    let mut done = 0;
    for (number, cut) in cuts.iter().copied().chain([rows]).enumerate() {
        let cut = cut.clamp(done, rows);
        file.append(array.slice_axis(Axis(0), Slice::from(done..cut))).unwrap();
        done = cut;
        match number % 3 {
            0 => file.flush().unwrap(),
            1 => {
                file.finish().unwrap();
                let read = reader().read_file(&path).unwrap().into_array::<E>().unwrap();
                assert_same(read.view(), array.slice_axis(Axis(0), Slice::from(0..done)));
                file = Appender::open(&path, inner).unwrap();
            }
            _ => {}
        }
    }
    assert_eq!(file.finish().unwrap(), rows);
    let mut whole = Vec::new();
    npy::write(&mut whole, array.view()).unwrap();
    assert!(std::fs::read(&path).unwrap() == whole, "{}: not the file written at once", E::NAME);
}

/// What headers are made of, and what stands near to it.
const WORDS: [&str; 26] = [
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ",",
    ":",
    "'",
    "\"",
    "\\",
    "'descr'",
    "'<f4'",
    "'shape'",
    "\"fortran_order\"",
    "True",
    "False",
    "12",
    "0",
    "L",
    " ",
    "u",
    "-",
    ".5",
    "é",
    "'descr':'|u1','fortran_order':False,'shape':(",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn what_is_written_is_read(
        shape in prop::collection::vec(0_usize..6, 0..5),
        seed: u64,
        fortran_order: bool,
        big_endian: bool,
        step in prop::sample::select(vec![1_isize, 2, -1, -2]),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let options = WriteOptions::new().fortran_order(fortran_order).big_endian(big_endian);
        for_every_dtype!(roundtrip(&shape, seed, options, step, folder.path()));
    }

    #[test]
    fn batches_make_the_file_that_is_written_at_once(
        inner in prop::collection::vec(0_usize..4, 0..4),
        rows in 0_usize..40,
        cuts in prop::collection::vec(0_usize..40, 0..6),
        seed: u64,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut cuts = cuts;
        cuts.sort_unstable();
        for_every_dtype!(appended(&inner, rows, &cuts, seed, folder.path()));
    }

    #[test]
    fn archives_give_back_what_was_put_in(
        shapes in prop::collection::vec(prop::collection::vec(0_usize..6, 0..4), 0..5),
        seed: u64,
        compressed: bool,
    ) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("archive.npz");
        let arrays: Vec<_> = shapes.iter().map(|shape| random::<u16>(shape, seed)).collect();
        let mut archive = NpzWriter::create(&path).unwrap().compressed(compressed);
        for (number, array) in arrays.iter().enumerate() {
            archive.write(&format!("folder/arr_{number}"), array.view()).unwrap();
        }
        archive.finish().unwrap();
        let read = npy::read_npz(&path).unwrap();
        prop_assert_eq!(read.len(), arrays.len());
        for (number, ((name, read), array)) in read.iter().zip(&arrays).enumerate() {
            prop_assert_eq!(name, &format!("folder/arr_{number}"));
            assert_same(read.view::<u16>().unwrap(), array.view());
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn text_in_place_of_a_header_never_panics(
        words in prop::collection::vec(prop::sample::select(WORDS.to_vec()), 0..8),
    ) {
        let text = format!("{{'descr':{}", words.concat());
        let mut bytes = b"\x93NUMPY\x01\x00".to_vec();
        bytes.extend((text.len() as u16).to_le_bytes());
        bytes.extend(text.as_bytes());
        let _ = npy::read(bytes.as_slice());
    }
}

#[test]
fn every_prefix_and_every_changed_byte_is_an_array_or_an_error() {
    let mut bytes = Vec::new();
    npy::write(&mut bytes, Array2::<u16>::ones([3, 5]).view()).unwrap();
    for length in 0..bytes.len() {
        let error = npy::read(&bytes[..length]).unwrap_err().to_string();
        assert!(error.starts_with("truncated: "), "{length}: {error}");
        assert!(npy::view::<u16>(&bytes[..length]).is_err());
    }
    let options = ReadOptions::new().max_bytes(1 << 20);
    let mut errors = 0;
    for place in 0..bytes.len() {
        for change in [1, 0x20, 0x80] {
            let mut changed = bytes.clone();
            changed[place] ^= change;
            errors += usize::from(options.read(changed.as_slice()).is_err());
        }
    }
    assert!(errors > 200, "{errors}");
}

#[test]
fn a_damaged_archive_is_an_error_with_the_name_of_the_array() {
    let folder = tempfile::tempdir().unwrap();
    for compressed in [false, true] {
        let path = folder.path().join("damaged.npz");
        let mut archive = NpzWriter::create(&path).unwrap().compressed(compressed);
        archive.write("a", Array::from_iter(0..1000_i32).view()).unwrap();
        archive.finish().unwrap();
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[700] ^= 1;
        std::fs::write(&path, &bytes).unwrap();
        let error = npy::read_npz(&path).unwrap_err();
        assert!(error.is_data(), "{error}");
        assert!(error.path().unwrap().ends_with("damaged.npz/a.npy"), "{error}");
        let mut archive = NpzReader::open(&path).unwrap();
        let error = archive.read("b").unwrap_err();
        assert!(error.to_string().ends_with("damaged.npz: archive: no array is named \"b\", there are: a"));
        for length in (0..bytes.len()).step_by(7) {
            assert!(NpzReader::new(Cursor::new(&bytes[..length])).is_err());
        }
    }
}

#[test]
fn an_archive_that_is_not_finished_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.npz");
    std::fs::write(&path, b"old").unwrap();
    let mut archive = NpzWriter::create(&path).unwrap();
    archive.write("a", ndarray::array![1_u8].view()).unwrap();
    drop(archive);
    assert_eq!(std::fs::read(&path).unwrap(), b"old");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1);
    assert!(NpzWriter::create(folder.path()).is_err(), "a folder is not replaced");
}

/// The file of `write` for a counting array, and its name, for NumPy to look at.
fn counting<E: ArrayElement>(folder: &Path) {
    let bits = Array::from_shape_fn(IxDyn(&[2, 3, 4]), |i| ((i[0] * 12 + i[1] * 4 + i[2]) % 2) as u8);
    let array = bits.cast::<E>().unwrap();
    for (fortran_order, big_endian) in [(false, false), (false, true), (true, false), (true, true)] {
        let name = format!("{}-{fortran_order}-{big_endian}.npy", E::NAME);
        let options = WriteOptions::new().fortran_order(fortran_order).big_endian(big_endian);
        options.write_file(folder.join(name), array.view()).unwrap();
    }
}

const LOOK: &str = r#"
import sys, io, glob, os, numpy as np
expected = (np.arange(24) % 2).reshape(2, 3, 4)
names = {'f': 'float', 'i': 'int', 'u': 'uint', 'b': 'bool'}
seen = 0
for path in glob.glob(os.path.join(sys.argv[1], '*-*.npy')):
    name, fortran, big = os.path.basename(path)[:-4].split('-')
    a = np.load(path)
    if name == 'bf16':
        assert a.dtype == np.dtype('V2'), a.dtype
        a = a.view('>u2' if big == 'true' else '<u2')
        a = np.where(a == 0x3f80, 1, a)
    else:
        want = 'bool' if name == 'bool' else names[name[0]] + name[1:]
        assert a.dtype.name == want, (a.dtype, want)
        assert a.dtype.isnative or big == 'true'
        out = io.BytesIO()
        np.save(out, a)
        assert out.getvalue() == open(path, 'rb').read(), path
    assert (a == expected).all(), (path, a)
    assert a.shape == (2, 3, 4)
    seen += 1
a = np.load(os.path.join(sys.argv[1], 'appended.npy'), mmap_mode='r')
assert a.shape == (5, 2) and a.sum() == 5, a
z = np.load(os.path.join(sys.argv[1], 'stored.npz'))
assert z.files == ['x', 'y'] and z['x'].sum() == 6 and z['y'].dtype == bool, z
z = np.load(os.path.join(sys.argv[1], 'deflated.npz'))
assert z.files == ['x'] and z['x'].shape == (1000,), z
print('seen', seen)
"#;

#[test]
fn numpy_reads_what_is_written() {
    let python = std::env::var("BURN_PREP_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let has_numpy = std::process::Command::new(&python).args(["-c", "import numpy"]).output();
    if !has_numpy.is_ok_and(|output| output.status.success()) {
        return say(&format!("SKIPPED: {python} has no numpy (BURN_PREP_PYTHON names another)"));
    }
    let folder = tempfile::tempdir().unwrap();
    for_every_dtype!(counting(folder.path()));
    let mut file = Appender::<i32>::create(folder.path().join("appended.npy"), &[2]).unwrap();
    file.append(Array2::ones([2, 2]).view()).unwrap();
    file.append(Array2::zeros([2, 2]).view()).unwrap();
    file.append(ndarray::array![[1, 0]].view()).unwrap();
    file.finish().unwrap();
    let mut archive = NpzWriter::create(folder.path().join("stored.npz")).unwrap();
    archive.write("x", ndarray::array![1_u8, 2, 3].view()).unwrap();
    archive.write("y", ndarray::arr0(true).view()).unwrap();
    archive.finish().unwrap();
    let mut archive = NpzWriter::create(folder.path().join("deflated.npz")).unwrap().compressed(true);
    archive.write("x", Array::<f64, _>::zeros(1000).view()).unwrap();
    archive.finish().unwrap();
    let look = std::process::Command::new(&python).args(["-c", LOOK]).arg(folder.path()).output().unwrap();
    let (out, err) = (String::from_utf8_lossy(&look.stdout), String::from_utf8_lossy(&look.stderr));
    assert!(look.status.success() && out.contains("seen 52"), "{out}{err}");
}

/// How many files the corpus has at least.
const CORPUS: usize = 180;

#[test]
fn npy_fuzz_corpus() {
    let mut seen = 0;
    for entry in std::fs::read_dir(root().join("fuzz/corpus/npy_read")).unwrap() {
        let bytes = std::fs::read(entry.unwrap().path()).unwrap();
        let options = reader().max_bytes(1 << 20);
        if let Ok(array) = options.read(bytes.as_slice()) {
            npy::write_any(&mut std::io::sink(), &array).unwrap();
        }
        let _ = npy::read(bytes.as_slice());
        let _ = npy::view::<f32>(&bytes);
        let _ = npy::view::<u8>(&bytes);
        let _ = npy::view::<bool>(&bytes);
        let _ = npy::view::<bf16>(&bytes);
        if let Ok(archive) = NpzReader::new(Cursor::new(&bytes)) {
            let _ = archive.options(options).read_all();
        }
        seen += 1;
    }
    say(&format!("{seen} files of the corpus, no panic"));
    assert!(seen >= CORPUS, "the corpus has {seen} files");
}
