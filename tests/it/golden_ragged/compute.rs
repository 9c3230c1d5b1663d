//! Functions of values, and statistics of rows.

use burn_prep::ragged::{EmptyRow, Ragged, RaggedOrDense, Reduction};
use burn_prep::stats::Numeric;
use serde_json::Value as Json;

use super::value::{Element, dtype, for_dtype, for_numbers, int, operand, outcome, ragged, value};
use crate::golden::{Outcome, Scalar};

pub(super) fn of_case(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    match op {
        "binary" | "map_flat_values" => for_dtype!(dtype(input), T => function::<T>(op, args, input)),
        "reduce_any" | "reduce_all" => {
            let rows = value::<bool>(input)?.into_ragged().map_err(|error| error.to_string())?;
            let reduction = reduction(&rows, args);
            Ok(outcome(if op == "reduce_any" { reduction.any() } else { reduction.all() }))
        }
        _ => for_numbers!(dtype(input), T => {
            let rows = value::<T>(input)?.into_ragged().map_err(|error| error.to_string())?;
            reduce(op, args, &rows)
        }, other => Err(format!("dtype {other}"))),
    }
}

fn reduction<'a, T>(rows: &'a Ragged<T>, args: &Json) -> Reduction<'a, T> {
    let reduction = rows.reduce().empty(EmptyRow::DtypeExtreme);
    let reduction = match &args["axis"] {
        Json::Null => reduction,
        Json::Array(axes) => reduction.axes(&axes.iter().map(|axis| int(axis) as isize).collect::<Vec<_>>()),
        axis => reduction.axis(int(axis) as isize),
    };
    if args["keepdims"] == true { reduction.keep_dims() } else { reduction }
}

fn reduce<T>(op: &str, args: &Json, rows: &Ragged<T>) -> Result<Outcome, String>
where
    T: Element + Numeric,
{
    let reduction = reduction(rows, args);
    // Means of floats are of their type in the vectors, and 64-bit here.
    let statistic = |found: burn_prep::Result<RaggedOrDense<f64>>| {
        if !T::IS_FLOAT {
            return outcome(found);
        }
        let of = |value: &f64| T::of(&Scalar::Float(*value)).unwrap();
        outcome(found.map(|found| match found {
            RaggedOrDense::Dense(array) => RaggedOrDense::Dense(array.map(of)),
            RaggedOrDense::Ragged(rows) => RaggedOrDense::Ragged(rows.map_values(of)),
        }))
    };
    Ok(match op {
        "reduce_sum" => outcome(reduction.sum()),
        "reduce_prod" => outcome(reduction.prod()),
        "reduce_max" => outcome(reduction.max()),
        "reduce_min" => outcome(reduction.min()),
        "reduce_mean" => statistic(reduction.mean()),
        "reduce_variance" => statistic(reduction.var(0)),
        "reduce_std" => statistic(reduction.std(0)),
        other => return Err(format!("no such operation: {other}")),
    })
}

fn function<T: Element>(op: &str, args: &Json, input: &Json) -> Result<Outcome, String> {
    let name = args["fn"].as_str().unwrap();
    let items = input["items"].as_array().unwrap();
    let parts: Result<Vec<_>, _> = items.iter().map(value::<T>).collect();
    let mut parts = match parts {
        Ok(parts) => parts,
        Err(category) => return Ok(Err(category)),
    };
    let at = parts.iter().position(|part| matches!(part, RaggedOrDense::Ragged(_))).ok_or("no rows")?;
    let rows = parts.remove(at).into_ragged().map_err(|error| error.to_string())?;
    let Some(other) = parts.first() else {
        return match name {
            "cast_f32" => Ok(ragged(Ok(rows.map_values(|own| own.scalar().to_f64() as f32)))),
            name => {
                let of = unary(name).ok_or(format!("function {name}"))?;
                Ok(ragged(Ok(rows.map_values(|own| T::of(&of(own.scalar())).unwrap()))))
            }
        };
    };
    // The operands in their order.
    let ordered = |a: &T, b: &T| if at == 0 { (a.scalar(), b.scalar()) } else { (b.scalar(), a.scalar()) };
    let number = |a: &T, b: &T| {
        let (a, b) = ordered(a, b);
        T::of(&arithmetic(name, a, b)).unwrap()
    };
    let flag = |a: &T, b: &T| {
        let (a, b) = ordered(a, b);
        compare(name, &a, &b)
    };
    let is_flag = name.contains("less") || name.contains("greater") || name.contains("equal");
    Ok(match (op, other) {
        ("map_flat_values", RaggedOrDense::Ragged(other)) if is_flag => {
            ragged(rows.map_values_with(other, flag))
        }
        ("map_flat_values", RaggedOrDense::Ragged(other)) => ragged(rows.map_values_with(other, number)),
        _ if is_flag => ragged(rows.zip_with(operand(other), flag)),
        _ => ragged(rows.zip_with(operand(other), number)),
    })
}

fn unary(name: &str) -> Option<fn(Scalar) -> Scalar> {
    Some(match name {
        "square" => |value| arithmetic("mul", value.clone(), value),
        "neg" | "negative" => |value| arithmetic("mul", value, Scalar::Int(-1)),
        "abs" => |value| match value {
            Scalar::Int(value) => Scalar::Int(value.abs()),
            other => Scalar::Float(other.to_f64().abs()),
        },
        "identity" => |value| value,
        _ => return None,
    })
}

fn arithmetic(name: &str, a: Scalar, b: Scalar) -> Scalar {
    match (a, b) {
        (Scalar::Int(a), Scalar::Int(b)) => Scalar::Int(match name {
            "add" => a + b,
            "sub" | "subtract" => a - b,
            "mul" | "multiply" => a * b,
            "maximum" => a.max(b),
            "minimum" => a.min(b),
            "floordiv" => a.div_euclid(b),
            other => panic!("function {other}"),
        }),
        (a, b) => {
            let (a, b) = (a.to_f64(), b.to_f64());
            Scalar::Float(match name {
                "add" => a + b,
                "sub" | "subtract" => a - b,
                "mul" | "multiply" => a * b,
                "div" | "truediv" | "divide" => a / b,
                "maximum" => a.max(b),
                "minimum" => a.min(b),
                other => panic!("function {other}"),
            })
        }
    }
}

fn compare(name: &str, a: &Scalar, b: &Scalar) -> bool {
    let (number_a, number_b) = (a.to_f64(), b.to_f64());
    match name {
        "less" => number_a < number_b,
        "less_equal" => number_a <= number_b,
        "greater" => number_a > number_b,
        "greater_equal" => number_a >= number_b,
        "equal" => a == b,
        "not_equal" => a != b,
        other => panic!("function {other}"),
    }
}
