//! Travel times and distances between all of some places.

/// The most places of a matrix: 18 MB of times and distances.
pub const MAX_PLACES: usize = 1_500;

/// Travel times and distances from each of some places to each, row by row: a row for each place to start from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matrix {
    size: usize,
    seconds: Vec<u32>,
    meters: Vec<u32>,
}

/// What is no matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidMatrix {
    #[error("a matrix has at most {MAX_PLACES} places, and {places} were given; ask for fewer at once")]
    TooManyPlaces { places: usize },
    #[error("a matrix of {places} places needs {} times and distances; {seconds} and {meters} were given", places * places)]
    Length { places: usize, seconds: usize, meters: usize },
}

impl Matrix {
    /// Whether there may be a matrix of so many places.
    pub fn check(places: usize) -> Result<(), InvalidMatrix> {
        if places > MAX_PLACES { Err(InvalidMatrix::TooManyPlaces { places }) } else { Ok(()) }
    }

    /// A matrix of so many places from its cells, row by row.
    pub fn new(places: usize, seconds: Vec<u32>, meters: Vec<u32>) -> Result<Self, InvalidMatrix> {
        Self::check(places)?;
        let cells = places * places;
        if seconds.len() != cells || meters.len() != cells {
            return Err(InvalidMatrix::Length { places, seconds: seconds.len(), meters: meters.len() });
        }
        Ok(Self { size: places, seconds, meters })
    }

    /// How many places it has.
    pub const fn size(&self) -> usize {
        self.size
    }

    /// Seconds from one place to another, by their indexes; `None` for what is no place of it.
    pub fn seconds(&self, from: usize, to: usize) -> Option<u32> {
        self.seconds.get(self.cell(from, to)?).copied()
    }

    /// Metres from one place to another, along the way that is fastest; `None` for what is no place of it.
    pub fn meters(&self, from: usize, to: usize) -> Option<u32> {
        self.meters.get(self.cell(from, to)?).copied()
    }

    /// All seconds, row by row.
    pub fn all_seconds(&self) -> &[u32] {
        &self.seconds
    }

    /// All metres, row by row.
    pub fn all_meters(&self) -> &[u32] {
        &self.meters
    }

    fn cell(&self, from: usize, to: usize) -> Option<usize> {
        (from < self.size && to < self.size).then_some(from * self.size + to)
    }
}

/// Seconds or metres as a cell holds them.
pub(crate) fn rounded(value: f64) -> u32 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "not negative; what is too large becomes the largest"
    )]
    let whole = value.round() as u32;
    whole
}
