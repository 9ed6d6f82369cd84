//! Documents that are made from the code, and pages that must name everything the code has.

use std::fs;

use crate::architecture::root;
use crate::support::{Installation, Shape};

/// Set to write the documents anew instead of comparing them.
const UPDATE: &str = "UPDATE_DOCS";

#[tokio::test]
async fn the_configuration_is_described_as_it_is() {
    let shop = Installation::prepare(Shape::Whole, "[cache]\nmax_mibs = 3\n");
    for (argument, file) in
        [("--schema", "docs/configuration.schema.json"), ("--reference", "docs/configuration.md")]
    {
        let (succeeded, printed) = shop.run(&["config", argument]).await;
        assert!(succeeded, "whatever the configuration is: {printed}");
        let committed = root().join(file);
        if std::env::var_os(UPDATE).is_some() {
            fs::write(&committed, &printed).unwrap();
        }
        let found = fs::read_to_string(&committed).unwrap_or_default();
        assert!(
            found == printed,
            "{file} is stale; run `{UPDATE}=1 cargo test -p souk documents` and commit it"
        );
    }
}
