#!/usr/bin/env python3
"""Makes test vectors of array files, casts and statistics: NumPy's answers, in the form of npy/index.json.

    pip install numpy==2.4.6
    python tests/golden/make_npy.py FOLDER --seed 1
    BURN_PREP_GOLDEN=FOLDER cargo test -p burn-prep-tests golden_npy

A file is made for each array, and cases ask for what NumPy says about it. Integers are summed exactly, by
Python's own. Statistics of floats are NumPy's in float64. Where NumPy's answer is a matter of taste
(an odd spelling that it happens to read, an infinity that turns into NaN on the way) the case is left out;
`--doubtful` writes these too, with the tag "doubtful".
"""
import argparse
import hashlib
import io
import json
import math
import struct
import warnings
import zipfile
from fractions import Fraction
from pathlib import Path

import numpy as np

INTS = ["int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
FLOATS = ["float16", "float32", "float64"]
DTYPES = ["bool", *INTS, *FLOATS]
LAYOUTS = {"NHWC": 3, "NCHW": 1}
METHODS = ["linear", "lower", "higher", "nearest", "midpoint"]
HALF, SINGLE, DOUBLE = {"rtol": 2e-3, "atol": 2e-3}, {"rtol": 1e-5, "atol": 1e-6}, {"rtol": 1e-12, "atol": 1e-12}


def plain(value):
    """A number as JSON has it: floats by their exact double, what is not finite by name."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and not math.isfinite(value):
        return "NaN" if math.isnan(value) else "inf" if value > 0 else "-inf"
    return value


def dense(array, dtype=None):
    array = np.asarray(array)
    data = [plain(value) for value in array.ravel().tolist()]
    return {"kind": "dense", "dtype": dtype or array.dtype.name, "shape": list(array.shape), "data": data}


def items(**values):
    return {"kind": "map", "items": values}


def beside_infinity(answer, tol):
    """Anything is within a share of infinity: where there is one, the tolerance is absolute alone."""
    parts = answer["items"].values() if answer["kind"] == "map" else [answer]
    data = [value for part in parts for value in part["data"]]
    if not {"inf", "-inf"} & set(value for value in data if isinstance(value, str)):
        return tol
    largest = max((abs(value) for value in data if not isinstance(value, str)), default=0.0)
    return {"rtol": 0.0, "atol": tol["atol"] + tol["rtol"] * largest}


class Vectors:
    def __init__(self, folder, seed, doubtful):
        self.folder, self.doubtful = Path(folder) / "npy", doubtful
        self.rng = np.random.default_rng(seed)
        self.files, self.cases, self.counts = {}, [], {}
        self.index = {"format": 1, "split": "made", "seed": seed, "numpy": np.__version__}
        (self.folder / "made").mkdir(parents=True, exist_ok=True)

    def file(self, name, data, **about):
        path = f"made/{name}"
        (self.folder / path).write_bytes(data)
        self.files[path] = {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest(), **about}
        return path

    def array(self, name, array, layout=None, version=(1, 0)):
        """Writes an array as NumPy does, in the byte order and memory order that it has."""
        out = io.BytesIO()
        np.lib.format.write_array(out, array, version=version)
        fortran = bool(array.flags.f_contiguous and not array.flags.c_contiguous)
        size = array.size * array.itemsize
        return self.file(
            name + ".npy", out.getvalue(), descr=array.dtype.str, dtype=array.dtype.name, fortran_order=fortran,
            shape=list(array.shape), layout=layout, npy_version=list(version), data_offset=len(out.getvalue()) - size)

    def case(self, op, file, args, answer, tol=None, doubtful=False, tags=()):
        """A case; `answer` is a value, or the category of an error as text."""
        if doubtful and not self.doubtful:
            return
        self.counts[op] = self.counts.get(op, 0) + 1
        case = {"id": f"made/{op}/{self.counts[op]:04}", "op": op, "source": f"numpy {np.__version__}", "file": file, "args": args}
        case["expect"] = {"err": {"class": None, "category": answer}} if isinstance(answer, str) else {"ok": answer}
        if tol and not isinstance(answer, str):
            case["tol"] = beside_infinity(answer, tol)
        tags = list(tags) + ["doubtful"] * doubtful
        self.cases.append({**case, "tags": tags} if tags else case)

    def finish(self):
        lines = ",\n".join(json.dumps(case, allow_nan=False) for case in self.cases)
        head = json.dumps({**self.index, "files": self.files}, allow_nan=False)
        (self.folder / "index.json").write_text(f'{head[:-1]},"cases":[\n{lines}\n]}}\n')

    # Random choices.

    def pick(self, choices):
        return choices[int(self.rng.integers(len(choices)))]

    def shape(self, rank, empty=True):
        return tuple(int(self.pick([0, 1, 1, 2, 3, 4, 5][not empty or self.rng.random() < 0.85:])) for _ in range(rank))

    def values(self, dtype, shape, kind="usual"):
        """Random values. Kinds: usual, all (of the dtype's whole range), ties, const, offset, nan, inf."""
        rng, kind_of = self.rng, np.dtype(dtype).kind
        if kind_of == "b":
            return np.asarray(rng.random(shape) < (0.3 if kind != "const" else 1.0))
        if kind_of in "iu":
            low, high = int(np.iinfo(dtype).min), int(np.iinfo(dtype).max)
            if kind == "usual":
                low, high = max(low, -10**12), min(high, 10**12)
            if kind in ("limit", "low"):
                low, high = (high - 3, high) if kind == "limit" else (low, low + 3)
            if kind in ("ties", "const"):
                low, high = (max(low, -4), 4) if kind == "ties" else (7, 7)
            return np.asarray(rng.integers(low, high, shape, dtype=dtype, endpoint=True))
        values = rng.normal(size=shape) * 2.0 + 0.5
        if kind == "all":
            limits = np.finfo(dtype)
            values = np.exp(rng.uniform(math.log(float(limits.tiny)), math.log(float(limits.max)), shape)) * rng.choice([-1, 1], shape)
        elif kind == "ties":
            values = np.round(values * 4) / 4
        elif kind == "const":
            values = np.full(shape, self.pick([0.5, -3.0, 1024.0]))
        elif kind == "huge":
            values = values * {"float16": 1e4, "float32": 1e37, "float64": 1e160}[dtype]
        elif kind == "offset":
            values = values + {"float16": 1e3, "float32": 1e7, "float64": 1e9}[dtype]
        values = np.asarray(values, dtype=np.float64).astype(dtype)
        if kind == "rare" and values.size:
            values.flat[rng.integers(0, values.size, 3)] = np.nan
        if kind == "nan":
            values[rng.random(shape) < 0.2] = np.nan
            if values.ndim and values.shape[0]:
                values[0] = np.nan
        if kind == "inf" and values.size:
            values[rng.random(shape) < 0.1] = np.inf
            if rng.random() < 0.5:
                values[rng.random(shape) < 0.1] = -np.inf
        return values

    def stored(self, array):
        """The same values in a random byte and memory order."""
        array = np.array(array, order=self.pick("CF"))
        return array.astype(array.dtype.newbyteorder(self.pick("<>")), order="K")


# Files.

def raw(text, data=b"", version=1, length=None):
    text = text.encode("latin1") if isinstance(text, str) else text
    length = len(text) if length is None else length
    return b"\x93NUMPY" + bytes([version, 0]) + struct.pack("<H" if version == 1 else "<I", length) + text + data


def reads(v):
    for dtype in DTYPES:
        for rank in range(7):
            kind = "all" if rank % 2 else "nan" if dtype in FLOATS else "usual"
            array = v.stored(v.values(dtype, v.shape(rank), kind))
            path = v.array(f"read_{dtype}_{rank}", array, version=v.pick([(1, 0), (1, 0), (2, 0), (3, 0)]))
            v.case("npy.read", path, {}, dense(array))
        if dtype in FLOATS:
            limits = np.finfo(dtype)
            array = np.array([0.0, -0.0, np.inf, -np.inf, np.nan, limits.max, limits.min, limits.tiny, limits.smallest_subnormal, 3 * limits.smallest_subnormal], dtype)
        else:
            array = np.array([False, True]) if dtype == "bool" else np.array([np.iinfo(dtype).min, np.iinfo(dtype).max, 0, 1], dtype)
        v.case("npy.read", v.array(f"limits_{dtype}", v.stored(array)), {}, dense(array))
    array = np.arange(6, dtype="<f4").reshape(2, 3)
    ones = raw("{'descr': '|b1', 'fortran_order': False, 'shape': (4,), }", bytes([0, 1, 2, 255]))
    v.case("npy.read", v.file("bools.npy", ones), {}, dense(np.array([False, True, True, True])))
    v.case("npy.read", v.file("trailing.npy", raw(HEADER, array.tobytes() + b"more")), {}, dense(array))
    v.case("npy.read_error", v.file("longer_than_numpy_reads.npy", raw(HEADER + " " * 12000, array.tobytes())), {}, "bad_header", doubtful=True)
    long = raw("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }" + " " * 9000 + "\n", array.tobytes(), 2)
    v.case("npy.read", v.file("long_header.npy", long), {}, dense(array))
    v.case("npy.read", v.file("rank_20.npy", raw("{'descr': '<f4', 'fortran_order': True, 'shape': (%s), }" % ("1," * 19 + "2"), array.tobytes())), {}, dense(array.ravel()[:2].reshape((1,) * 19 + (2,))))
    for descr, assume in [("<V2", "bfloat16"), ("|V2", "bfloat16"), (">V2", "bfloat16"), ("<V2", "float16"), ("|V2", "float16")]:
        for fortran in (False, True):
            wide = v.values("float32", (3, 4)).astype("<f4")
            bits = np.append((wide.view("<u4") >> 16).astype("<u2").ravel()[:-2], [0x7f80 if assume == "bfloat16" else 0x7c00, 1]).astype("<u2")
            values = (bits.astype("<u4") << 16).view("<f4") if assume == "bfloat16" else bits.view("<f2")
            text = f"{{'descr': '{descr}', 'fortran_order': {fortran}, 'shape': (3, 4), }}\n"
            path = v.file(f"void{len(v.files)}.npy", raw(text, (bits.byteswap() if descr[0] == ">" else bits).tobytes()))
            answer = dense(values.reshape((3, 4), order="F" if fortran else "C").astype(np.float64), assume)
            v.case("npy.read_as", path, {"assume": assume}, answer, doubtful=descr[0] == ">")


HEADER = "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), }"
# Headers that NumPy reads, and that other writers write.
GOOD = [
    HEADER, HEADER.replace(" ", ""), HEADER.replace("'", '"'), HEADER.replace(", }", "}"), HEADER + " " * 40 + "\n", HEADER + "\n\n \n",
    "{'shape': (2, 3), 'fortran_order': False, 'descr': '<f4'}", "{'fortran_order':False,'shape':(2,3,),'descr':'<f4'}", " \t" + HEADER, "\n" + HEADER,
    HEADER.replace(" ", "\n"), HEADER.replace(" ", "\t"), HEADER.replace(" ", "\r\n"), HEADER.replace(" ", " \f "), HEADER + "\r\n", HEADER.replace("'<f4'", "u'<f4'"),
    HEADER.replace("'shape'", "u'shape'"), HEADER.replace("(2, 3)", "(2, 3,)"), HEADER.replace("(2, 3)", "( 2 , 3 )"), HEADER.replace("(2, 3)", "((2, 3))"),
    HEADER.replace("(2, 3)", "(6,)"), HEADER.replace("(2, 3)", "()"), HEADER.replace("(2, 3)", "(0,)"), HEADER.replace("False", "True"), HEADER.replace("False", "(False)"),
    *(HEADER.replace("<f4", descr) for descr in ["f4", "=f4", "|f4", "float32", ">f4", "i4", "uint32", "<u2", "|i1", "<u1", ">b1", "?", "bool", "int16", "float16", "uint8"]),
]
LONG = [HEADER.replace("(2, 3)", text) for text in ["(2L, 3L)", "(2L, 3)", "(6L,)", "(0L, 3L)", "( 3L , 2L , )"]]
# What NumPy reads because Python does, and nobody writes.
ODD = [
    *(HEADER.replace("(2, 3)", text) for text in ["(0x2, 3)", "(+2, 3)", "(-0, 3)", "(00, 3)", "(2, 3 # of them\n)"]), HEADER + " # a comment\n", f"({HEADER})",
    HEADER.replace("(", "\\\n("), HEADER.replace("'shape'", "'sha' 'pe'"), HEADER.replace("'shape'", "'\\x73hape'"), HEADER.replace(", }", ", 'shape': (6,)}"),
    HEADER.replace("'<f4'", "'''<f4'''"), HEADER.replace("'<f4'", "r'<f4'"),
    *(HEADER.replace("<f4", descr) for descr in ["<f", "f", "e", "B", "b", "H", "h", "i", "I", "half", "single", "intc", "1f4", "<f04"]),
]
# Headers that NumPy refuses.
BAD = [
    "", " ", "{}", "None", "3", "[]", "{'descr'}", "dict(a=1)", "'descr'", HEADER[:-1], HEADER[1:], HEADER[:20], HEADER + ",", HEADER + ";", HEADER + "x", HEADER + HEADER, f"[{HEADER}]",
    HEADER + "\0", "\0" + HEADER, HEADER.replace(", }", ",, }"), HEADER.replace(",", ""), HEADER.replace(":", ""), HEADER.replace("(2, 3)", "(2, 3"),
    "{'descr': '<f4', 'shape': (2, 3)}", "{'descr': '<f4', 'fortran_order': False}", "{'fortran_order': False, 'shape': (2, 3)}", HEADER.replace(", }", ", 'more': 1}"),
    HEADER.replace("shape", "Shape"), HEADER.replace("'shape'", "shape"), HEADER.replace("'shape'", "b'shape'"), HEADER.replace("'descr'", "1"), HEADER.replace("'<f4'", "<f4"), HEADER.replace("'<f4'", "'<f4"),
    *(HEADER.replace("False", text) for text in ["0", "1", "None", "'False'", "false", "not True", "FALSE", ""]),
    *(HEADER.replace("(2, 3)", text) for text in ["[2, 3]", "6", "(6)", "{2, 3}", "None", "'(2, 3)'", "(-2, 3)", "(2, -3)", "(-1,)", "(2.0, 3)", "(2.5,)", "(6., 1)", "(1e1,)", "(2j,)", "(None,)", "('2', '3')", "(2**1, 3)", "(1 + 1, 3)", "((2, 3),)", "([2], 3)", "(True, 3)", "(False,)", "(02, 3)", "(,)", "(2 3)", "(2,,3)", "(np.int64(2), np.int64(3))", "int(6)", "(2, x)"]),
]
DESCRS = {
    "bad_dtype": ["", "<", "<q9", "i3", "<i16", "u16", "<f3", "Float32", " <f4", "<f4 ", "|S3", "S", "<U2", ">U7", "<M8[ns]", "<m8[s]", "<f16", "<b4", "xyz", "bytes", "str", "<f4<f4", "{}"],
    "object_dtype": ["|O", "O", "|O8", "object"],
    "complex_dtype": ["<c8", ">c8", "<c16", ">c16", "c8", "complex64", "complex128", "<c32"],
    "structured_dtype": ["[('a', '<f4')]", "[('a', '<f4'), ('b', '<i2')]", "[('a', '<f4', (2, 2)), ('b', '|S5')]", "[('a', [('x', '<f8'), ('y', '>i4')]), ('b', '|b1')]", "[('', '|V4'), ('b', '<u8')]", "[(('title', 'a'), '<f4')]"],
}
SHAPES = ["(4611686018427387904, 4)", "(4611686018427387904, 16)", "(2305843009213693952,)", "(9223372036854775807,)", "(9223372036854775808,)", "(18446744073709551616,)", "(99999999999999999999999, 1)", "(4294967296, 4294967296)", "(4294967296, 4294967296, 4294967296, 4294967296)",
          "(0, 4611686018427387904)", "(4611686018427387904, 0)", "(0, 9223372036854775807)", "(0, 9223372036854775808)", "(3, 0, 99999999999999999999999)", "(4294967296, 0, 4294967296)"]


def headers(v):
    data = np.arange(1, 7, dtype="<f4").tobytes()

    def by_numpy(text, version, refused, doubtful=False, data=data):
        """What NumPy says of a file with this header; `refused` is the category where it does not read it."""
        made = raw(text, data, version)
        path = v.file(f"header{len(v.files)}.npy", made)
        try:
            array = np.lib.format.read_array(io.BytesIO(made), allow_pickle=False)
        except Exception:
            array = None
        if array is None or refused in ("structured_dtype", "complex_dtype", "bad_dtype", "object_dtype"):
            return v.case("npy.read_error", path, {}, refused, doubtful=doubtful)
        assert refused != "bad_header" or doubtful or text in GOOD + LONG, text
        v.case("npy.read", path, {}, dense(array.astype(array.dtype.newbyteorder("="))), doubtful=doubtful)

    for text in GOOD + LONG + BAD:
        for version in {1, v.pick([2, 3])} if text not in LONG else (1, 2):
            by_numpy(text, version, "bad_header")
    for text in ODD:
        by_numpy(text, 1, "bad_header", doubtful=True)
    for text in LONG:
        by_numpy(text, 3, "bad_header", doubtful=True)  # version 3 has no Python 2
    for category, descrs in DESCRS.items():
        for descr in descrs:
            by_numpy(HEADER.replace("'<f4'", descr if descr[:1] == "[" else f"'{descr}'").replace("(2, 3)", v.pick(["(1,)", "(0,)"])), v.pick([1, 2, 3]), category, data=bytes(64))
    for descr, category in [("None", "bad_dtype"), ("4", "bad_dtype"), ("True", "bad_dtype"), ("('<f4', (2,))", "bad_dtype"), ("'|V8'", "structured_dtype"), ("'f4,i2'", "structured_dtype"), ("['<f4']", "bad_dtype"), ("b'<f4'", "bad_dtype"), ("'F'", "complex_dtype"), ("'complex'", "complex_dtype"), ("'bfloat16'", "bad_dtype"), ("[]", "bad_dtype"), ("{'a': 1}", "bad_dtype")]:
        by_numpy(HEADER.replace("'<f4'", descr), 1, category, doubtful=True)
    for shape in SHAPES:
        for fortran in ("False", "True"):
            by_numpy(HEADER.replace("(2, 3)", shape).replace("False", fortran), 1, "shape_overflow")
    for text in [HEADER.encode() + b"\xff", b"\xa0" + HEADER.encode(), HEADER.encode() + "\u00e9".encode("latin1"), HEADER.replace("f4", "f4\u00e9").encode("latin1")]:
        by_numpy(text, 3, "bad_header")
    by_numpy(HEADER.encode() + b"\xff", 1, "bad_header")
    for version in [(0, 0), (0, 1), (1, 1), (2, 1), (3, 1), (4, 0), (255, 255)]:
        whole = bytearray(raw(HEADER, data))
        whole[6:8] = bytes(version)
        v.case("npy.read_error", v.file(f"version{len(v.files)}.npy", bytes(whole)), {}, "bad_version")
    for magic in [b"\x93NUMPX", b"\x92NUMPY", b"NUMPY\x93", b"PK\x03\x04\0\0", b"\x93numpy", b"\x80\x04\x95abc", b"{'desc", b"\0" * 6, b"\xc2\x93NUMP"]:
        v.case("npy.read_error", v.file(f"magic{len(v.files)}.npy", magic + raw(HEADER, data)[6:]), {}, "bad_magic")
    for version in (1, 2, 3):
        whole = raw(HEADER + "\n", data, version)
        start = len(whole) - len(data)
        for length in {0, 1, 5, 6, 7, 8, 9, 10, 11, 12, 13, start // 2, start - 1, start, start + 1, start + 4, len(whole) - 4, len(whole) - 1}:
            v.case("npy.read_error", v.file(f"cut{version}_{length}.npy", whole[:length]), {}, "truncated")
        for length in [len(whole), 65535] + [2**31, 2**32 - 1] * (version > 1):
            v.case("npy.read_error", v.file(f"lying{version}_{length}.npy", raw(HEADER + "\n", data, version, length)), {}, "truncated")
    for shape in ["(2, 4)", "(7,)", "(1000000,)", "(1000000000000,)"]:
        v.case("npy.read_error", v.file(f"short{len(v.files)}.npy", raw(HEADER.replace("(2, 3)", shape), data)), {}, "truncated")


def writes(v):
    for dtype in DTYPES:
        for rank in [0, 1, 2, 2, 3, 3, 4, 5, 6]:
            array = v.values(dtype, v.shape(rank) if rank != 1 else (v.pick([1, 9, 10, 101, 1000]),), v.pick(["all", "usual"]))
            path = v.array(f"write{len(v.files)}", v.stored(array))
            again = v.stored(array)
            out = io.BytesIO()
            np.save(out, again)
            fortran = again.flags.f_contiguous and not again.flags.c_contiguous
            args = {"fortran_order": fortran, "little_endian": again.dtype.str[0] != ">"}
            answer = {"data_offset": len(out.getvalue()) - array.nbytes, "sha256": hashlib.sha256(out.getvalue()).hexdigest()}
            v.case("npy.write", path, args, {"kind": "json", "value": answer})
            if again.flags.f_contiguous and again.flags.c_contiguous:
                # NumPy calls what is both C; so is a file that was asked for in Fortran order.
                v.case("npy.write", path, {**args, "fortran_order": True}, {"kind": "json", "value": answer}, doubtful=True)


def archives(v):
    names = ["x", "y", "a/b", "a/b/c", "model.weight", "with space", "arr_0", "\u00e9t\u00e9", "x.npy", "-", "UPPER", "file", ".hidden", "a\\b"]
    for number in range(12):
        chosen = v.rng.permutation(names)[: number % 6].tolist()
        arrays = {name: v.stored(v.values(v.pick(DTYPES), v.shape(int(v.rng.integers(0, 5))))) for name in chosen if name != "file"}
        out = io.BytesIO()
        (np.savez if number % 2 else np.savez_compressed)(out, **arrays)
        answer = items(**{name: dense(array) for name, array in arrays.items()})
        v.case("npz.read", v.file(f"archive{number}.npz", out.getvalue()), {}, answer, doubtful="x" in chosen and "x.npy" in chosen)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, method in [("deep/er/a.npy", zipfile.ZIP_DEFLATED), ("b.npy", zipfile.ZIP_STORED)]:
            archive.writestr(name, raw(HEADER, np.arange(6, dtype="<f4").tobytes()), method)
    whole = dense(np.arange(6, dtype="f4").reshape(2, 3))
    v.case("npz.read", v.file("by_hand.npz", out.getvalue()), {}, items(**{"deep/er/a": whole, "b": whole}))


def layouts(v):
    for dtype in DTYPES:
        for source, target, axes in [("nhwc", "nchw", (0, 3, 1, 2)), ("nchw", "nhwc", (0, 2, 3, 1))]:
            array = v.stored(v.values(dtype, tuple(v.rng.integers(1, 6, 4)), "all"))
            v.case(f"layout.{source}_to_{target}", v.array(f"layout{len(v.files)}", array, source.upper()), {}, dense(array.transpose(axes)))
        array = v.stored(v.values(dtype, v.shape(int(v.rng.integers(1, 7)))))
        path = v.array(f"flip_{dtype}", array)
        for axis in range(array.ndim):
            v.case("layout.slice_negative_stride", path, {"axis": axis}, dense(np.flip(array, axis)))
        shape = tuple(v.pick([1, int(length)]) for length in v.rng.integers(1, 4, int(v.rng.integers(0, 4))))
        array = v.stored(v.values(dtype, shape))
        wide = (2, 0, 3)[: int(v.rng.integers(0, 3))] + tuple(int(v.rng.integers(0, 4)) if length == 1 else length for length in shape)
        v.case("layout.broadcast_to", v.array(f"broadcast_{dtype}", array), {"shape": list(wide)}, dense(np.broadcast_to(array, wide)))


# Casts.

def to_bfloat16(value):
    """The nearest bfloat16 of an exact number, ties to the even one; infinite where it is too large."""
    if not value or isinstance(value, float) and not math.isfinite(value):
        return float(value)
    number = Fraction(value)
    step = Fraction(2) ** (max(math.frexp(float(value))[1] - 1, -126) - 7)
    nearest = round(number / step) * step
    if abs(nearest) >= 2**128:
        return math.copysign(math.inf, float(value))
    return float(nearest)


def between(dtype, exact):
    """Numbers about half way between two neighbours of a narrow float: where rounding twice shows."""
    bits = {"float16": 11, "bfloat16": 8, "float32": 24}[dtype]
    out = []
    for odd in (0, 1):
        base = Fraction(2 ** (bits - 1) + odd) + Fraction(1, 2)
        for nudge in (0, 1, -1):
            # The nudge is lost where a number passes a float of fewer digits on its way.
            scaled = base * 2 ** (exact - bits - 1) + nudge
            out.append(int(scaled))
    return out


def casts(v):
    for source in DTYPES:
        for target in [*DTYPES, "bfloat16"]:
            ranges = {name: (int(np.iinfo(name).min), int(np.iinfo(name).max)) for name in INTS} | {"bool": (0, 1)}
            whole, low, high = target in ranges, *ranges.get(target, (None, None))
            values = [v.values(source, 12, kind) for kind in ("usual", "all", "ties")]
            if source in FLOATS:
                values += [np.array([0.0, -0.0, 1.0, 0.75, 254.9, 255.0, -1.0, -128.0, 65504.0, 2.0**31 - 1024, 2.0**53], source).astype(source)]
            elif source != "bool":
                values += [np.array([value for value in (*ranges["int8"], *ranges["uint8"], *ranges["int64"], 2**53 + 1, 2**24 + 1, 0, 1) if ranges[source][0] <= value <= ranges[source][1]], source)]
            values = np.concatenate(values).tolist()
            if source == "float64" and target in ("float16", "float32", "bfloat16"):
                values += [math.ldexp(value, -46) for value in between(target, 50)]
            if source in ("int64", "uint64") and target in ("float32", "bfloat16"):
                values += between(target, 60)
            if source == "float32" and target in ("float16", "bfloat16"):
                values += [math.ldexp(value, -20) for value in between(target, 24)]
            if source in ("int32", "uint32") and target == "bfloat16":
                values += between(target, 30)

            def narrow(value):
                """The value in the target type, None where it does not fit, or "?" where that is a matter of taste."""
                if target == "bool":
                    return bool(value) if value in (0, 1) else None
                if whole:
                    if isinstance(value, float) and not math.isfinite(value):
                        return None
                    if value != int(value) and (high < value < high + 1 or low - 1 < value < low):
                        return "?"
                    return int(value) if low <= int(value) <= high else None
                with np.errstate(all="ignore"):
                    result = to_bfloat16(value) if target == "bfloat16" else float(np.array([value], source).astype(target)[0])
                return None if math.isinf(result) and not math.isinf(value) else result

            values = np.array(values, source).tolist()
            narrowed = [(value, narrow(value)) for value in values]
            fitting = [(value, result) for value, result in narrowed if result is not None and result != "?"]
            misfits = [value for value, result in narrowed if result is None]
            array = np.array([value for value, _ in fitting], source)
            path = v.array(f"cast_{source}_{target}", v.stored(array))
            results = [plain(result) for _, result in fitting]
            v.case("cast.checked", path, {"to": target}, {"kind": "dense", "dtype": target, "shape": [len(results)], "data": results})
            if target not in ("bool", "bfloat16"):
                assert np.array_equal(array.astype(target), np.array([result for _, result in fitting], target), equal_nan=target in FLOATS), (source, target)
            if source in FLOATS and whole:
                misfits += [math.nan, math.inf, -math.inf]
            for bad in [misfits[i] for i in v.rng.permutation(len(misfits))[:3]]:
                some = [value for value, _ in fitting][:3]
                array = np.array(v.rng.permutation(np.array([*some, bad], source)))
                v.case("cast.checked", v.array(f"misfit{len(v.files)}", v.stored(array)), {"to": target}, "out_of_range_cast")
        if source in FLOATS:
            path = v.array(f"special_{source}", np.array([np.nan, np.inf, -np.inf, -0.0], source))
            for target in [*FLOATS, "bfloat16"]:
                v.case("cast.checked", path, {"to": target}, dense(np.array([np.nan, np.inf, -np.inf, -0.0]), target))


# Statistics.

def lanes_of(array, axes):
    """The numbers of each result, and the shape of the results."""
    axes = tuple(range(array.ndim)) if axes is None else tuple(axis % array.ndim for axis in axes)
    kept = [axis for axis in range(array.ndim) if axis not in axes]
    shape = tuple(array.shape[axis] for axis in kept)
    length = math.prod(array.shape[axis] for axis in axes)
    lanes = array.transpose(*kept, *axes).reshape(math.prod(shape), length)
    return [lanes[i] for i in range(lanes.shape[0])], shape


def figure(op, lane, nan, ddof):
    """One figure of one lane: exact for integers, NumPy's in float64 for floats."""
    if lane.dtype.kind in "biu":
        numbers = [int(value) for value in lane.tolist()]
        count, total = len(numbers), sum(numbers)
        if op in ("min", "max"):
            return {"min": min, "max": max}[op](numbers)
        if op == "median":
            numbers.sort()
            return float(Fraction(numbers[(count - 1) // 2] + numbers[count // 2], 2)) if count else math.nan
        if op == "sum" or not count:
            return total if op == "sum" else math.nan
        if op == "mean":
            return float(Fraction(total, count))
        spread = Fraction(sum(number * number for number in numbers)) - Fraction(total * total, count)
        if count <= ddof:
            return math.inf if spread else math.nan
        variance = spread / (count - ddof)
        return float(variance) if op == "var" else math.sqrt(variance)
    lane = np.ascontiguousarray(lane, np.float64)
    extra = {"ddof": ddof} if op in ("std", "var") else {}
    if nan == "ignore" and lane.size:
        return float(getattr(np, "nan" + op)(lane, **extra))
    return float(getattr(np, op)(lane, **extra))


def tolerance(array, op):
    """By dtype; in relation to the numbers where they may cancel each other, and less for deviations from a far mean."""
    tol = HALF if array.dtype.name == "float16" else DOUBLE if array.dtype.name == "float64" else SINGLE
    size = float(np.max(np.abs(array[np.isfinite(array)].astype(np.float64)), initial=1.0))
    if op in ("std", "var"):
        return {**tol, "rtol": max(tol["rtol"], 1e-6)} if size > 1e5 and array.dtype.kind == "f" else tol
    return {**tol, "atol": tol["atol"] * size}


def groups(layout, rank):
    channel = LAYOUTS[layout]
    others = [axis for axis in range(rank) if axis != channel]
    return {"per_image": [1, 2, 3], "across_batch": [0], "per_channel": others, "per_image_channel": others[1:], "all": None}


def reduce_case(v, op, path, array, axes, group, layout, nan, ddof=0):
    args = {"axes": axes, "group": group, "layout": layout, "nan": nan, **({"ddof": ddof} if op in ("std", "var") else {})}
    lanes, shape = lanes_of(array, axes)
    if op in ("min", "max") and any(not lane.size for lane in lanes):
        return v.case(f"stat.{op}", path, args, "empty_reduction")
    results = [figure(op, lane, nan, ddof) for lane in lanes]
    whole = op in ("min", "max") and array.dtype.kind != "f"
    results = {"kind": "dense", "dtype": array.dtype.name if whole else "float64", "shape": list(shape), "data": [plain(result if whole else float(result)) for result in results]}
    v.case(f"stat.{op}", path, args, results, None if op in ("min", "max") else tolerance(array, op))


def images(v):
    """Batches of every dtype in both layouts: [(path, array, layout, kind)]."""
    kinds = {"b": ["usual", "const"], "i": ["usual", "all", "limit", "low", "const"], "u": ["usual", "all", "limit", "ties"], "f": ["usual", "ties", "const", "offset", "huge", "nan", "rare", "inf"]}
    for dtype in DTYPES:
        for kind in kinds[np.dtype(dtype).kind]:
            layout = v.pick(list(LAYOUTS))
            n, h, w, c = (int(v.rng.integers(1, high)) for high in (5, 8, 8, 6))
            if kind == "usual" and dtype in ("uint8", "int16", "int64", "float16", "float32", "float64"):
                n, h, w = 2, 17, 19
            if kind in ("offset", "rare", "limit") or (dtype, kind) in (("int16", "all"), ("uint8", "all")):
                n, h, w = 3, 41, int(v.rng.integers(50, 60))  # more than is summed at a time
            shape = (n, h, w, c) if layout == "NHWC" else (n, c, h, w)
            array = v.stored(v.values(dtype, shape, kind))
            yield v.array(f"{dtype}_{kind}_{layout.lower()}", array, layout), array, layout, kind


def statistics(v):
    ops = ["mean", "sum", "min", "max", "median"]
    for path, array, layout, kind in list(images(v)):
        array = array.astype(array.dtype.newbyteorder("="))
        policies = ["propagate", "ignore"] if kind in ("nan", "rare") else [v.pick(["propagate", "propagate", "ignore"])]
        for group, axes in groups(layout, 4).items():
            if group == "across_batch" and array.size > 30000:
                continue
            for nan in policies:
                for op in ops:
                    reduce_case(v, op, path, array, axes, group, layout, nan)
                for op in ("std", "var"):
                    reduce_case(v, op, path, array, axes, group, layout, nan, int(v.rng.integers(0, 3)))
            merge_case(v, path, array, axes, group, layout)
            percentile_case(v, path, array, axes, group, layout, v.pick(METHODS), policies[-1])
        channel_histogram(v, path, array, layout, kind)
        if kind in ("usual", "all", "offset"):
            group = v.pick(["per_image", "per_channel", "per_image_channel", "all"])
            axes, ddof = groups(layout, 4)[group], int(v.rng.integers(0, 2))
            # Lane by lane: NumPy sums what lies side by side with more care than what does not.
            lanes, shape = lanes_of(array, axes)
            figures = [[figure(op, lane, "propagate", ddof) for lane in lanes] for op in ("mean", "std")]
            around = [1 if axes is None or axis in axes else length for axis, length in enumerate(array.shape)]
            mean, std = (np.array(values, np.float64).reshape(around) for values in figures)
            with np.errstate(all="ignore"):
                scores = (array.astype(np.float64) - mean) / std
            tol = tolerance(array, "std")
            v.case("stat.standardize", path, {"axes": axes, "ddof": ddof, "group": group, "layout": layout}, dense(scores), {"rtol": max(tol["rtol"], 1e-9), "atol": max(tol["atol"], 1e-6 if kind == "offset" else 1e-12)})
    for number in range(110):
        # Any rank, any axes, also none and counted from the end.
        dtype, rank = v.pick(DTYPES), number % 7
        array = v.values(dtype, v.shape(rank), v.pick(["usual", "usual", "all", "ties", "nan"]) if dtype in FLOATS[1:2] + INTS else v.pick(["usual", "nan", "ties"]))
        if dtype == "float32":
            array = np.where(np.abs(array) > 1e15, np.float32(3.5), array).astype(dtype)
        path = v.array(f"any{number}", v.stored(array))
        axes = [int(axis) - v.pick([0, rank]) for axis in v.rng.permutation(rank)[: int(v.rng.integers(0, rank + 1))]]
        axes = None if not rank else axes
        nan = v.pick(["propagate", "ignore"])
        for op in ops + ["std", "var"]:
            reduce_case(v, op, path, array, axes, "all", None, nan, int(v.rng.integers(0, 3)))
        if array.size:
            percentile_case(v, path, array, axes, "all", None, v.pick(METHODS), nan)
        else:
            # NumPy fails by accident; without NaN it answers NaN.
            v.case("stat.percentile", path, {"axes": None, "group": "all", "layout": None, "method": "linear", "nan": "propagate", "q": [50]}, "empty_reduction", doubtful=True)
        for q in ([-1e-9], [100.5], [50, 101], [0, -50])[: number % 5]:
            v.case("stat.percentile", path, {"axes": None, "group": "all", "layout": None, "method": v.pick(METHODS), "nan": nan, "q": q}, "q_out_of_range")
        if number % 10 == 5:
            for op in ops:
                v.case(f"stat.{op}", path, {"axes": [v.pick([rank, -rank - 1])], "group": "all", "layout": None, "nan": nan}, "axis_out_of_range")


def merge_case(v, path, array, axes, group, layout):
    if axes is not None and 0 not in axes:
        return
    rows, ddof = array.shape[0], int(v.rng.integers(0, 2))
    cuts = sorted(int(cut) for cut in v.rng.integers(0, rows + 1, int(v.rng.integers(0, 4))))
    chunks = [b - a for a, b in zip([0, *cuts], [*cuts, rows])]
    lanes, shape = lanes_of(array, axes)
    one = lambda op: [figure(op, lane, "ignore", ddof) for lane in lanes]
    dense_of = lambda values, dtype="float64": {"kind": "dense", "dtype": dtype, "shape": list(shape), "data": [plain(value) for value in values]}
    counts = [int(np.sum(lane == lane)) for lane in lanes]
    answer = items(count=dense_of(counts, "int64"), mean=dense_of(one("mean")), var=dense_of(one("var")), min=dense_of(map(float, one("min"))), max=dense_of(map(float, one("max"))))
    tol = tolerance(array, "mean") | {"rtol": tolerance(array, "var")["rtol"]}
    args = {"axes": axes, "group": group, "layout": layout, "nan": "ignore", "ddof": ddof, "chunks": chunks}
    v.case("stat.merge", path, args, answer, tol)


def percentile_case(v, path, array, axes, group, layout, method, nan):
    lanes, shape = lanes_of(array, axes)
    if any(not lane.size for lane in lanes):
        return
    last = max(1, len(lanes[0]) - 1) if lanes else 1
    ties = [100 * (place + 0.5) / last for place in range(min(4, last))]
    q = v.pick([[], [0, 100], [50], [0, 1, 12.5, 25, 50, 75, 90, 99, 100], [float(x) for x in v.rng.uniform(0, 100, 5)], ties, ties])
    of = np.nanpercentile if nan == "ignore" else np.percentile
    results = np.array([of(lane.astype(np.float64), q, method=method) for lane in lanes], np.float64).reshape(len(lanes), len(q))
    results = np.moveaxis(results.reshape(*shape, len(q)), -1, 0)
    # An infinity beside the place makes NumPy's line NaN, even where its share is 0.
    doubtful = bool(np.isinf(array.astype(np.float64)).any()) and method in ("linear", "midpoint")
    v.case("stat.percentile", path, {"axes": axes, "group": group, "layout": layout, "method": method, "nan": nan, "q": q}, dense(results), tolerance(array, "percentile"), doubtful)


def by_histogram(array, bins, limits, density=False):
    """NumPy's histogram in the dtype of the array, or the category of its error."""
    try:
        with np.errstate(all="ignore"):
            return np.histogram(array.view("u1") if array.dtype == bool else array, bins, limits, density=density)
    except IndexError:
        return "numpy_fails"  # what the difference of the largest and the smallest overflows
    except ValueError as error:
        text = str(error)
    known = {"autodetected range": "nan_range", "monotonically": "edges_not_increasing", "max must be larger": "bad_range", "must be positive": "zero_bins", "Too many bins": "too_many_bins"}
    return next(category for words, category in known.items() if words in text)


def histogram_case(v, path, array, bins, limits, density=False):
    answer = by_histogram(array, bins, limits, density)
    if not isinstance(answer, str):
        answer = items(counts=dense(answer[0]), edges=dense(answer[1].astype(np.float64)))
    # NumPy counts float16 in float16: more bins than it has digits are counted as it pleases.
    doubtful = answer in ("too_many_bins", "numpy_fails") or array.dtype == np.float16 and isinstance(bins, int) and bins > 400
    v.case("stat.histogram", path, {"bins": bins, "range": limits, "density": density}, answer, DOUBLE if array.dtype == np.float64 else SINGLE, doubtful)


def channel_histogram(v, path, array, layout, kind):
    channels = np.moveaxis(array, LAYOUTS[layout], 0)
    bins, limits = v.pick([(8, [0, 256]), (5, [-2.0, 2.0]), (3, None), ([0, 1, 1, 3.5, 100], None), (4, [0.1, 0.7])])
    answers = [by_histogram(channel, bins, limits) for channel in channels]
    wrong = [answer for answer in answers if isinstance(answer, str)]
    answer = wrong[0] if wrong else {"kind": "json", "value": [counts.tolist() for counts, _ in answers]}
    v.case("stat.channel_histogram", path, {"bins": bins, "layout": layout, "range": limits}, answer, doubtful=answer in ("too_many_bins", "numpy_fails"))


def histograms(v):
    for dtype in DTYPES:
        for kind in ["usual", "all", "ties", "const", "offset", "limit", "nan", "inf"]:
            if (kind in ("offset", "nan", "inf")) != (dtype in FLOATS) and kind in ("offset", "nan", "inf", "limit") or dtype == "bool" and kind not in ("usual", "const"):
                continue
            if kind == "limit" and dtype in FLOATS:
                continue
            array = v.values(dtype, v.pick([(40,), (5, 8), (3, 3, 7), (0,), (1,)][: 3 if kind != "usual" else 5]), kind)
            path = v.array(f"histogram_{dtype}_{kind}", v.stored(array))
            finite = array[np.isfinite(array)].astype(np.float64) if array.size else np.array([0.0])
            finite = finite if finite.size else np.array([0.0])
            low, high = float(finite.min()), float(finite.max())
            for bins in (1, 2, 3, 7, 10, int(v.rng.integers(11, 60)), 100):
                histogram_case(v, path, array, bins, None, bool(v.rng.random() < 0.3))
            histogram_case(v, path, array, 0, None)
            histogram_case(v, path, array, 4, [3, 1])
            near = min(max(low, -6e4), 6e4), min(max(high, -6e4), 6e4)
            for limits in ([0, 256], [-1.0, 1.0], [0.1, 0.7], [2, 2], [0.25, 0.25], [near[0], near[1]], [near[0], near[0]]):
                histogram_case(v, path, array, v.pick([1, 4, 6, 10, 33]), limits, bool(v.rng.random() < 0.3))
            some = sorted({float(x) for x in v.rng.permutation(finite)[:4]})
            for edges in ([0, 1, 2, 3], [-1.5, 0.25, 0.25, 0.5, 4.0], [0.1, 0.2, 0.3], [*some, high + 1.0], [low, low, high, high], [high, high], [5, 4], [3, 2, 1]):
                histogram_case(v, path, array, edges, None, edges[-1] > edges[0] and len(set(edges)) == len(edges) and bool(v.rng.random() < 0.3))
    # Numbers of one value, where half a unit more or less is rounded away or in part.
    for dtype, value in [("float16", 1025), ("float16", 3000), ("float32", 2**23 + 1), ("float32", 1e9), ("float64", 2.0**52 + 1)]:
        array = np.full(5, value, dtype)
        path = v.array(f"one_value_{dtype}_{int(value)}", array)
        for bins in (1, 2, 10):
            histogram_case(v, path, array, bins, None)


def searches(v):
    for dtype in DTYPES:
        for kind in ["usual", "all", "ties", "nan"]:
            if kind == "nan" and dtype not in FLOATS:
                continue
            array = v.values(dtype, v.shape(int(v.rng.integers(1, 5)), empty=False), kind)
            path = v.array(f"search_{dtype}_{kind}", v.stored(array))
            for axis in [None, *range(-array.ndim, array.ndim)]:
                answer = {"argmin": np.argmin(array, axis).tolist(), "argmax": np.argmax(array, axis).tolist()}
                v.case("stat.argminmax", path, {"axis": axis}, {"kind": "json", "value": answer})
            values, counts = np.unique(array, return_counts=True)
            v.case("stat.unique", path, {}, items(values=dense(values), counts=dense(counts)))
        empty = v.array(f"search_{dtype}_empty", v.values(dtype, (0, 3)))
        v.case("stat.argminmax", empty, {"axis": None}, "empty_reduction")
        v.case("stat.argminmax", empty, {"axis": 0}, "empty_reduction")
        v.case("stat.argminmax", empty, {"axis": 1}, {"kind": "json", "value": {"argmin": [], "argmax": []}})
        v.case("stat.unique", empty, {}, items(values=dense(np.array([], dtype)), counts=dense(np.array([], np.int64))))
    for dtype in FLOATS:
        array = np.array([[0.0, -0.0, np.nan], [np.inf, -np.inf, np.nan]], dtype)
        values, counts = np.unique(array, return_counts=True)
        v.case("stat.unique", v.array(f"signs_{dtype}", array), {}, items(values=dense(values), counts=dense(counts)))


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", help="where npy/index.json and the array files go")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--doubtful", action="store_true", help="also cases where NumPy's answer is a matter of taste")
    args = parser.parse_args()
    warnings.simplefilter("ignore")
    vectors = Vectors(args.folder, args.seed, args.doubtful)
    for part in (reads, headers, writes, archives, layouts, casts, statistics, histograms, searches):
        part(vectors)
    vectors.finish()
    print(f"{len(vectors.cases)} cases, {len(vectors.files)} files")


if __name__ == "__main__":
    main()
