//! The path of the value being written, kept on the stack: it is needed only when something is wrong.

use std::sync::Arc;

use router_transport::PathElement;

pub enum Path<'a> {
    Root,
    Key(&'a Path<'a>, &'a Arc<str>),
    Index(&'a Path<'a>, usize),
}

impl Path<'_> {
    pub fn elements(&self) -> Vec<PathElement> {
        let mut elements = Vec::new();
        let mut path = self;
        loop {
            match path {
                Path::Root => break,
                Path::Key(parent, key) => {
                    elements.push(PathElement::Key(Arc::clone(key)));
                    path = parent;
                }
                Path::Index(parent, index) => {
                    elements.push(PathElement::Index(*index));
                    path = parent;
                }
            }
        }
        elements.reverse();
        elements
    }
}
