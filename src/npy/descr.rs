//! What a header says about the elements: their type and the order of their bytes.

use crate::arrays::DType;

use crate::arrays::ArrayElement;
use crate::error::NpyFault;
use crate::npy::literal::Literal;

/// The order of the bytes of a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    Little,
    Big,
}

impl Order {
    /// This machine's.
    pub(super) const NATIVE: Self = if cfg!(target_endian = "big") { Self::Big } else { Self::Little };
}

/// The element type of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Descr {
    /// `None` for two bytes without a meaning.
    pub(super) dtype: Option<DType>,
    pub(super) order: Order,
}

impl Descr {
    pub(super) fn size(self) -> usize {
        self.dtype.map_or(2, |dtype| dtype.size())
    }

    /// Reads `'<f4'` and its like; what is no number says why.
    pub(super) fn of(literal: &Literal) -> Result<Self, NpyFault> {
        let Literal::Text(text) = literal else {
            let descr = short(&plain(literal));
            return Err(match literal {
                Literal::List(_) => NpyFault::StructuredDType { descr },
                _ => NpyFault::BadDType { descr },
            });
        };
        let (order, code) = match text.as_bytes().first() {
            Some(b'<') => (Order::Little, text.get(1..)),
            Some(b'>') => (Order::Big, text.get(1..)),
            Some(b'|' | b'=') => (Order::NATIVE, text.get(1..)),
            _ => (Order::NATIVE, Some(text.as_str())),
        };
        let code = code.unwrap_or_default();
        match dtype_of(code) {
            Some(dtype) => Ok(Self { dtype: Some(dtype), order }),
            None if code == "V2" => Ok(Self { dtype: None, order }),
            None => Err(fault_of(code, short(text))),
        }
    }
}

fn dtype_of(code: &str) -> Option<DType> {
    Some(match code {
        "f8" | "float64" => DType::F64,
        "f4" | "float32" => DType::F32,
        "f2" | "float16" => DType::F16,
        "bfloat16" => DType::BF16,
        "i8" | "int64" => DType::I64,
        "i4" | "int32" => DType::I32,
        "i2" | "int16" => DType::I16,
        "i1" | "int8" => DType::I8,
        "u8" | "uint64" => DType::U64,
        "u4" | "uint32" => DType::U32,
        "u2" | "uint16" => DType::U16,
        "u1" | "uint8" => DType::U8,
        "b1" | "?" | "bool" => bool::DTYPE,
        _ => return None,
    })
}

fn fault_of(code: &str, descr: String) -> NpyFault {
    let digits = |kind: char| code.strip_prefix(kind).is_some_and(|n| n.bytes().all(|b| b.is_ascii_digit()));
    if digits('O') || code == "object" {
        NpyFault::ObjectDType { descr }
    } else if ["c8", "c16", "c24", "c32", "complex64", "complex128"].contains(&code) {
        NpyFault::ComplexDType { descr }
    } else if digits('V') || code.contains(',') {
        NpyFault::StructuredDType { descr } // `f4,i2` is NumPy's short form of a record
    } else {
        NpyFault::BadDType { descr }
    }
}

/// The descr of arrays of `E`, as NumPy writes it; bfloat16, which it does not know, is `<V2`.
pub(super) fn descr_of<E: ArrayElement>(order: Order) -> String {
    let size = size_of::<E>();
    let sign = match order {
        _ if size == 1 => '|',
        Order::Little => '<',
        Order::Big => '>',
    };
    let kind = match E::DTYPE {
        DType::F64 | DType::F32 | DType::F16 => 'f',
        DType::I64 | DType::I32 | DType::I16 | DType::I8 => 'i',
        DType::U64 | DType::U32 | DType::U16 | DType::U8 => 'u',
        DType::Bool => 'b',
        _ => 'V',
    };
    format!("{sign}{kind}{size}")
}

/// A literal as Python prints it.
pub(super) fn plain(literal: &Literal) -> String {
    let all = |items: &[Literal]| items.iter().map(plain).collect::<Vec<_>>().join(", ");
    match literal {
        Literal::Text(text) => format!("'{text}'"),
        Literal::Whole(Some(value)) => value.to_string(),
        Literal::Whole(None) => "a huge number".to_owned(),
        Literal::Bool(value) => if *value { "True" } else { "False" }.to_owned(),
        Literal::Tuple(items) if items.len() == 1 => format!("({},)", all(items)),
        Literal::Tuple(items) => format!("({})", all(items)),
        Literal::List(items) => format!("[{}]", all(items)),
    }
}

/// Error messages stay one line of a bearable length, without control characters.
pub(super) fn short(text: &str) -> String {
    let mut clean: String = text.chars().filter(|c| !c.is_control()).take(120).collect();
    if clean.len() < text.len() {
        clean.push_str("...");
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;
    use half::{bf16, f16};

    fn of(text: &str) -> Result<Descr, NpyFault> {
        Descr::of(&Literal::Text(text.to_owned()))
    }

    #[test]
    fn numbers_in_both_byte_orders_and_by_name() {
        let dtype = |text| of(text).unwrap().dtype.unwrap();
        assert_eq!(of("<f4"), Ok(Descr { dtype: Some(DType::F32), order: Order::Little }));
        assert_eq!(of(">u8"), Ok(Descr { dtype: Some(DType::U64), order: Order::Big }));
        assert_eq!(of("=i2"), Ok(Descr { dtype: Some(DType::I16), order: Order::NATIVE }));
        assert_eq!(of("|V2"), Ok(Descr { dtype: None, order: Order::NATIVE }));
        assert_eq!((dtype("|b1"), dtype("?"), dtype("bool")), (bool::DTYPE, bool::DTYPE, bool::DTYPE));
        assert_eq!((dtype("float16"), dtype("bfloat16"), dtype("f2")), (DType::F16, DType::BF16, DType::F16));
    }

    #[test]
    fn what_is_no_number_has_its_own_reason() {
        use NpyFault::*;
        for text in ["|O", "O", "|O8", "object"] {
            assert!(matches!(of(text), Err(ObjectDType { .. })), "{text}");
        }
        for text in ["<c8", ">c16", "complex128"] {
            assert!(matches!(of(text), Err(ComplexDType { .. })), "{text}");
        }
        for text in ["|V8", "|V0", "V", "<V1", "f4,i2"] {
            assert!(matches!(of(text), Err(StructuredDType { .. })), "{text}");
        }
        for text in ["<q9", "<f16", "<U5", "|S3", "<M8[ns]", "<m8", "", "<", "<<f4", "f4 ", "c7", "Ox", "é"]
        {
            assert!(matches!(of(text), Err(BadDType { .. })), "{text}");
        }
        let list = Literal::List(vec![Literal::Tuple(vec![Literal::Text("a".into())])]);
        assert_eq!(Descr::of(&list), Err(StructuredDType { descr: "[('a',)]".into() }));
        assert!(matches!(Descr::of(&Literal::Whole(Some(3))), Err(BadDType { .. })));
    }

    #[test]
    fn a_written_descr_reads_back() {
        fn check<E: ArrayElement>() {
            for order in [Order::Little, Order::Big] {
                let read = of(&descr_of::<E>(order)).unwrap();
                assert!(read.dtype.is_none_or(|dtype| dtype == E::DTYPE));
                assert!(read.order == order || size_of::<E>() == 1);
            }
        }
        check::<bool>();
        check::<i8>();
        check::<u64>();
        check::<f16>();
        check::<f64>();
        assert_eq!(descr_of::<bf16>(Order::Little), "<V2");
        assert_eq!(descr_of::<u8>(Order::Big), "|u1");
    }

    #[test]
    fn a_long_descr_is_cut_in_messages() {
        let fault = of(&"x\n".repeat(5000)).unwrap_err().to_string();
        assert!(fault.len() < 300 && !fault.contains('\n'), "{fault}");
    }
}
