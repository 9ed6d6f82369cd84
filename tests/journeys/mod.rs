//! What a frontend does from the first search to the last cent, through the router over real HTTP and WebSocket.

mod history;
mod purchase;
