//! Which features a document links, and what it calls their elements.

use std::collections::{HashMap, HashSet};

use apollo_compiler::ast::{Definition, Document};

use super::model::DirectiveRole;
use super::problem::Problem;
use crate::error::ErrorCode;
use crate::links::{self, FEDERATION_LATEST, FederationDirective, Link, LinkError, Links, Version};

pub(super) struct Features {
    pub links: Links,
    /// None for Federation 1.
    pub version: Option<Version>,
    /// The federation directives that the document may apply, by the names it has for each: the first is the one by
    /// which it is meant to go.
    pub directive_names: Vec<(FederationDirective, String)>,
}

impl Features {
    pub fn read(document: &Document) -> Result<Self, Vec<Problem>> {
        let (links, errors) = Links::of_document(document);
        let usage = |error: LinkError| Problem {
            code: ErrorCode::InvalidLinkDirectiveUsage,
            message: error.message,
            location: error.location,
        };
        let mut problems: Vec<Problem> =
            errors.into_iter().chain(links::conflicts(&links)).map(usage).collect();
        let federation = links.to("federation").next();
        let mut version = None;
        if let Some(link) = federation {
            version = Some(link.url.version.unwrap_or(FEDERATION_LATEST));
            problems.extend(check_federation(link));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let directive_names = match federation {
            Some(_) => federation_2_names(&links),
            None => federation_1_names(document, &links),
        };
        Ok(Self { links, version, directive_names })
    }

    pub fn federation(&self) -> Option<&Link> {
        self.links.to("federation").next()
    }

    pub fn roles(&self) -> HashMap<String, DirectiveRole> {
        let federation = self
            .directive_names
            .iter()
            .map(|(directive, name)| (name.clone(), DirectiveRole::Federation(*directive)));
        let built_in = [
            ("deprecated".to_owned(), DirectiveRole::Deprecated),
            ("specifiedBy".to_owned(), DirectiveRole::SpecifiedBy),
        ];
        federation.chain(built_in).collect()
    }

    /// Types that are machinery of the specs, not of the subgraph's domain.
    pub fn type_names(&self) -> HashSet<String> {
        let mut names: HashSet<String> =
            ["_Any", "_Entity", "_Service", "_FieldSet"].map(str::to_owned).into();
        names.insert(match self.federation() {
            Some(link) => link.type_name("FieldSet"),
            None => "FieldSet".to_owned(),
        });
        for link in self.links.all.iter().filter(|link| link.url.apollo_spec().is_some()) {
            names.extend(links::SCALARS.iter().map(|(scalar, _)| link.type_name(scalar)));
            for import in link.imports.iter().filter(|import| !import.name.starts_with('@')) {
                names.insert(import.local().to_owned());
            }
        }
        names
    }
}

fn check_federation(link: &Link) -> Vec<Problem> {
    let problem = |code, message: String| Problem { code, message, location: link.location };
    let Some(version) = link.url.version else {
        return vec![problem(
            ErrorCode::InvalidLinkIdentifier,
            format!("the @link to {} has no version", link.url),
        )];
    };
    if version < Version::new(2, 0) || version > FEDERATION_LATEST {
        return vec![problem(
            ErrorCode::UnknownFederationLinkVersion,
            format!("Federation {version} is not known; the latest is {FEDERATION_LATEST}"),
        )];
    }
    let known = |name: &str| match name.strip_prefix('@') {
        Some(name) => FederationDirective::ALL
            .iter()
            .any(|directive| directive.name() == name && directive.since() <= version),
        None => links::SCALARS.iter().any(|(scalar, since)| *scalar == name && *since <= version),
    };
    link.imports
        .iter()
        .filter(|import| !known(&import.name))
        .map(|import| {
            problem(
                ErrorCode::InvalidLinkDirectiveUsage,
                format!("\"{}\" is no element of Federation {version}", import.name),
            )
        })
        .collect()
}

/// The link that brings the directive by a spec of its own.
fn own_link(directive: FederationDirective, links: &Links) -> Option<&Link> {
    links.to(directive.own_spec()?).next()
}

fn federation_2_names(links: &Links) -> Vec<(FederationDirective, String)> {
    let mut names = Vec::new();
    for directive in FederationDirective::ALL {
        let federation = links
            .to("federation")
            .filter(|link| directive.since() <= link.url.version.unwrap_or(FEDERATION_LATEST));
        for link in own_link(directive, links).into_iter().chain(federation) {
            names.extend(link.directive_names(directive.name()).into_iter().map(|name| (directive, name)));
        }
    }
    names
}

/// Federation 1 has no links: its directives go by their names, and so do those of early Federation 2
/// if the document defines them.
fn federation_1_names(document: &Document, links: &Links) -> Vec<(FederationDirective, String)> {
    let defined: HashSet<&str> = document
        .definitions
        .iter()
        .filter_map(Definition::as_directive_definition)
        .map(|definition| definition.name.as_str())
        .collect();
    let mut names = Vec::new();
    for directive in FederationDirective::ALL {
        let implied = FederationDirective::FEDERATION_1.contains(&directive)
            || (directive.since() <= Version::new(2, 4) && defined.contains(directive.name()));
        if let Some(link) = own_link(directive, links) {
            names.extend(link.directive_names(directive.name()).into_iter().map(|name| (directive, name)));
        } else if implied {
            names.push((directive, directive.name().to_owned()));
        }
    }
    names
}
