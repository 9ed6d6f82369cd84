//! Check 44: what a number is by its text.

use router_json::Number;

/// serde_json knows which texts are numbers, but for those that it cannot hold.
#[test]
fn texts_that_are_numbers_and_others() {
    for text in ["0", "-0", "1", "-12", "1.50", "1e5", "1E+5", "1.0e-05", "123456789012345678901234567890"] {
        assert_eq!(Number::parse(text).unwrap().to_string(), text);
        assert!(serde_json::from_str::<f64>(text).is_ok());
    }
    let beyond = Number::parse("1e400").unwrap();
    assert_eq!((beyond.to_string().as_str(), beyond.to_json()), ("1e400", None));
    for text in ["", "-", "01", "-01", "1.", ".5", "1e", "1e+", "+1", " 1", "1 ", "NaN", "0x1", "1a", "--1"] {
        assert_eq!(Number::parse(text), None, "{text:?}");
        assert!(text.trim() != text || serde_json::from_str::<f64>(text).is_err(), "{text:?}");
    }
}

#[test]
fn equal_are_those_written_alike() {
    let number = |text| Number::parse(text).unwrap();
    assert_eq!(number("12"), Number::from(12_i64));
    assert_eq!(number("9223372036854775807"), Number::from(i64::MAX));
    assert_ne!(number("1"), number("1.0"));
    assert_ne!(number("0"), number("-0"));
    assert_ne!(number("123456789012345678901"), number("123456789012345678902"));
}

#[test]
fn a_whole_number_of_32_bits_in_any_notation() {
    let int = |text| Number::parse(text).unwrap().to_i32();
    assert_eq!(int("2147483647"), Some(i32::MAX));
    assert_eq!(int("-2147483648.0"), Some(i32::MIN));
    assert_eq!(int("1e3"), Some(1000));
    assert_eq!(int("-0"), Some(0));
    assert_eq!(int("0e99999999999999999999"), Some(0));
    assert_eq!(int("0.0012e4"), Some(12));
    assert_eq!(int("-21474836480e-1"), Some(i32::MIN));
    for text in [
        "2147483648",
        "-2147483649.0",
        "1.5",
        "0.99999999999999999999",
        "2147483647.0000000000000000001",
        "1e-1",
        "1e400",
        "1e99999999999999999999",
        "123456789012345678901234567890",
    ] {
        assert_eq!(int(text), None, "{text}");
    }
}
