//! The streets of the bundled city, worked on beside the threads that answer requests.

use async_trait::async_trait;
use platform_geo::{City, Leg, Matrix, Position, Roads, RoadsError};

/// Distances between many places take the processor for up to some seconds.
pub struct Streets(&'static City);

impl Streets {
    pub const fn of(city: &'static City) -> Self {
        Self(city)
    }
}

#[async_trait]
impl Roads for Streets {
    async fn leg(&self, from: Position, to: Position) -> Result<Leg, RoadsError> {
        self.0.leg(from, to).await
    }

    async fn matrix(&self, places: &[Position]) -> Result<Matrix, RoadsError> {
        let (city, places) = (self.0, places.to_vec());
        let runtime = tokio::runtime::Handle::current();
        let worked = tokio::task::spawn_blocking(move || runtime.block_on(city.matrix(&places)));
        worked.await.map_err(|error| RoadsError::Unavailable(error.into()))?
    }
}
