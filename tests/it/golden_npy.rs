//! NumPy's answers: files, layouts, casts and statistics.

use std::collections::BTreeMap;
use std::path::Path;

use burn_prep::arrays::DType;
use burn_prep::error::{ErrorKind, NpyFault};
use burn_prep::npy;
use burn_prep::prelude::*;
use burn_prep::stats::{AxisMoments, Bins, Histogram, Interpolation, NanPolicy, Numeric, unique};
use burn_prep::{Error, Result};
use ndarray::{Array4, ArrayD, ArrayViewD, Axis, IxDyn, Slice};
use serde_json::{Value as Json, json};

use crate::any_array::for_any_array;
use crate::golden::{Answer, Dense, Outcome, categorised, folder, list_of, run};

/// The cases that come with the project.
const CASES: [(&str, usize); 24] = [
    ("cast.checked", 7),
    ("layout.broadcast_to", 1),
    ("layout.nchw_to_nhwc", 3),
    ("layout.nhwc_to_nchw", 4),
    ("layout.slice_negative_stride", 4),
    ("npy.read", 36),
    ("npy.read_as", 1),
    ("npy.read_error", 14),
    ("npy.write", 10),
    ("npz.read", 2),
    ("stat.argminmax", 4),
    ("stat.channel_histogram", 2),
    ("stat.histogram", 28),
    ("stat.max", 75),
    ("stat.mean", 75),
    ("stat.median", 75),
    ("stat.merge", 30),
    ("stat.min", 75),
    ("stat.percentile", 27),
    ("stat.standardize", 2),
    ("stat.std", 149),
    ("stat.sum", 75),
    ("stat.unique", 3),
    ("stat.var", 148),
];

#[test]
fn golden_npy() {
    let (folder, own) = folder();
    let folder = folder.join("npy");
    assert_eq!(CASES.iter().map(|(_, count)| count).sum::<usize>(), 850);
    let at_least = if own { &CASES[..] } else { &[] };
    let keeps_dtype = |op: &str| !op.starts_with("stat.") || op == "stat.unique";
    run("golden_npy", &folder.join("index.json"), at_least, keeps_dtype, |case| of_case(&folder, case));
}

fn of_case(folder: &Path, case: &Json) -> std::result::Result<Outcome, String> {
    let (op, args) = (case["op"].as_str().unwrap(), &case["args"]);
    let path = folder.join(case["file"].as_str().unwrap());
    Ok(match op {
        "npy.read" | "npy.read_error" => {
            answer(npy::read_file(path).map(|any| Answer::Dense(Dense::of_any(&any))))
        }
        "npy.read_as" => {
            let dtype = match args["assume"].as_str() {
                Some("bfloat16") => DType::BF16,
                Some("float16") => DType::F16,
                other => return Err(format!("assume {other:?}")),
            };
            let options = npy::ReadOptions::new().assume(dtype);
            answer(options.read_file(path).map(|any| Answer::Dense(Dense::of_any(&any))))
        }
        "npy.write" => answer(write_again(&path, args)),
        "npz.read" => answer(npy::read_npz(path).map(|members| {
            let answers = members.into_iter().map(|(name, any)| (name, Answer::Dense(Dense::of_any(&any))));
            Answer::Map(answers.collect())
        })),
        _ => {
            let any = npy::read_file(path).map_err(|error| error.to_string())?;
            return for_any_array!(&any, array => of_array(op, args, array));
        }
    })
}

fn of_array<E: Numeric>(op: &str, args: &Json, array: &ArrayD<E>) -> std::result::Result<Outcome, String> {
    let view = array.view();
    Ok(match op {
        "layout.nhwc_to_nchw" => through_a_tensor(view, Layout::Nhwc, Layout::Nchw),
        "layout.nchw_to_nhwc" => through_a_tensor(view, Layout::Nchw, Layout::Nhwc),
        "layout.slice_negative_stride" => {
            let mut view = view;
            let axis = Axis(args["axis"].as_u64().unwrap() as usize);
            view.slice_axis_inplace(axis, Slice::new(0, None, -1));
            Ok(view.cast::<E>().unwrap().into())
        }
        "layout.broadcast_to" => {
            let shape: Vec<usize> = list_of(&args["shape"], |length| length.as_u64().unwrap() as usize);
            let wide = view.broadcast(IxDyn(&shape)).ok_or("does not broadcast")?;
            Ok(wide.cast::<E>().unwrap().into())
        }
        "cast.checked" => answer(match args["to"].as_str().unwrap() {
            "uint8" => view.cast::<u8>().map(Answer::from),
            "uint16" => view.cast::<u16>().map(Answer::from),
            "uint32" => view.cast::<u32>().map(Answer::from),
            "uint64" => view.cast::<u64>().map(Answer::from),
            "int8" => view.cast::<i8>().map(Answer::from),
            "int16" => view.cast::<i16>().map(Answer::from),
            "int32" => view.cast::<i32>().map(Answer::from),
            "int64" => view.cast::<i64>().map(Answer::from),
            "float16" => view.cast::<half::f16>().map(Answer::from),
            "bfloat16" => view.cast::<half::bf16>().map(Answer::from),
            "float32" => view.cast::<f32>().map(Answer::from),
            "float64" => view.cast::<f64>().map(Answer::from),
            "bool" => view.cast::<bool>().map(Answer::from),
            other => return Err(format!("a cast to {other}")),
        }),
        "stat.unique" => {
            let (values, counts) = unique(view);
            let counts: Vec<i64> = counts.into_iter().map(|count| count as i64).collect();
            let dense = |answer| Answer::Dense(answer);
            let map = [
                ("values".to_owned(), dense(Dense::of(ndarray::Array1::from(values).into_dyn().view()))),
                ("counts".to_owned(), dense(Dense::of(ndarray::Array1::from(counts).into_dyn().view()))),
            ];
            Ok(Answer::Map(BTreeMap::from(map)))
        }
        "stat.histogram" => answer(bins(args).and_then(|bins| histogram(view, &bins, args))),
        _ => return statistic(op, args, view),
    })
}

fn statistic<E: Numeric>(
    op: &str,
    args: &Json,
    view: ArrayViewD<'_, E>,
) -> std::result::Result<Outcome, String> {
    let reduce = match &args["axes"] {
        Json::Null => Reduce::all(),
        axes => Reduce::axes(list_of(axes, |axis| axis.as_i64().unwrap() as isize)),
    };
    let policy = if args["nan"] == "ignore" { NanPolicy::Ignore } else { NanPolicy::Propagate };
    let reduce = reduce.nan(policy);
    let ddof = args["ddof"].as_u64().unwrap_or(0);
    let layout = match args["layout"].as_str() {
        Some("NHWC") => Some(Layout::Nhwc),
        Some("NCHW") => Some(Layout::Nchw),
        _ => None,
    };
    if let Some(named) = named(&args["group"], layout) {
        let named = named.nan(policy).moments(view.view()).map(|moments| moments.mean());
        let listed = reduce.moments(view.view()).map(|moments| moments.mean());
        if format!("{named:?}") != format!("{listed:?}") {
            return Err(format!("{} is not axes {}", args["group"], args["axes"]));
        }
    }
    Ok(match op {
        "stat.mean" => answer(reduce.mean(view).map(Answer::from)),
        "stat.sum" => answer(reduce.sum(view).map(Answer::from)),
        "stat.var" => answer(reduce.var(view, ddof).map(Answer::from)),
        "stat.std" => answer(reduce.std(view, ddof).map(Answer::from)),
        "stat.min" => answer(reduce.min(view).map(Answer::from)),
        "stat.max" => answer(reduce.max(view).map(Answer::from)),
        "stat.median" => answer(reduce.median(view).map(Answer::from)),
        "stat.standardize" => answer(reduce.standardize(view, ddof).map(Answer::from)),
        "stat.percentile" => {
            let method = match args["method"].as_str().unwrap() {
                "linear" => Interpolation::Linear,
                "lower" => Interpolation::Lower,
                "higher" => Interpolation::Higher,
                "nearest" => Interpolation::Nearest,
                "midpoint" => Interpolation::Midpoint,
                other => return Err(format!("method {other}")),
            };
            let q = list_of(&args["q"], |q| q.as_f64().unwrap() / 100.0);
            answer(reduce.quantile(view, &q, method).map(Answer::from))
        }
        "stat.argminmax" => {
            let axis = args["axis"].as_i64();
            let reduce = axis.map_or_else(Reduce::all, |axis| Reduce::axes([axis as isize]));
            let pair = reduce.argmin(view.view()).and_then(|min| Ok((min, reduce.argmax(view.view())?)));
            answer(pair.map(|(min, max)| Answer::Json(json!({"argmin": plain(&min), "argmax": plain(&max)}))))
        }
        "stat.channel_histogram" => {
            let layout = layout.ok_or("no layout")?;
            let of_channels = bins(args).and_then(|bins| Reduce::per_channel(layout).histogram(view, &bins));
            answer(of_channels.map(|channels| Answer::Json(channels.iter().map(Histogram::counts).collect())))
        }
        "stat.merge" => answer(merged(&reduce, args, &view).map(|moments| {
            let counts = moments.count().mapv(|count| count as i64);
            let answers = [
                ("count", counts.into()),
                ("mean", moments.mean().into()),
                ("var", moments.var(ddof).into()),
                ("min", moments.min().unwrap().into()),
                ("max", moments.max().unwrap().into()),
            ];
            Answer::Map(answers.into_iter().map(|(name, answer)| (name.to_owned(), answer)).collect())
        })),
        other => return Err(format!("an operation that this test does not know: {other}")),
    })
}

/// Chunks along the first axis, from the last to the first, each stored and read again on the way.
fn merged<E: Numeric>(reduce: &Reduce<'_>, args: &Json, view: &ArrayViewD<'_, E>) -> Result<AxisMoments<E>> {
    let mut end = view.len_of(Axis(0));
    let mut whole: Option<AxisMoments<E>> = None;
    let chunks = list_of(&args["chunks"], |rows| rows.as_u64().unwrap() as usize);
    assert_eq!(chunks.iter().sum::<usize>(), end);
    for rows in chunks.iter().rev() {
        let part = reduce.moments(view.slice_axis(Axis(0), Slice::from(end - rows..end)))?;
        end -= rows;
        match &mut whole {
            Some(whole) => whole.merge(&part)?,
            None => whole = Some(part),
        }
    }
    Ok(whole.unwrap())
}

fn named(group: &Json, layout: Option<Layout>) -> Option<Reduce<'static>> {
    Some(match (group.as_str()?, layout) {
        ("per_image", Some(_)) => Reduce::per_image(),
        ("across_batch", Some(_)) => Reduce::across_batch(),
        ("per_channel", Some(layout)) => Reduce::per_channel(layout),
        ("per_image_channel", Some(layout)) => Reduce::per_image_channel(layout),
        _ => return None,
    })
}

fn bins(args: &Json) -> Result<Bins> {
    let range = list_of(&args["range"], |end| end.as_f64().unwrap());
    Ok(match (&args["bins"], &range[..]) {
        (Json::Array(_), _) => Bins::edges(list_of(&args["bins"], |edge| edge.as_f64().unwrap())),
        (count, [min, max]) => Bins::within(count.as_u64().unwrap() as usize, *min, *max),
        (count, _) => Bins::count(count.as_u64().unwrap() as usize),
    })
}

fn histogram<E: Numeric>(view: ArrayViewD<'_, E>, bins: &Bins, args: &Json) -> Result<Answer> {
    let histogram = Histogram::of(view, bins)?;
    let counts = match args["density"].as_bool() {
        Some(true) => ndarray::Array1::from(histogram.density()).into_dyn().into(),
        _ => {
            ndarray::Array1::from_iter(histogram.counts().iter().map(|&count| count as i64)).into_dyn().into()
        }
    };
    let edges = ndarray::Array1::from(histogram.edges().to_vec()).into_dyn().into();
    Ok(Answer::Map(BTreeMap::from([("counts".to_owned(), counts), ("edges".to_owned(), edges)])))
}

/// The permuted view as an array, and the same by way of every device that has the dtype, if there are devices.
fn through_a_tensor<E: Numeric>(view: ArrayViewD<'_, E>, from: Layout, to: Layout) -> Outcome {
    let view = view.into_dimensionality().map_err(|_| "rank_mismatch".to_owned())?;
    let permuted = from.permute(view, to);
    let packed: Array4<E> = permuted.cast::<E>().unwrap();
    #[cfg(feature = "burn")]
    for (spec, device) in crate::support::devices() {
        use burn::tensor::Tensor;
        if !device.supports_dtype(<E as burn::tensor::Element>::dtype()) {
            continue;
        }
        let back = match (E::IS_FLOAT, E::NAME) {
            (true, _) => IntoTensor::<4>::into_tensor::<burn::tensor::Float>(permuted, &device)
                .and_then(Tensor::into_ndarray::<E>),
            (_, "bool") => IntoTensor::<4>::into_tensor::<burn::tensor::Bool>(permuted, &device)
                .and_then(Tensor::into_ndarray::<E>),
            _ => IntoTensor::<4>::into_tensor::<burn::tensor::Int>(permuted, &device)
                .and_then(Tensor::into_ndarray::<E>),
        };
        assert_eq!(back.unwrap(), packed, "{spec}");
    }
    Ok(packed.into_dyn().into())
}

/// The file's array, written again: where its data starts and what all its bytes hash to.
fn write_again(path: &Path, args: &Json) -> Result<Answer> {
    let any = npy::read_file(path)?;
    let options = npy::WriteOptions::new()
        .fortran_order(args["fortran_order"].as_bool().unwrap_or(false))
        .big_endian(!args["little_endian"].as_bool().unwrap_or(true));
    let mut bytes = Vec::new();
    options.write_any(&mut bytes, &any)?;
    let header = usize::from(u16::from_le_bytes([bytes[8], bytes[9]]));
    let hash = <sha2::Sha256 as sha2::Digest>::digest(&bytes);
    let hash: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Answer::Json(json!({"data_offset": 10 + header, "sha256": hash})))
}

fn plain(array: &ArrayD<usize>) -> Json {
    match array.ndim() {
        0 => json!(array.first()),
        _ => array.outer_iter().map(|inner| plain(&inner.to_owned())).collect(),
    }
}

fn answer(result: Result<Answer>) -> Outcome {
    categorised(result, category)
}

/// The words that the vectors have for errors.
fn category(error: &Error) -> String {
    match error.kind() {
        ErrorKind::Npy(fault) => match fault {
            NpyFault::Truncated { .. } => "truncated",
            NpyFault::BadMagic { .. } => "bad_magic",
            NpyFault::BadVersion { .. } => "bad_version",
            NpyFault::BadHeader { .. } => "bad_header",
            NpyFault::BadDType { .. } => "bad_dtype",
            NpyFault::ShapeOverflow { .. } => "shape_overflow",
            NpyFault::ObjectDType { .. } => "object_dtype",
            NpyFault::StructuredDType { .. } => "structured_dtype",
            NpyFault::ComplexDType { .. } => "complex_dtype",
            _ => "another fault of a .npy file",
        },
        ErrorKind::Empty { .. } => "empty_reduction",
        ErrorKind::NotFinite { .. } => "nan_range",
        ErrorKind::Cast { .. } => "out_of_range_cast",
        ErrorKind::Parameter { name, .. } => match name.as_str() {
            "bins.edges" => "edges_not_increasing",
            "bins.count" => "zero_bins",
            "bins.range" => "bad_range",
            "axis" => "axis_out_of_range",
            name if name.starts_with("q[") => "q_out_of_range",
            _ => "another parameter",
        },
        other => return other.to_string(),
    }
    .to_owned()
}
