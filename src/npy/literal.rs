//! The part of Python's literals that headers are written in.

/// A Python value: what stands in the dictionary of a header.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Literal {
    Text(String),
    /// A whole number that is not negative; `None` where it is above `usize::MAX`.
    Whole(Option<usize>),
    Bool(bool),
    Tuple(Vec<Literal>),
    List(Vec<Literal>),
}

/// Tuples in lists in tuples: a record of records has few, an attack on the stack has many.
const MAX_DEPTH: usize = 32;

/// The entries of a dictionary, `{'key': value, ...}`, with nothing but blanks around it.
///
/// Read are text (in either quotes), whole numbers (with Python 2's `L`), `True`, `False`, tuples and
/// lists. Everything else is an error that names the place: calls such as `np.int64(3)`, negative numbers,
/// fractions.
pub(super) fn dictionary(text: &[u8]) -> Result<Vec<(String, Literal)>, String> {
    let mut parser = Parser { text, at: 0 };
    parser.expect(b'{', "`{`")?;
    let mut entries = Vec::new();
    while parser.peek() != Some(b'}') {
        let Literal::Text(key) = parser.value(0)? else {
            return Err(parser.wrong("a key in quotes"));
        };
        parser.expect(b':', "`:`")?;
        entries.push((key, parser.value(0)?));
        if !parser.take(b',') {
            break;
        }
    }
    parser.expect(b'}', "`,` or `}`")?;
    match parser.peek() {
        None => Ok(entries),
        Some(_) => Err(parser.wrong("blanks to its end")),
    }
}

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
}

impl Parser<'_> {
    /// The next byte that is no blank.
    fn peek(&mut self) -> Option<u8> {
        while let Some(b' ' | b'\t' | b'\n' | b'\r' | b'\x0c') = self.text.get(self.at) {
            self.at += 1;
        }
        self.text.get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> bool {
        let found = self.peek() == Some(byte);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, byte: u8, name: &str) -> Result<(), String> {
        if self.take(byte) { Ok(()) } else { Err(self.wrong(name)) }
    }

    fn wrong(&self, expected: &str) -> String {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let rest = String::from_utf8_lossy(rest.get(..24).unwrap_or(rest)).trim_end().to_owned();
        format!("found {rest:?} at byte {}, expected {expected}", self.at)
    }

    fn value(&mut self, depth: usize) -> Result<Literal, String> {
        if depth > MAX_DEPTH {
            return Err(self.wrong("fewer brackets within brackets"));
        }
        match self.peek() {
            Some(quote @ (b'\'' | b'"')) => self.quoted(quote),
            Some(b'u') if matches!(self.text.get(self.at + 1), Some(b'\'' | b'"')) => {
                self.at += 1;
                self.value(depth)
            }
            Some(b'0'..=b'9') => self.whole(),
            Some(b'(') => {
                let (mut items, commas) = self.items(b')', depth)?;
                match items.pop() {
                    Some(only) if items.is_empty() && commas == 0 => Ok(only), // `(3)` is 3
                    last => {
                        items.extend(last);
                        Ok(Literal::Tuple(items))
                    }
                }
            }
            Some(b'[') => Ok(Literal::List(self.items(b']', depth)?.0)),
            _ if self.word(b"True") => Ok(Literal::Bool(true)),
            _ if self.word(b"False") => Ok(Literal::Bool(false)),
            _ => Err(self.wrong("text, a whole number, True, False, a tuple or a list")),
        }
    }

    fn word(&mut self, word: &[u8]) -> bool {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let found = rest.starts_with(word)
            && !rest.get(word.len()).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'_');
        self.at += if found { word.len() } else { 0 };
        found
    }

    /// From an opening bracket to its closing one, and how many commas stand between.
    fn items(&mut self, close: u8, depth: usize) -> Result<(Vec<Literal>, usize), String> {
        self.at += 1;
        let (mut items, mut commas) = (Vec::new(), 0);
        while self.peek() != Some(close) {
            items.push(self.value(depth + 1)?);
            if !self.take(b',') {
                break;
            }
            commas += 1;
        }
        self.expect(close, &format!("`,` or `{}`", char::from(close)))?;
        Ok((items, commas))
    }

    /// Escapes stay as they are: only names of fields have them, and those are not looked at.
    fn quoted(&mut self, quote: u8) -> Result<Literal, String> {
        let start = self.at + 1;
        let mut end = start;
        loop {
            match self.text.get(end) {
                Some(b'\\') => end += 2,
                Some(&byte) if byte == quote => break,
                Some(b'\n') | None => return Err(self.wrong("a closing quote")),
                Some(_) => end += 1,
            }
        }
        self.at = end + 1;
        let text = self.text.get(start..end).unwrap_or_default();
        Ok(Literal::Text(String::from_utf8_lossy(text).into_owned()))
    }

    fn whole(&mut self) -> Result<Literal, String> {
        let start = self.at;
        let mut value = Some(0_usize);
        while let Some(&digit @ b'0'..=b'9') = self.text.get(self.at) {
            value = value.and_then(|v| v.checked_mul(10)?.checked_add(usize::from(digit - b'0')));
            self.at += 1;
        }
        let length = self.at - start;
        if self.text.get(self.at) == Some(&b'L') {
            self.at += 1;
        }
        // Python has no `007`, and `1.5`, `1e3`, `0x10`, `1_000` and `12abc` are no whole numbers here.
        let zeros = length > 1 && self.text.get(start) == Some(&b'0');
        let more = |byte: &u8| byte.is_ascii_alphanumeric() || b"._".contains(byte);
        if zeros || self.text.get(self.at).is_some_and(more) {
            self.at = start;
            return Err(self.wrong("a whole number"));
        }
        Ok(Literal::Whole(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn only(text: &str) -> Result<Literal, String> {
        let entries = dictionary(format!("{{'k': {text}}}").as_bytes())?;
        Ok(entries.into_iter().next().unwrap().1)
    }

    #[test]
    fn values_are_read_as_python_reads_them() {
        let whole = |value| Literal::Whole(Some(value));
        assert_eq!(only("(2, 3)"), Ok(Literal::Tuple(vec![whole(2), whole(3)])));
        assert_eq!(only(" ( 2L ,3L , ) "), Ok(Literal::Tuple(vec![whole(2), whole(3)])));
        assert_eq!(only("(3,)"), Ok(Literal::Tuple(vec![whole(3)])));
        assert_eq!(only("(3)"), Ok(whole(3)));
        assert_eq!(only("()"), Ok(Literal::Tuple(vec![])));
        assert_eq!(only("[]"), Ok(Literal::List(vec![])));
        assert_eq!(only("\"<f4\""), Ok(Literal::Text("<f4".into())));
        assert_eq!(only("u'<f4'"), Ok(Literal::Text("<f4".into())));
        assert_eq!(only("'a\\'b'"), Ok(Literal::Text("a\\'b".into())));
        assert_eq!(only("False"), Ok(Literal::Bool(false)));
        assert_eq!(only("99999999999999999999999"), Ok(Literal::Whole(None)));
    }

    #[test]
    fn everything_else_is_refused_with_its_place() {
        for text in [
            "-1",
            "3.5",
            "1e3",
            "0x10",
            "007",
            "1_0",
            "3LL",
            "np.int64(3)",
            "None",
            "Truely",
            "(,)",
            "(2 3)",
            "'open",
            "'a' 'b'",
            "b'<f4'",
            "{}",
            "",
        ] {
            assert!(only(text).is_err(), "{text}");
        }
        assert_eq!(
            only("np.int64(3)").unwrap_err(),
            "found \"np.int64(3)}\" at byte 6, expected text, a whole number, True, False, a tuple or a list"
        );
        for text in ["", "3", "{", "{'a'}", "{'a': 1", "{'a': 1} x", "{1: 1}", "{'a': 1, , }", "{'a': 1}\0"] {
            assert!(dictionary(text.as_bytes()).is_err(), "{text}");
        }
        assert_eq!(dictionary(b" {} \n"), Ok(vec![]));
    }

    #[test]
    fn brackets_within_brackets_do_not_use_up_the_stack() {
        let many = "(".repeat(60_000);
        assert!(only(&many).unwrap_err().contains("fewer brackets"));
        assert!(only(&"[".repeat(60_000)).is_err());
    }
}
