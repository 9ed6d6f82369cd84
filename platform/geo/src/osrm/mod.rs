//! Roads as an OSRM server knows them (<https://project-osrm.org/docs/v5.24.0/api/>): one way by its service `route`, many
//! by its service `table`. Where it does not answer, and where it knows no way, ways are straight lines.

mod route;
mod table;

use std::sync::Arc;

use async_trait::async_trait;
use chrono::TimeDelta;
use platform_core::Clock;

use crate::leg::Leg;
use crate::matrix::{MAX_PLACES, Matrix};
use crate::position::Position;
use crate::roads::{Roads, RoadsError};
use crate::straight_line::StraightLine;
use crate::web::{InvalidService, Kept, NoAnswer, Service, Web};

/// How many questions the server answers at once.
const AT_ONCE: usize = 4;
/// A place that is farther from the closest road, in metres, is off the roads.
const MAX_AWAY: u32 = 1_000;
/// How many points the legs that are kept have together: 24 MB.
const MAX_POINTS: u64 = 1_000_000;
/// For how long a leg is kept.
const LEG_FOR: TimeDelta = TimeDelta::days(1);
/// For how long it is kept that there is none: maps grow.
const NO_LEG_FOR: TimeDelta = TimeDelta::hours(1);
/// For how long a matrix is kept: what waits is planned again and again until a courier is free for it.
const MATRIX_FOR: TimeDelta = TimeDelta::minutes(10);

/// Degrees in millionths.
type Micro = (i32, i32);

/// Roads of an OSRM server.
pub struct Osrm {
    web: Web,
    straight: StraightLine,
    legs: Kept<(Micro, Micro), Answered>,
    matrices: Kept<Vec<Micro>, Arc<Matrix>>,
}

/// What the server said of a way.
#[derive(Debug, Clone)]
enum Answered {
    Way(Arc<Leg>),
    NoWay,
    /// The place that is off the roads is the begin, or else the end.
    OffRoads {
        is_begin: bool,
    },
}

impl Osrm {
    /// Roads of a server; of `straight` where it does not answer.
    pub fn new(
        service: &Service,
        straight: StraightLine,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, InvalidService> {
        let weight = |answered: &Answered| match answered {
            Answered::Way(leg) => leg.points().len(),
            Answered::NoWay | Answered::OffRoads { .. } => 1,
        };
        let most_cells = u64::try_from(MAX_PLACES.saturating_mul(MAX_PLACES)).unwrap_or(u64::MAX);
        Ok(Self {
            web: Web::new(service, AT_ONCE, None, clock.clone())?,
            straight,
            legs: Kept::new(MAX_POINTS, clock.clone(), weight),
            matrices: Kept::new(most_cells, clock, |matrix| matrix.all_seconds().len()),
        })
    }
}

#[async_trait]
impl Roads for Osrm {
    async fn leg(&self, from: Position, to: Position) -> Result<Leg, RoadsError> {
        let key = (from.micro(), to.micro());
        let answered = match self.legs.get(&key) {
            Some(known) => known,
            None => match route::ask(&self.web, from, to).await {
                Ok(answered) => {
                    let age = if matches!(answered, Answered::Way(_)) { LEG_FOR } else { NO_LEG_FOR };
                    self.legs.keep(key, answered.clone(), age);
                    answered
                }
                Err(error) => {
                    report(&error);
                    return self.straight.leg(from, to).await;
                }
            },
        };
        match answered {
            Answered::Way(leg) => Ok(Arc::unwrap_or_clone(leg)),
            Answered::NoWay => Err(RoadsError::NoWay { from, to }),
            Answered::OffRoads { is_begin } => {
                Err(RoadsError::OffRoads { position: if is_begin { from } else { to }, within: MAX_AWAY })
            }
        }
    }

    async fn matrix(&self, places: &[Position]) -> Result<Matrix, RoadsError> {
        Matrix::check(places.len())?;
        let key: Vec<Micro> = places.iter().map(|place| place.micro()).collect();
        if let Some(known) = self.matrices.get(&key) {
            return Ok(Arc::unwrap_or_clone(known));
        }
        match table::ask(&self.web, places, self.straight).await {
            Ok(cells) => {
                let (seconds, meters) = cells.into_iter().unzip();
                let matrix = Matrix::new(places.len(), seconds, meters)?;
                self.matrices.keep(key, Arc::new(matrix.clone()), MATRIX_FOR);
                Ok(matrix)
            }
            Err(error) => {
                // All of it, since a way that is guessed is not to be measured by one that is known.
                report(&error);
                self.straight.matrix(places).await
            }
        }
    }
}

fn report(error: &NoAnswer) {
    match error {
        // It was said when it began to rest.
        NoAnswer::Resting => tracing::debug!("OSRM rests: ways are straight lines"),
        error => tracing::warn!(%error, "OSRM has no answer: ways are straight lines"),
    }
}

/// A place as a part of a path.
fn written(place: Position) -> String {
    format!("{:.6},{:.6}", place.longitude(), place.latitude())
}

/// A value of an answer that is neither negative nor endless.
fn sound(value: f64) -> Result<f64, NoAnswer> {
    if value.is_finite() && value >= 0.0 { Ok(value) } else { Err(NoAnswer::Wrong) }
}
