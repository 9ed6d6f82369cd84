//! Many ways, by the service `table`, in blocks as large as a server allows.

use futures::{StreamExt, TryStreamExt, stream};
use serde::Deserialize;

use super::route::Waypoint;
use super::{AT_ONCE, sound, written};
use crate::matrix::rounded;
use crate::position::Position;
use crate::straight_line::StraightLine;
use crate::web::{Answer, NoAnswer, Web};

/// How many places to start from, and how many to go to, are in one question: a server allows 100 places unless it is set
/// up otherwise.
const BLOCK: usize = 50;

#[derive(Deserialize)]
struct Response {
    code: String,
    /// In seconds, for each place to start from a row; null where no way is known.
    durations: Vec<Vec<Option<f64>>>,
    /// In metres.
    distances: Vec<Vec<Option<f64>>>,
    sources: Vec<Waypoint>,
    destinations: Vec<Waypoint>,
}

/// Seconds and metres of a way; `None` where none is known.
type Cell = Option<(u32, u32)>;

/// Ways from some places to others, by the index of the first of each.
struct Block {
    row: usize,
    column: usize,
    rows: Vec<Vec<Cell>>,
}

/// Seconds and metres from each place to each, row by row. Where the server knows no way it is the straight one, so that
/// one place that cannot be reached keeps no other from being planned.
pub(super) async fn ask(
    web: &Web,
    places: &[Position],
    straight: StraightLine,
) -> Result<Vec<(u32, u32)>, NoAnswer> {
    let begins = || (0..places.len()).step_by(BLOCK);
    let pairs: Vec<_> = begins().flat_map(|row| begins().map(move |column| (row, column))).collect();
    let asked = pairs.into_iter().map(|(row, column)| block(web, places, row, column));
    let blocks: Vec<Block> = stream::iter(asked).buffer_unordered(AT_ONCE).try_collect().await?;
    let mut cells = vec![None; places.len() * places.len()];
    for block in blocks {
        for (index, row) in block.rows.into_iter().enumerate() {
            let begin = (block.row + index) * places.len() + block.column;
            for (cell, known) in cells.iter_mut().skip(begin).zip(row) {
                *cell = known;
            }
        }
    }
    let pairs = places.iter().flat_map(|from| places.iter().map(move |to| (*from, *to)));
    let guessed = |from, to| {
        let (meters, seconds) = straight.travel(from, to);
        (rounded(seconds), rounded(meters))
    };
    Ok(pairs.zip(cells).map(|((from, to), known)| known.unwrap_or_else(|| guessed(from, to))).collect())
}

async fn block(web: &Web, places: &[Position], row: usize, column: usize) -> Result<Block, NoAnswer> {
    let of = |begin: usize| places.iter().skip(begin).take(BLOCK);
    let (rows, columns) = (of(row).len(), of(column).len());
    let list = of(row).chain(of(column)).map(|place| written(*place)).collect::<Vec<_>>().join(";");
    let indexes =
        |range: std::ops::Range<usize>| range.map(|index| index.to_string()).collect::<Vec<_>>().join(";");
    let mut url = web.url(["table", "v1", "driving", &list]);
    url.set_query(Some(&format!(
        "annotations=duration,distance&sources={}&destinations={}",
        indexes(0..rows),
        indexes(rows..rows + columns)
    )));
    web.ask(url, |answer| Ok(Block { row, column, rows: cells(answer, rows, columns)? })).await
}

fn cells(answer: Answer<Response>, rows: usize, columns: usize) -> Result<Vec<Vec<Cell>>, NoAnswer> {
    let Answer::Found(response) = answer else { return Err(NoAnswer::Wrong) };
    let Response { code, durations, distances, sources, destinations } = response;
    let is_whole = |table: &[Vec<_>]| table.len() == rows && table.iter().all(|row| row.len() == columns);
    let is_asked = code == "Ok"
        && is_whole(&durations)
        && is_whole(&distances)
        && sources.len() == rows
        && destinations.len() == columns;
    if !is_asked {
        return Err(NoAnswer::Wrong);
    }
    let mut cells = Vec::with_capacity(rows);
    for ((seconds, meters), from) in durations.into_iter().zip(distances).zip(&sources) {
        let mut row = Vec::with_capacity(columns);
        for ((seconds, meters), to) in seconds.into_iter().zip(meters).zip(&destinations) {
            // The server goes to the closest road, be it in another country.
            let known = seconds.zip(meters).filter(|_| !from.is_off_roads() && !to.is_off_roads());
            row.push(match known {
                Some((seconds, meters)) => Some((rounded(sound(seconds)?), rounded(sound(meters)?))),
                None => None,
            });
        }
        cells.push(row);
    }
    Ok(cells)
}
