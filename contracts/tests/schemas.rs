//! The committed schemas are those of the payload types, and the payloads hold no personal data.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use contracts::contracts;

/// Tests run in the folder of their crate; the path of a build would be that of another checkout with its target folder.
fn folder() -> PathBuf {
    PathBuf::from("schemas")
}

/// `scripts/update` writes them anew.
#[test]
fn the_committed_schemas_are_fresh() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut expected = BTreeSet::new();
    for contract in contracts() {
        let text = serde_json::to_string_pretty(&contract.schema).unwrap() + "\n";
        let path = folder().join(contract.file_name());
        if update {
            fs::write(&path, &text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        assert!(committed == text, "{} is stale; run `scripts/update` and commit the file", path.display());
        assert!(expected.insert(contract.file_name()), "{} stands for two events", contract.file_name());
    }
    // A schema stays as long as its events may still be read, so older versions of listed events are welcome.
    for entry in fs::read_dir(folder()).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let event = |name: &str| name.rsplit_once(".v").map(|(event, _)| event.to_owned());
        assert!(
            expected.iter().any(|known| event(known) == event(&name)),
            "{name} is the schema of no event"
        );
    }
}

#[test]
fn no_payload_has_a_field_for_personal_data() {
    let personal = ["name", "email", "phone", "address", "street", "city", "birth", "ip", "card", "token"];
    for contract in contracts() {
        let schema = serde_json::to_value(&contract.schema).unwrap();
        let mut open = vec![&schema];
        while let Some(value) = open.pop() {
            if let Some(properties) = value.get("properties").and_then(|p| p.as_object()) {
                for field in properties.keys() {
                    let words = field.to_lowercase();
                    if personal.iter().any(|word| words == *word || words.ends_with(word)) {
                        panic!("{}: `{field}` looks like personal data", contract.file_name());
                    }
                }
            }
            if let Some(object) = value.as_object() {
                open.extend(object.values());
            }
            if let Some(list) = value.as_array() {
                open.extend(list);
            }
        }
    }
}
