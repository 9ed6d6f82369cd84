//! A plan run one fetch after another, as its documentation says. No errors, so no null has to propagate.

use router_planner::plan::{
    Call, EntityTarget, Leaf, NullInput, OutputObject, OutputValue, QueryPlan, Representation,
    RepresentationField, RepresentationType, RuntimeType, Shape, Step,
};
use router_schema::JsonObject;
use serde_json::{Value, json};

use super::subgraph::Subgraphs;

pub fn run(subgraphs: &Subgraphs, plan: &QueryPlan, variables: &JsonObject) -> Value {
    let mut tree = json!({});
    for (position, fetch) in plan.fetches.iter().enumerate() {
        assert_eq!(position, fetch.id.0);
        assert!(fetch.after.iter().all(|each| each.0 < position), "fetches come after what they wait for");
        let mut sent: JsonObject = JsonObject::new();
        for name in &fetch.variables {
            if let Some(value) = variables.get(&**name) {
                sent.insert(name.to_string(), value.clone());
            }
        }
        match &fetch.call {
            Call::Root { at, .. } => {
                let data = Value::Object(subgraphs.answer(fetch.subgraph, &fetch.document, &sent));
                objects(&mut tree, at, &mut |object| merge(object, data.clone()));
            }
            Call::Entities { calls } => {
                let mut described: Vec<Vec<Value>> = Vec::new();
                for call in calls {
                    let mut list: Vec<Value> = Vec::new();
                    for target in &call.targets {
                        each_representation(&mut tree, target, &mut |_, representation| {
                            if !list.contains(&representation) {
                                list.push(representation);
                            }
                        });
                    }
                    sent.insert(call.variable.to_string(), Value::Array(list.clone()));
                    described.push(list);
                }
                if described.iter().all(Vec::is_empty) {
                    continue;
                }
                let data = subgraphs.answer(fetch.subgraph, &fetch.document, &sent);
                for (call, list) in calls.iter().zip(&described) {
                    let entities = &data[&*call.response_key];
                    // Described before anything is merged: what is merged may be an input of the same call.
                    for target in &call.targets {
                        each_representation(&mut tree, target, &mut |object, representation| {
                            let position = list.iter().position(|each| *each == representation).unwrap();
                            merge(object, entities[position].clone());
                        });
                    }
                }
            }
        }
    }
    project(&tree, &plan.output)
}

fn merge(old: &mut Value, new: Value) {
    match (old, new) {
        (_, Value::Null) => {}
        (Value::Object(old), Value::Object(new)) => {
            new.into_iter().for_each(|(key, value)| merge(old.entry(key).or_insert(Value::Null), value));
        }
        (Value::Array(old), Value::Array(new)) => {
            assert_eq!(old.len(), new.len());
            old.iter_mut().zip(new).for_each(|(old, new)| merge(old, new));
        }
        (old @ Value::Null, new) => *old = new,
        (old, new) => assert_eq!(*old, new, "two subgraphs disagree, or one name has two values"),
    }
}

fn objects(value: &mut Value, path: &[Step], visit: &mut dyn FnMut(&mut Value)) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(|item| objects(item, path, visit)),
        Value::Object(_) => match path {
            [] => visit(value),
            [Step::Field(name), rest @ ..] => {
                if let Some(below) = value.get_mut(&**name) {
                    objects(below, rest, visit);
                }
            }
            [Step::On(types), rest @ ..] => {
                let runtime =
                    value["__typename"].as_str().expect("a type that a path depends on is fetched before");
                if types.contains(runtime) {
                    objects(value, rest, visit);
                }
            }
        },
        _ => {}
    }
}

fn each_representation(tree: &mut Value, target: &EntityTarget, visit: &mut dyn FnMut(&mut Value, Value)) {
    let Representation { typename, fields } = &target.representation;
    objects(tree, &target.path, &mut |object| {
        let typename = match typename {
            RepresentationType::Fixed(name) => json!(**name),
            RepresentationType::OfObject => object["__typename"].clone(),
        };
        assert!(typename.is_string(), "a type that a representation needs is fetched before");
        if let Some(mut described) = describe(object, fields) {
            described.insert("__typename".to_owned(), typename);
            visit(object, Value::Object(described));
        }
    });
}

fn describe(object: &Value, fields: &[RepresentationField]) -> Option<JsonObject> {
    let mut described = JsonObject::new();
    for field in fields {
        if let Some(on) = &field.on {
            let runtime =
                object["__typename"].as_str().expect("a type that an input depends on is fetched before");
            if !on.contains(runtime) {
                continue;
            }
        }
        let value = object.get(&*field.source).expect("an input is fetched before");
        let value = describe_value(value, &field.fields)?;
        if value.is_null() && field.null == NullInput::LeaveOut {
            return None;
        }
        described.insert(field.name.to_string(), value);
    }
    Some(described)
}

fn describe_value(value: &Value, fields: &[RepresentationField]) -> Option<Value> {
    match value {
        _ if fields.is_empty() => Some(value.clone()),
        Value::Array(items) => items.iter().map(|item| describe_value(item, fields)).collect(),
        Value::Object(_) => Some(Value::Object(describe(value, fields)?)),
        _ => Some(Value::Null),
    }
}

fn project(object: &Value, output: &OutputObject) -> Value {
    let runtime = match &output.runtime_type {
        RuntimeType::Static(name) => Some(&**name),
        RuntimeType::Fetched { possible } => {
            let runtime =
                object["__typename"].as_str().expect("a type that the response depends on is fetched");
            assert!(possible.contains(runtime));
            Some(runtime)
        }
        RuntimeType::Irrelevant => None,
    };
    let mut projected = JsonObject::new();
    for field in &output.fields {
        if field
            .on
            .as_ref()
            .is_some_and(|on| !on.contains(runtime.expect("known where a field depends on it")))
        {
            continue;
        }
        let value = match &field.value {
            OutputValue::Typename => json!(runtime),
            OutputValue::Field { internal, shape, .. } => {
                complete(object.get(&**internal).unwrap_or(&Value::Null), shape)
            }
            OutputValue::Introspection | OutputValue::Denied { .. } => Value::Null,
        };
        assert!(projected.insert(field.key.to_string(), value).is_none(), "a response key applies once");
    }
    Value::Object(projected)
}

fn complete(value: &Value, shape: &Shape) -> Value {
    match (shape, value) {
        (Shape::NonNull(inner), _) => complete(value, inner),
        (Shape::List(inner), Value::Array(items)) => items.iter().map(|item| complete(item, inner)).collect(),
        (Shape::Object(output), Value::Object(_)) => project(value, output),
        (Shape::Leaf(Leaf::Enum(values)), Value::String(text)) if !values.contains(text) => Value::Null,
        (Shape::Leaf(_), _) => value.clone(),
        _ => Value::Null,
    }
}
