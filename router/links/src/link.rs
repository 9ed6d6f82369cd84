//! One feature that a schema links, and the names it brings.

use apollo_compiler::parser::SourceSpan;

use crate::LinkUrl;

/// `name` is spelled with its `@` where it is a directive, and so is `alias`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    pub name: String,
    pub alias: Option<String>,
}

impl Import {
    /// What the schema calls it, with its `@` where it is a directive.
    pub fn local(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.name)
    }
}

/// One `@link` application.
#[derive(Debug, Clone)]
pub struct Link {
    pub url: LinkUrl,
    pub alias: Option<String>,
    pub imports: Vec<Import>,
    /// `for: SECURITY`: whoever does not know the feature must not serve the schema.
    pub secures: bool,
    pub location: Option<SourceSpan>,
}

impl Link {
    /// What stands before the names of elements that are not imported.
    pub fn prefix(&self) -> &str {
        self.alias.as_deref().unwrap_or(&self.url.name)
    }

    fn imported(&self, element: &str) -> Option<&str> {
        self.imports.iter().find(|import| import.name == element).map(Import::local)
    }

    /// What the schema calls the directive `name` (without `@`) of this feature.
    pub fn directive_name(&self, name: &str) -> String {
        match self.imported(&format!("@{name}")) {
            Some(imported) => imported.trim_start_matches('@').to_owned(),
            None if name == self.url.name => self.prefix().to_owned(),
            None => format!("{}__{name}", self.prefix()),
        }
    }

    /// All that the schema may call the directive `name`: [`Self::directive_name`], what else it is imported as, and its
    /// name without an import, which an import does not take away.
    pub fn directive_names(&self, name: &str) -> Vec<String> {
        let mut names = vec![self.directive_name(name)];
        let spelled = format!("@{name}");
        let imports = self.imports.iter().filter(|import| import.name == spelled);
        names.extend(imports.map(|import| import.local().trim_start_matches('@').to_owned()));
        names.push(format!("{}__{name}", self.prefix()));
        if name == self.url.name {
            names.push(self.prefix().to_owned());
        }
        let mut seen = std::collections::HashSet::new();
        names.retain(|name| seen.insert(name.clone()));
        names
    }

    /// What the schema calls the type `name` of this feature.
    pub fn type_name(&self, name: &str) -> String {
        self.imported(name).map_or_else(|| format!("{}__{name}", self.prefix()), str::to_owned)
    }

    /// The element of this feature that the schema calls `directive` (without `@`).
    pub fn element_of(&self, directive: &str) -> Option<String> {
        let imports = self.imports.iter().filter(|import| import.name.starts_with('@'));
        for import in imports {
            if import.local().strip_prefix('@') == Some(directive) {
                return Some(import.name.trim_start_matches('@').to_owned());
            }
        }
        if directive == self.prefix() {
            return Some(self.url.name.clone());
        }
        directive.strip_prefix(self.prefix()).and_then(|rest| rest.strip_prefix("__")).map(str::to_owned)
    }
}
