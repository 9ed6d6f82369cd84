//! Times and distances between all of some places of the bundled town.

use platform_geo::{InvalidMatrix, MAX_PLACES, Matrix, Position, Roads, RoadsError};

use crate::town::city;

#[tokio::test]
async fn a_matrix_agrees_with_the_legs() {
    let places: Vec<Position> = city().addresses(5).take(25).map(|address| address.position).collect();
    let matrix = city().matrix(&places).await.unwrap();
    for (i, from) in places.iter().enumerate() {
        for (j, to) in places.iter().enumerate() {
            let leg = city().leg(*from, *to).await.unwrap();
            let (seconds, meters) = (matrix.seconds(i, j).unwrap(), matrix.meters(i, j).unwrap());
            assert!((f64::from(seconds) - leg.seconds()).abs() < 0.6, "{seconds} s, {} s", leg.seconds());
            assert!((f64::from(meters) - leg.meters()).abs() < 0.6, "{meters} m, {} m", leg.meters());
        }
    }
}

#[tokio::test]
async fn a_matrix_lets_other_tasks_run() {
    let places: Vec<Position> = city().addresses(6).take(3).map(|address| address.position).collect();
    let mut turns = 0;
    tokio::select! {
        biased;
        matrix = city().matrix(&places) => assert_eq!(matrix.unwrap().size(), 3),
        () = async { loop { turns += 1; tokio::task::yield_now().await } } => {}
    }
    assert!(turns >= 3, "{turns}");
}

#[tokio::test]
async fn a_matrix_of_no_places_is_empty() {
    let matrix = city().matrix(&[]).await.unwrap();
    assert_eq!((matrix.size(), matrix.seconds(0, 0)), (0, None));
}

#[tokio::test]
async fn a_matrix_of_too_many_places_is_refused() {
    let places = vec![city().address(0).unwrap().position; MAX_PLACES + 1];
    let error = city().matrix(&places).await.unwrap_err();
    assert!(matches!(error, RoadsError::Matrix(InvalidMatrix::TooManyPlaces { .. })), "{error}");
}

#[test]
fn new_refuses_rows_that_are_missing() {
    let missing = Matrix::new(2, vec![0; 4], vec![0; 3]);
    assert_eq!(missing, Err(InvalidMatrix::Length { places: 2, seconds: 4, meters: 3 }));
    assert_eq!(Matrix::new(2, vec![0, 1, 2, 0], vec![0; 4]).unwrap().seconds(1, 0), Some(2));
}
