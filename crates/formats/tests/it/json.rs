use formats::json::{Limits, Value, read};
use formats::{FaultCode, Place};

fn json(text: &str) -> formats::json::Json {
    read(text.as_bytes(), &Limits::default()).expect("is JSON")
}

fn code(text: &str) -> FaultCode {
    read(text.as_bytes(), &Limits::default()).expect_err("is no JSON").code
}

#[test]
fn a_number_stays_as_it_is_written() {
    for number in ["24.000", "-0", "1E+2", "0.1", "100000000000000000000000000000000000001"] {
        assert_eq!(json(number).value, Value::Number(number.to_owned()));
    }
}

#[test]
fn every_value_knows_its_bytes() {
    let text = r#"{"a": [1, {"b" : "x\ny"}], "c": null}"#;
    let found = json(text);
    let inner = match &found.get("a").expect("a").value {
        Value::List(items) => items[1].clone(),
        other => panic!("{other:?}"),
    };
    assert_eq!(&text[inner.from..inner.to], r#"{"b" : "x\ny"}"#);
    let b = inner.get("b").expect("b");
    assert_eq!(&text[b.from..b.to], r#""x\ny""#);
    assert_eq!(b.text(), Some("x\ny"));
}

#[test]
fn a_place_counts_lines_and_characters_from_one() {
    let fault = read("{\n  \"Łódź\": x}".as_bytes(), &Limits::default()).expect_err("x");
    assert_eq!(fault.at, Place::Spot { line: 2, column: 11 });
    assert_eq!(fault.value, "x");
}

#[test]
fn the_same_value_has_the_same_canonical_bytes() {
    let one = json("{\"b\": [1.0, true],\n \"a\": \"\\u0041\\n\\u20ac\"}");
    let other = json(r#"{"a":"A\n€","b":[1.0,true]}"#);
    assert_eq!(one.canonical(), other.canonical());
    assert_eq!(
        String::from_utf8_lossy(&one.canonical()),
        "{\"a\":\"A\\u000a€\",\"b\":[1.0,true]}"
    );
    assert_ne!(json("[1.0]").canonical(), json("[1.00]").canonical());
}

#[test]
fn a_name_may_stand_once_also_among_many() {
    let many: String = (0..100).map(|n| format!("\"n{n}\":{n},")).collect();
    assert!(read(format!("{{{many}\"last\":1}}").as_bytes(), &Limits::default()).is_ok());
    assert_eq!(code(&format!("{{{many}\"n3\":1}}")), FaultCode::JsonNameTwice);
    assert_eq!(code(&format!("{{{many}\"n99\":1}}")), FaultCode::JsonNameTwice);
    assert_eq!(code(r#"{"a":1,"\u0061":2}"#), FaultCode::JsonNameTwice);
}

#[test]
fn limits_hold_exactly() {
    let deep = |n: usize| format!("{}{}", "[".repeat(n), "]".repeat(n));
    assert!(read(deep(64).as_bytes(), &Limits::default()).is_ok());
    assert_eq!(code(&deep(65)), FaultCode::JsonTooDeep);
    let limits = Limits {
        values: 3,
        ..Limits::default()
    };
    assert!(read(b"[1,2]", &limits).is_ok());
    assert_eq!(
        read(b"[1,2,3]", &limits).expect_err("four values").code,
        FaultCode::JsonTooMany
    );
    assert!(read("9".repeat(100).as_bytes(), &Limits::default()).is_ok());
    assert_eq!(code(&"9".repeat(101)), FaultCode::JsonNumberTooLong);
}

#[test]
fn a_byte_order_mark_is_passed_over_and_another_encoding_named() {
    assert!(read(b"\xEF\xBB\xBF{}", &Limits::default()).is_ok());
    assert_eq!(
        read(b"\xFE\xFF\0{\0}", &Limits::default()).expect_err("UTF-16").code,
        FaultCode::OtherEncoding
    );
    assert_eq!(
        read(b"{\0}\0", &Limits::default()).expect_err("UTF-16").code,
        FaultCode::OtherEncoding
    );
}

#[test]
fn it_agrees_with_serde_json_on_what_is_a_text() {
    for text in [r#""\u00e9\\\/\b\f\t\"""#, r#""\ud834\udd1e""#, r#""plain""#, r#""é€𝄞""#] {
        let theirs: String = serde_json::from_str(text).expect("is JSON");
        assert_eq!(json(text).text(), Some(theirs.as_str()));
    }
}
