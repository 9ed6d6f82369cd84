//! What a frontend does from the first search to the last cent, through the router over real HTTP and WebSocket.

mod answers;
mod checkout;
mod courier;
mod delivery;
mod history;
mod paid;
mod pictures;
mod purchase;
mod refunds;
mod taxes;
mod work;
