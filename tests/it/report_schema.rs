//! The published JSON Schema describes the reports that are written, and nothing else.

use std::ops::ControlFlow;

use burn_prep::report::{Check, Report, Waiver, Waivers};
use burn_prep::source::{ImageFolder, InMemorySource};
use burn_prep::validate::Validator;
use serde_json::{Value, json};

use crate::support::root;

fn schema() -> Value {
    serde_json::from_str(Report::JSON_SCHEMA).unwrap()
}

/// What of a value does not fit a schema, and where. Keywords that are not known here are refused, so that none is passed over.
fn faults(root: &Value, schema: &Value, value: &Value, at: &str) -> Vec<String> {
    let mut found = Vec::new();
    let fault = |message: String| vec![format!("{at}: {message}")];
    for (keyword, rule) in schema.as_object().unwrap() {
        let of_rule: Vec<String> = match keyword.as_str() {
            "$schema" | "$defs" | "title" | "description" => Vec::new(),
            "$ref" => {
                let pointer = rule.as_str().unwrap().strip_prefix('#').unwrap();
                faults(root, root.pointer(pointer).unwrap(), value, at)
            }
            "type" => {
                let names = rule.as_array().map_or_else(|| vec![rule.clone()], Vec::clone);
                match names.iter().any(|name| is_of_type(value, name.as_str().unwrap())) {
                    true => Vec::new(),
                    false => fault(format!("found {value}, expected {rule}")),
                }
            }
            "const" if value != rule => fault(format!("found {value}, expected {rule}")),
            "enum" if !rule.as_array().unwrap().contains(value) => fault(format!("unknown name {value}")),
            "minimum" if value.as_f64().unwrap_or(0.0) < rule.as_f64().unwrap() => {
                fault(format!("{value} is below {rule}"))
            }
            "const" | "enum" | "minimum" => Vec::new(),
            "anyOf" => {
                let each = rule.as_array().unwrap().iter().map(|rule| faults(root, rule, value, at));
                each.min_by_key(Vec::len).unwrap()
            }
            "items" => {
                let items = value.as_array().into_iter().flatten().enumerate();
                items.flat_map(|(index, item)| faults(root, rule, item, &format!("{at}/{index}"))).collect()
            }
            "required" => {
                let is_missing = |name: &&Value| value.get(name.as_str().unwrap()).is_none();
                let missing = rule.as_array().unwrap().iter().filter(is_missing);
                missing.map(|name| format!("{at}: {name} is missing")).collect()
            }
            "properties" => {
                let known = rule.as_object().unwrap().iter();
                let fields = known.filter_map(|(name, rule)| Some((name, rule, value.get(name)?)));
                fields
                    .flat_map(|(name, rule, field)| faults(root, rule, field, &format!("{at}/{name}")))
                    .collect()
            }
            "additionalProperties" => {
                let is_other = |name: &str| schema["properties"].get(name).is_none();
                let others = value.as_object().into_iter().flatten().filter(|(name, _)| is_other(name));
                let of = |(name, field): (&String, &Value)| match rule {
                    Value::Bool(false) => vec![format!("{at}: the schema has no field {name}")],
                    rule => faults(root, rule, field, &format!("{at}/{name}")),
                };
                others.flat_map(of).collect()
            }
            other => panic!("{at}: this test does not know the keyword {other}"),
        };
        found.extend(of_rule);
    }
    found
}

fn is_of_type(value: &Value, name: &str) -> bool {
    match name {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        other => panic!("no type {other}"),
    }
}

fn faults_of(report: &Value) -> Vec<String> {
    let schema = schema();
    faults(&schema, &schema, report, "")
}

fn validator(folder: &str) -> Validator {
    Validator::new(ImageFolder::open(root().join("assets").join(folder)).unwrap())
}

#[test]
fn reports_are_as_the_schema_says() {
    let hostile = validator("hostile").run().unwrap();
    let waivers = Waivers::new([Waiver::new("bomb.png", "a test of the limits").unwrap()]);
    let (waived, _) = waivers.apply(hostile.clone(), "2026-11-26").unwrap();
    assert_eq!(waived.waived.len(), 1);
    let stop = || validator("photos").run_observed(|_, _| ControlFlow::Break(())).unwrap().report;
    let stopped = rayon::ThreadPoolBuilder::new().num_threads(1).build().unwrap().install(stop);
    assert!(stopped.interrupted && stopped.files_seen < stopped.files);
    let source = InMemorySource::new().with("a.png", None, b"no image".to_vec());
    let unusable = Validator::new(source).run().unwrap();
    assert_eq!((unusable.dataset.images, unusable.dataset.min_size), (0, None));
    for report in [validator("photos").run().unwrap(), hostile, waived, stopped, unusable] {
        let found = faults_of(&serde_json::to_value(&report).unwrap());
        assert!(found.is_empty(), "schema/report.schema.json does not fit the reports: {found:#?}");
    }
}

#[test]
fn the_schema_names_every_check() {
    let names: Vec<&str> = Check::ALL.iter().map(|check| check.name()).collect();
    assert_eq!(
        schema()["$defs"]["Check"]["enum"],
        json!(names),
        "the list in schema/report.schema.json is to be this one: {}",
        serde_json::to_string_pretty(&names).unwrap()
    );
}

#[test]
fn what_is_no_report_does_not_fit() {
    let report = serde_json::to_value(validator("hostile").run().unwrap()).unwrap();
    let faults_with = |place: &str, value: Value| {
        let mut report = report.clone();
        *report.pointer_mut(place).unwrap() = value;
        faults_of(&report)
    };
    for (place, value) in [
        ("/schema_version", json!(2)),
        ("/version", json!(1)),
        ("/interrupted", json!("no")),
        ("/files", json!(-1)),
        ("/files_seen", json!(1.5)),
        ("/findings", json!({})),
        ("/findings/0/check", json!("no_such_check")),
        ("/findings/0/severity", json!("grave")),
        ("/findings/0/subjects", json!([1])),
        ("/findings/0/value", json!("1.0")),
        ("/dataset/min_size", json!({ "width": 1 })),
        ("/dataset/formats", json!({ "PNG": "many" })),
        ("/dataset/constants/0/convention", json!("mine")),
        ("/dataset/channels/0/mean", json!(null)),
    ] {
        assert_eq!(faults_with(place, value).len(), 1, "{place}");
    }
    let mut report = report.clone();
    report["findings"][0]["cause"] = json!("");
    assert_eq!(faults_of(&report), ["/findings/0: the schema has no field cause"]);
    report["findings"][0].as_object_mut().unwrap().remove("cause");
    report["dataset"].as_object_mut().unwrap().remove("pixels");
    assert_eq!(faults_of(&report), ["/dataset: \"pixels\" is missing"]);
}

/// Every field has a description, and no object takes fields that are not described.
#[test]
fn every_field_is_described() {
    fn look(schema: &Value, at: &str, fields: &mut usize) {
        if schema["type"] == "object" {
            let others = schema.get("additionalProperties");
            assert!(others.is_some_and(|rule| *rule != Value::Bool(true)), "{at}");
        }
        for (name, field) in schema["properties"].as_object().into_iter().flatten() {
            *fields += 1;
            let text = field["description"].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{at}/{name} has no description");
            look(field, &format!("{at}/{name}"), fields);
        }
        for (name, part) in schema["$defs"].as_object().into_iter().flatten() {
            look(part, name, fields);
        }
    }
    let mut fields = 0;
    look(&schema(), "", &mut fields);
    assert!(fields >= 40, "{fields} fields");
}
