//! Which of many areas a position is in.

use rstar::primitives::{GeomWithData, Rectangle};
use rstar::{AABB, RTree};

use crate::area::Area;
use crate::position::Position;

/// Areas by their places in the list that they were given in; found by an R-tree of the rectangles around them
/// (A. Guttman, "R-Trees", 1984).
#[derive(Debug, Default)]
pub struct Areas {
    areas: Vec<Area>,
    tree: RTree<GeomWithData<Rectangle<[f64; 2]>, usize>>,
}

impl Areas {
    /// The areas that a position is in, by their places in the list; in no order.
    pub fn at(&self, position: Position) -> impl Iterator<Item = usize> {
        let point = AABB::from_point([position.longitude(), position.latitude()]);
        let near = self.tree.locate_in_envelope_intersecting(&point).map(|found| found.data);
        near.filter(move |index| self.areas.get(*index).is_some_and(|area| area.contains(position)))
    }
}

impl FromIterator<Area> for Areas {
    fn from_iter<I: IntoIterator<Item = Area>>(areas: I) -> Self {
        let areas: Vec<Area> = areas.into_iter().collect();
        let rectangle = |(index, area): (usize, &Area)| {
            let (low, high) = area.corners();
            GeomWithData::new(Rectangle::from_corners(low, high), index)
        };
        let tree = RTree::bulk_load(areas.iter().enumerate().map(rectangle).collect());
        Self { areas, tree }
    }
}
