"""Arrays between burn-prep, NumPy and torch through DLPack.

    python check.py FOLDER      # which has dlpack_python.so, the built library of this crate
"""

import sys

import numpy as np

sys.path.insert(0, sys.argv[1])
import dlpack_python as rust  # noqa: E402

try:
    import torch
except ImportError:
    torch = None

CHECKS = 0


def check(found, expected, what):
    global CHECKS
    CHECKS += 1
    assert found == expected, f"{what}: found {found!r}, expected {expected!r}"


def refuses(call, expected, what):
    global CHECKS
    CHECKS += 1
    try:
        call()
    except Exception as error:
        assert expected in str(error), f"{what}: {error!r} does not say {expected!r}"
    else:
        raise AssertionError(f"{what} is not refused")


NUMPY_DTYPES = [
    "float64", "float32", "float16", "int64", "int32", "int16", "int8",
    "uint64", "uint32", "uint16", "uint8", "bool",
]  # fmt: skip
SHAPES = [(), (5,), (0,), (2, 3), (2, 0, 3), (2, 3, 4), (2, 3, 4, 5), (1, 7, 1)]


def expected_array(shape, dtype, order):
    count = int(np.prod(shape))
    values = np.arange(count).reshape(shape)
    array = (values % 2 if dtype == "bool" else values).astype(dtype)
    if order == "F":
        array = np.array(array, order="F")
    elif order == "reversed":
        array = array[(slice(None, None, -1),) * array.ndim]
    elif order == "stepped":
        array = array[::2]
    return array


def orders(shape):
    return ["C", "F", "reversed"] + (["stepped"] if shape else [])


def element_strides(array):
    return [step // array.itemsize for step in array.strides]


def export_to_numpy():
    for dtype in NUMPY_DTYPES:
        for shape in SHAPES:
            for order in orders(shape):
                what = f"numpy.from_dlpack({dtype}, {shape}, {order})"
                expected = expected_array(shape, dtype, order)
                before = rust.deleted()
                exporter = rust.arange(list(shape), dtype, order)
                array = np.from_dlpack(exporter)
                del exporter
                check(array.dtype.name, dtype, what)
                check(array.shape, expected.shape, what)
                check(array.tolist(), expected.tolist(), what)
                check(array.flags.writeable, True, f"{what} may be written to")
                if array.size:
                    # Strides of axes of length 1 mean nothing, and NumPy may change them.
                    steps = [s for s, n in zip(element_strides(array), array.shape) if n > 1]
                    wanted = [s for s, n in zip(element_strides(expected), array.shape) if n > 1]
                    check(steps, wanted, f"strides of {what}")
                    check(rust.deleted(), before, f"{what} is alive")
                    view = array[..., None]
                    del array
                    check(rust.deleted(), before, f"{what} is alive in a view")
                    check(view[..., 0].tolist(), expected.tolist(), what)
                    del view
                    check(rust.deleted(), before + 1, f"{what} is freed once")


def export_without_a_consumer():
    before = rust.deleted()
    exporter = rust.arange([3], "int32")
    del exporter
    check(rust.deleted(), before + 1, "an array that never left is freed")

    exporter = rust.arange([3], "int32")
    capsule = exporter.__dlpack__(max_version=(1, 0))
    check('"dltensor_versioned"' in repr(capsule), True, repr(capsule))
    refuses(lambda: exporter.__dlpack__(), "left already", "a second export of one array")
    del exporter
    check(rust.deleted(), before + 1, "the capsule keeps the array")
    del capsule
    check(rust.deleted(), before + 2, "a capsule without a consumer frees the array")

    exporter = rust.arange([3], "int32")
    capsule = exporter.__dlpack__()
    check('"dltensor"' in repr(capsule), True, repr(capsule))
    del capsule
    check(rust.deleted(), before + 3, "so does a legacy capsule")


def export_read_only():
    array = np.from_dlpack(rust.arange([2, 2], "float32", read_only=True))
    check(array.flags.writeable, False, "a read-only export")
    check(rust.describe(array)[3], True, "read-only and back")
    refuses(lambda: rust.arange([2], "float32", read_only=True).__dlpack__(), "legacy", "a read-only legacy export")


def import_from_numpy():
    base = np.arange(2 * 6 * 5).reshape(2, 6, 5)
    cases = {
        "contiguous": base,
        "strided": base[:, ::2, 1:4],
        "reversed": base[::-1, :, ::-1],
        "reversed and stepped": base[:, ::-2, ::3],
        "Fortran": np.asfortranarray(base),
        "transposed": base.transpose(2, 0, 1),
        "0-d": np.array(7),
        "empty": base[:, :0],
        "one row": base[:1, 3:4],
        "broadcast": np.broadcast_to(base[:, :1], base.shape),
    }
    for dtype in NUMPY_DTYPES:
        for name, case in cases.items():
            what = f"import of a {name} {dtype} array"
            # `astype` keeps the order in memory but packs; the same steps as in `case` come from a buffer.
            parent = np.empty(tuple(2 * n for n in case.shape), dtype=dtype)
            stepped = parent[(...,) + (slice(None, None, 2),) * case.ndim]
            stepped[...] = case
            for array in [case.astype(dtype), stepped, like(case, dtype)]:
                values = array.astype("float64").ravel().tolist()
                check(rust.values(array), values, what)
                check(rust.total(array), float(sum(values)), what)
                shape, strides, _, read_only = rust.describe(array)
                check(tuple(shape), array.shape, what)
                check(read_only, not array.flags.writeable, what)
                if array.size and max(array.shape, default=0) > 1:
                    steps = [s for s, n in zip(strides, shape) if n > 1]
                    wanted = [s for s, n in zip(element_strides(array), shape) if n > 1]
                    check(steps, wanted, f"strides of the {what}")

    reversed_array = np.arange(5.0)[::-1]
    check(rust.values(reversed_array.__dlpack__()), [4, 3, 2, 1, 0], "a legacy capsule")
    capsule = reversed_array.__dlpack__(max_version=(1, 0))
    check(rust.values(capsule), [4, 3, 2, 1, 0], "a versioned capsule")
    refuses(lambda: rust.values(capsule), "consumed", "a capsule twice")

    frozen = np.arange(3.0)
    frozen.flags.writeable = False
    check(rust.describe(frozen)[3], True, "a read-only array is known as one")
    refuses(lambda: rust.total(np.zeros(2, "complex64")), "complex64", "a complex array")
    # NumPy makes bools of any bytes.
    refuses(lambda: rust.total(np.array([0, 1, 2], "uint8").view(bool)), "2 at index [2]", "a bool of 2")


def like(case, dtype):
    """The numbers of `case` as `dtype`, with the steps of `case`."""
    if not case.flags.writeable or case.size == 0:
        return case.astype(dtype)
    base = case
    while base.base is not None:
        base = base.base
    memory = base.ravel(order="K").astype(dtype)
    offset = (case.__array_interface__["data"][0] - base.__array_interface__["data"][0]) // base.itemsize
    steps = [step // base.itemsize * memory.itemsize for step in case.strides]
    array = np.ndarray(case.shape, dtype, memory, offset * memory.itemsize, steps)
    np.testing.assert_array_equal(array, case.astype(dtype))
    return array


def import_gives_the_array_back():
    array = np.arange(1000.0)
    before = sys.getrefcount(array)
    holder = rust.Holder(array)
    check(sys.getrefcount(array) > before, True, "the tensor keeps the NumPy array")
    total = array.sum()
    alone = np.arange(1000.0)
    other = rust.Holder(alone)
    del alone
    check(other.total(), total, "a NumPy array that only Rust holds")
    del holder, other
    check(sys.getrefcount(array), before, "the NumPy array is given back once")


def round_trip():
    before = rust.deleted()
    array = np.from_dlpack(rust.arange([4, 3], "int16", "reversed"))
    holder = rust.Holder(array)
    del array
    check(rust.deleted(), before, "Rust holds NumPy's view of Rust's array")
    check(holder.total(), 66.0, "its sum")
    del holder
    check(rust.deleted(), before + 1, "and frees it")


def with_torch():
    for dtype in NUMPY_DTYPES + ["bfloat16"]:
        for shape in SHAPES:
            for order in orders(shape):
                what = f"torch.from_dlpack({dtype}, {shape}, {order})"
                expected = expected_array(shape, "float64" if dtype == "bfloat16" else dtype, order)
                before = rust.deleted()
                exporter = rust.arange(list(shape), dtype, order)
                if order == "reversed" and max(shape, default=0) > 1 and min(shape) > 0:
                    refuses(lambda: torch.from_dlpack(exporter), "strides=[-", what)
                    del exporter
                    check(rust.deleted(), before + 1, f"{what} is freed once though refused")
                    continue
                tensor = torch.from_dlpack(exporter)
                del exporter
                check(str(tensor.dtype), f"torch.{dtype}", what)
                check(tensor.double().tolist(), expected.astype("float64").tolist(), what)
                values = tensor.double().ravel().tolist()
                check(rust.values(tensor), values, f"back from {what}")
                check(rust.total(tensor), float(sum(values)), f"back from {what}")
                if expected.size:
                    check(rust.deleted(), before, f"{what} is alive")
                    del tensor
                    check(rust.deleted(), before + 1, f"{what} is freed once")

    base = torch.arange(60).reshape(3, 4, 5)
    for dtype in NUMPY_DTYPES + ["bfloat16"]:
        tensor = base.to(getattr(torch, dtype))
        cases = [tensor, tensor[:, ::2, 1:], tensor.permute(2, 0, 1), tensor[0, 0, 0], tensor[:0],
                 tensor[:, :1].expand(3, 4, 5)]  # fmt: skip
        for number, case in enumerate(cases):
            values = case.double().ravel().tolist()
            what = f"import of torch tensor {number} of {dtype}"
            check(rust.values(case), values, what)
            check(rust.total(case), float(sum(values)), what)
            shape, strides, _, _ = rust.describe(case)
            check((tuple(shape), tuple(strides)), (tuple(case.shape), case.stride()), what)
    refuses(lambda: rust.total(torch.zeros(2, dtype=torch.complex64)), "complex64", "a complex tensor")
    refuses(lambda: rust.total(torch.zeros(2).to(torch.float8_e4m3fn)), "float8_e4m3fn", "a tensor of 8-bit floats")
    if torch.cuda.is_available():
        refuses(lambda: rust.total(torch.zeros(2, device="cuda:0")), "cuda:0", "a tensor on a GPU")


export_to_numpy()
export_without_a_consumer()
export_read_only()
import_from_numpy()
import_gives_the_array_back()
round_trip()
numpy_checks = CHECKS
if torch:
    with_torch()
    print(f"{numpy_checks} checks with NumPy {np.__version__}, {CHECKS - numpy_checks} with torch {torch.__version__}")
else:
    print(f"{numpy_checks} checks with NumPy {np.__version__}; SKIPPED torch, which cannot be imported")
