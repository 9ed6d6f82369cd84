//! Ways through the bundled town.

use platform_geo::{Leg, Position, Roads, RoadsError};

use crate::town::{Plan, city, pairs};

async fn leg(from: Position, to: Position) -> Leg {
    city().leg(from, to).await.unwrap()
}

fn market(plan: &Plan) -> Position {
    let street = plan.streets.iter().find(|street| street.name == "Marktplatz").unwrap();
    plan.node(street.nodes[0])
}

#[tokio::test]
async fn every_street_is_reached_from_the_market_by_car() {
    let plan = Plan::read();
    let market = market(&plan);
    for street in &plan.streets {
        let node = plan.node(street.nodes[street.nodes.len() / 2]);
        let leg = leg(market, node).await;
        let end = *leg.points().last().unwrap();
        assert!(end.distance(node) < 1.0, "{} at {node}: the leg ends at {end}", street.name);
    }
}

#[tokio::test]
async fn a_leg_joins_any_two_houses() {
    for (from, to) in pairs(1).take(1_000) {
        let leg = leg(from.position, to.position).await;
        let (begin, end) = (leg.points()[0], *leg.points().last().unwrap());
        assert!(begin.distance(from.position) < 60.0, "{} begins at {begin}", from.line1);
        assert!(end.distance(to.position) < 60.0, "{} ends at {end}", to.line1);
        let line: f64 = leg.points().windows(2).map(|pair| pair[0].distance(pair[1])).sum();
        assert!((line - leg.meters()).abs() < 1.0 + line * 0.002, "{line} m are not {}", leg.meters());
        assert!(leg.meters() + 1.0 >= begin.distance(end) * 0.998);
        let speed = leg.meters() / leg.seconds().max(1.0);
        assert!((3.0..=25.1).contains(&speed) || leg.meters() < 10.0, "{speed} m/s");
    }
}

#[tokio::test]
async fn a_leg_is_the_fastest_way() {
    let plan = Plan::read();
    let nodes: Vec<usize> = plan.streets.iter().map(|street| street.nodes[0]).collect();
    for from in nodes.iter().step_by(nodes.len() / 5).take(5) {
        let fastest = plan.milliseconds_from(*from);
        for to in nodes.iter().skip(17).step_by(nodes.len() / 11).take(10) {
            let seconds = leg(plan.node(*from), plan.node(*to)).await.seconds();
            let expected = fastest[to] / 1000.0;
            // A flat map and the globe differ a little in lengths, and so may the choice between two ways.
            let tolerance = 0.2 + expected * 0.002;
            assert!((seconds - expected).abs() < tolerance, "{from} to {to}: {seconds}, not {expected}");
        }
    }
}

#[tokio::test]
async fn a_leg_keeps_the_direction_of_one_way_streets() {
    let plan = Plan::read();
    let one_way = plan.streets.iter().filter(|street| street.is_one_way && street.numbers.is_some());
    let mut tried = 0;
    for street in one_way {
        for pair in street.nodes.windows(2) {
            let (begin, end) = (plan.node(pair[0]), plan.node(pair[1]));
            let length = begin.distance(end);
            let along = leg(begin, end).await;
            assert!(along.meters() < length + 1.0, "{} is driven from its first node", street.name);
            let against = leg(end, begin).await;
            assert!(against.points().len() > 2 && against.meters() > length, "{}", street.name);
            tried += 1;
        }
    }
    assert!(tried > 30, "only {tried} pieces of one-way streets");
}

#[tokio::test]
async fn a_leg_within_one_street_goes_straight() {
    let plan = Plan::read();
    let street = plan.streets.iter().find(|street| street.name == "Lange Straße").unwrap();
    let (begin, end) = (plan.node(street.nodes[0]), plan.node(street.nodes[1]));
    let at = |fraction: f64| {
        let latitude = begin.latitude() + (end.latitude() - begin.latitude()) * fraction;
        Position::new(latitude, begin.longitude() + (end.longitude() - begin.longitude()) * fraction).unwrap()
    };
    for (from, to) in [(0.3, 0.7), (0.7, 0.3)] {
        let leg = leg(at(from), at(to)).await;
        assert_eq!(leg.points().len(), 2);
        assert!((leg.meters() - at(from).distance(at(to))).abs() < 0.2);
    }
    let nowhere = leg(at(0.5), at(0.5)).await;
    assert_eq!((nowhere.points().len(), nowhere.seconds()), (1, 0.0));
}

#[tokio::test]
async fn a_leg_from_the_open_sea_says_that_no_road_is_near() {
    let sea = Position::new(54.5, 8.0).unwrap();
    let land = city().address(0).unwrap().position;
    for (from, to) in [(sea, land), (land, sea), (Position::new(-90.0, 0.0).unwrap(), land)] {
        let error = city().leg(from, to).await.unwrap_err();
        assert!(matches!(error, RoadsError::OffRoads { .. }), "{error}");
    }
}
