//! What a shop keeps of the documents that it is asked.

use bench_process::Process;
use serde_json::json;

use crate::support::{Installation, Shape};

const MIB: u64 = 1 << 20;
/// Distinct documents of nearly a mebibyte each.
const ASKED: usize = 25;

/// Check 50: of large documents that are never asked again nothing is kept, wherever in them the bytes are.
#[tokio::test(flavor = "multi_thread")]
async fn large_documents_that_are_asked_once_are_not_kept() {
    let shop = Installation::start(Shape::Whole).await;
    let client = shop.client();
    let (_, process) = shop.processes.iter().next().expect("the shop runs in one process");
    let process = Process(process.id());
    let long = |number: usize| "x".repeat(900_000 + number);
    let forms: [(&str, &dyn Fn(usize) -> String); 5] = [
        ("a comment", &|n| format!("#{}\n{{ __typename }}", long(n))),
        ("an operation's name", &|n| format!("query {} {{ products(first: 1) {{ totalCount }} }}", long(n))),
        ("an alias", &|n| format!("{{ {}: __typename }}", long(n))),
        ("an alias that is fetched", &|n| format!("{{ {}: products(first: 1) {{ totalCount }} }}", long(n))),
        ("a text", &|n| format!("{{ search(query: \"{}\") {{ totalCount }} }}", long(n))),
    ];
    for (form, document) in forms {
        // Whatever is set up once is set up by the first ones.
        for number in 0..5 {
            client.execute(&document(number), json!({})).await;
        }
        let before = process.resident().unwrap();
        for number in 5..ASKED {
            client.execute(&document(number), json!({})).await;
        }
        let kept = process.resident().unwrap().saturating_sub(before) / MIB;
        assert!(kept < 12, "{form}: {kept} MiB more after {ASKED} documents");
    }
}
