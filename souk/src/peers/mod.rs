//! What is asked of subgraphs through their internal schemas by what is no subgraph itself.

/// The documents in the folder `users`, with their answers.
pub mod users {
    platform_server::questions!("users");
}
