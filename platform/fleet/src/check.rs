//! Whether an instance can be planned at all.

use crate::{FleetError, MAX_SPAN, MAX_STOPS, MAX_VEHICLES, Stop, Travel, Vehicle, Window};

/// Refuses what no plan could be made of; whether a stop can be served is not asked here.
pub fn check(travel: &Travel<'_>, stops: &[Stop], vehicles: &[Vehicle]) -> Result<(), FleetError> {
    if stops.len() > MAX_STOPS {
        return Err(FleetError::TooManyStops(stops.len()));
    }
    if vehicles.len() > MAX_VEHICLES {
        return Err(FleetError::TooManyVehicles(vehicles.len()));
    }
    let size = travel.size;
    let expected = size.saturating_mul(size);
    if travel.seconds.len() != expected || travel.meters.len() != expected {
        let (seconds, meters) = (travel.seconds.len(), travel.meters.len());
        return Err(FleetError::TravelSize { size, expected, seconds, meters });
    }
    for (stop, Stop { place, window, .. }) in stops.iter().enumerate() {
        if *place >= size {
            return Err(FleetError::StopPlace { stop, place: *place, size });
        }
        if window.is_some_and(is_inverted) {
            return Err(FleetError::StopWindow { stop });
        }
    }
    for (vehicle, Vehicle { depot, shift, .. }) in vehicles.iter().enumerate() {
        if *depot >= size {
            return Err(FleetError::DepotPlace { vehicle, place: *depot, size });
        }
        if is_inverted(*shift) {
            return Err(FleetError::Shift { vehicle });
        }
    }
    let from = vehicles.iter().map(|vehicle| vehicle.shift.from).min().unwrap_or(0);
    let to = vehicles.iter().map(|vehicle| vehicle.shift.to).max().unwrap_or(0);
    if to.saturating_sub(from) > MAX_SPAN {
        return Err(FleetError::Span);
    }
    Ok(())
}

const fn is_inverted(window: Window) -> bool {
    window.from > window.to
}
