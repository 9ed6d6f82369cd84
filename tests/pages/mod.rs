//! The pages that the shop serves to browsers beside its endpoint.

mod tracking;
