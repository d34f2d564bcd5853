//! What a region says, as plain data: no spelling, no layout, no page.

use std::fmt;

/// A number as decimal text in its shortest form: `4`, `0.95`, `-1`. Two numbers are equal where their texts are.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Number(String);

/// A number that is written with more digits than this is no number of a model list.
const DIGITS: usize = 400;

impl Number {
    /// Reads a decimal number as TOML, JSON and JSON5 spell them: `4.0`, `+.5`, `2e-07`, `0x10`, `1_000`.
    /// Gives nothing for anything else, for what is not finite, and for a number of more than 400 digits.
    ///
    /// ```
    /// use moonsync::content::Number;
    /// assert_eq!(Number::parse("4.0"), Number::parse("4"));
    /// assert_eq!(Number::parse("2e-07").unwrap().as_str(), "0.0000002");
    /// assert_eq!(Number::parse("0x10").unwrap().as_str(), "16");
    /// assert_eq!(Number::parse("four"), None);
    /// ```
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        if let Some(hex) = rest.strip_prefix("0x").or_else(|| rest.strip_prefix("0X")) {
            let value = u128::from_str_radix(hex, 16).ok().filter(|_| !hex.starts_with('+'))?;
            return Some(Self::from_digits(negative, &value.to_string(), 0));
        }
        let (mantissa, exponent) = match rest.find(['e', 'E']) {
            Some(at) => {
                (&rest[..at], rest[at + 1..].parse::<i32>().ok().filter(|e| e.unsigned_abs() as usize <= DIGITS)?)
            }
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let digits: String = [whole, fraction].concat().chars().filter(|c| *c != '_').collect();
        if digits.is_empty() || digits.len() > DIGITS || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return None;
        }
        let fraction = i32::try_from(fraction.chars().filter(|c| *c != '_').count()).ok()?;
        Some(Self::from_digits(negative, &digits, exponent - fraction))
    }

    /// The number `digits * 10^exponent`.
    fn from_digits(negative: bool, digits: &str, exponent: i32) -> Self {
        let mut digits = digits.to_owned();
        if exponent >= 0 {
            digits.extend(std::iter::repeat_n('0', exponent.unsigned_abs() as usize));
        } else {
            let places = exponent.unsigned_abs() as usize;
            if digits.len() <= places {
                digits.insert_str(0, &"0".repeat(places + 1 - digits.len()));
            }
            digits.insert(digits.len() - places, '.');
        }
        let mut text = digits.trim_start_matches('0');
        if text.contains('.') {
            text = text.trim_end_matches('0').trim_end_matches('.');
        }
        let mut text = if text.is_empty() || text.starts_with('.') { format!("0{text}") } else { text.to_owned() };
        if negative && text != "0" {
            text.insert(0, '-');
        }
        Self(text)
    }

    /// The number times `10^power`, exactly: a price per token is one per million tokens six digits further.
    ///
    /// ```
    /// use moonsync::content::Number;
    /// assert_eq!(Number::parse("2e-07").unwrap().shifted(6).as_str(), "0.2");
    /// assert_eq!(Number::parse("-1.5").unwrap().shifted(-2).as_str(), "-0.015");
    /// ```
    #[must_use]
    pub fn shifted(&self, power: i16) -> Self {
        let (whole, fraction) = self.parts();
        let exponent = i32::from(power) - i32::try_from(fraction.len()).unwrap_or(0);
        Self::from_digits(self.is_negative(), &format!("{whole}{fraction}"), exponent)
    }

    /// The number with so many significant digits at most, the last one rounded half away from zero: what is left of
    /// `0.30000000000000004` when a program has calculated with it.
    ///
    /// ```
    /// use moonsync::content::Number;
    /// assert_eq!(Number::parse("0.30000000000000004").unwrap().rounded(12).as_str(), "0.3");
    /// assert_eq!(Number::parse("2.9999999999999997").unwrap().rounded(12).as_str(), "3");
    /// assert_eq!(Number::parse("1048576").unwrap().rounded(2).as_str(), "1000000");
    /// ```
    #[must_use]
    pub fn rounded(&self, digits: usize) -> Self {
        let (whole, fraction) = self.parts();
        let all = format!("{whole}{fraction}");
        let first = all.find(|c| c != '0').unwrap_or(all.len());
        let kept = first + digits;
        if all.len() <= kept {
            return self.clone();
        }
        let mut rounded = all.as_bytes()[..kept].to_vec();
        let dropped = i32::try_from(all.len() - kept).unwrap_or(0);
        if all.as_bytes()[kept] >= b'5' {
            rounded.insert(0, b'0');
            for digit in rounded.iter_mut().rev() {
                *digit = if *digit == b'9' { b'0' } else { *digit + 1 };
                if *digit != b'0' {
                    break;
                }
            }
        }
        let rounded: String = rounded.into_iter().map(char::from).collect();
        let exponent = dropped - i32::try_from(fraction.len()).unwrap_or(0);
        Self::from_digits(self.is_negative(), &rounded, exponent)
    }

    /// The digits before and after the point.
    fn parts(&self) -> (&str, &str) {
        let unsigned = self.0.strip_prefix('-').unwrap_or(&self.0);
        unsigned.split_once('.').unwrap_or((unsigned, ""))
    }

    /// The shortest form.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is a whole number.
    #[must_use]
    pub fn is_integer(&self) -> bool {
        !self.0.contains('.')
    }

    /// Whether it is zero.
    #[must_use]
    pub fn is_zero(&self) -> bool {
        self.0 == "0"
    }

    /// Whether it is below zero.
    #[must_use]
    pub fn is_negative(&self) -> bool {
        self.0.starts_with('-')
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self(value.to_string())
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self(value.to_string())
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A JSON value whose objects keep their order and whose numbers are exact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `null`
    Null,
    /// `true` or `false`
    Bool(bool),
    /// A number.
    Number(Number),
    /// A string.
    String(String),
    /// A list of values.
    Array(Vec<Value>),
    /// Keys and values in order.
    Object(Vec<(String, Value)>),
}

impl Value {
    /// The member `key` of an object.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&Value> {
        match self {
            Self::Object(members) => members.iter().find(|(name, _)| name == key).map(|(_, value)| value),
            _ => None,
        }
    }
}

/// The value as compact JSON, for messages.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Number(number) => write!(f, "{number}"),
            Self::String(text) => write!(f, "{}", serde_json::Value::from(text.as_str())),
            Self::Array(values) => {
                f.write_str("[")?;
                for (n, value) in values.iter().enumerate() {
                    write!(f, "{}{value}", if n > 0 { ", " } else { "" })?;
                }
                f.write_str("]")
            }
            Self::Object(members) => {
                f.write_str("{")?;
                for (n, (key, value)) in members.iter().enumerate() {
                    let key = serde_json::Value::from(key.as_str());
                    write!(f, "{}{key}: {value}", if n > 0 { ", " } else { "" })?;
                }
                f.write_str("}")
            }
        }
    }
}

/// One entry of an array (no key) or an object (a key).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The key, where the region stands in an object.
    pub key: Option<String>,
    /// The value.
    pub value: Value,
}

/// What a list item or a table cell says: words, or code.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Inline {
    /// Plain words.
    Text(String),
    /// One code span.
    Code(String),
}

impl Inline {
    /// The words, code or not.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Text(text) | Self::Code(text) => text,
        }
    }
}

impl fmt::Display for Inline {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Code(text) => write!(f, "`{text}`"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Number {
        Number::parse(text).expect(text)
    }

    #[test]
    fn shifting() {
        for (text, power, expected) in [
            ("0.00000019", 6, "0.19"),
            ("9.5e-07", 6, "0.95"),
            ("1e-05", 6, "10"),
            ("0", 6, "0"),
            ("-0.5", 1, "-5"),
            ("1200", -2, "12"),
            ("7", -3, "0.007"),
        ] {
            assert_eq!(number(text).shifted(power).as_str(), expected, "{text}");
        }
    }

    #[test]
    fn rounding() {
        for (text, digits, expected) in [
            ("1.4999999999999999", 12, "1.5"),
            ("0.099999999999999995", 12, "0.1"),
            ("0.000123456", 3, "0.000123"),
            ("0.000999999", 3, "0.001"),
            ("-9.99", 2, "-10"),
            ("0.15", 12, "0.15"),
            ("0", 12, "0"),
        ] {
            assert_eq!(number(text).rounded(digits).as_str(), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn there_and_back_is_the_number(text in "-?[0-9]{1,20}(\\.[0-9]{1,20})?", power in -30i16..30) {
            let number = number(&text);
            prop_assert_eq!(number.shifted(power).shifted(-power), number.clone());
            prop_assert_eq!(Number::parse(number.shifted(power).as_str()), Some(number.shifted(power)));
            prop_assert_eq!(number.rounded(40), number);
        }

        #[test]
        fn rounding_is_near(text in "[1-9][0-9]{0,12}(\\.[0-9]{1,12})?", digits in 1usize..15) {
            // In units of the last digit that the text may have, where every number is whole.
            let whole = |number: &Number| number.shifted(12).as_str().parse::<i128>().expect("a whole number");
            let exact = number(&text);
            let length = exact.as_str().split('.').next().map_or(0, str::len) + 12;
            let unit = 10i128.pow(u32::try_from(length.saturating_sub(digits)).expect("small"));
            let (exact, rounded) = (whole(&exact), whole(&exact.rounded(digits)));
            prop_assert!((exact - rounded).abs() * 2 <= unit, "{exact} {rounded} {unit}");
            prop_assert_eq!(rounded % unit, 0);
        }
    }
}
