//! One pass over the tokens of a document: what each definition selects by itself, and which fragments it spreads.
//!
//! Invariant: the stack of open brackets is bounded by `max_nesting` and everything else by `max_tokens`.

use std::collections::HashMap;

use crate::error::LimitError;
use crate::lexer::{Lexer, Token};
use crate::limits::Limits;

/// Index into [`Document::definitions`].
pub type DefinitionId = usize;

#[derive(Debug, Default)]
pub struct Document<'a> {
    pub bytes: usize,
    pub tokens: usize,
    pub aliases: usize,
    pub directives: usize,
    pub definitions: Vec<Definition<'a>>,
    /// Fragments by name. Two fragments of one name are an error to every validator; here they count together.
    pub fragments: HashMap<&'a str, DefinitionId>,
}

/// An operation or fragment, its own selections counted and its spreads listed.
#[derive(Debug, Default)]
pub struct Definition<'a> {
    /// The fragment's name; `None` for an operation.
    pub fragment: Option<&'a str>,
    pub own: Extent,
    pub spreads: Vec<Spread<'a>>,
}

/// How much a definition selects.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Fields, inline fragments and spreads.
    pub selections: usize,
    pub depth: usize,
    pub root_fields: usize,
    /// Fields named like the lists of introspection, nested in one another, wherever they stand.
    pub lists: usize,
    /// The same below `__schema` or `__type`.
    pub introspection_lists: usize,
}

/// `...Name`, and where it stands in its definition.
#[derive(Debug, Clone, Copy)]
pub struct Spread<'a> {
    pub fragment: &'a str,
    pub position: Position,
}

/// A place among the selections of a definition.
#[derive(Debug, Clone, Copy, Default)]
pub struct Position {
    /// Fields above this place.
    pub depth: usize,
    pub lists: usize,
    pub in_introspection: bool,
}

#[derive(Clone, Copy)]
enum Bracket {
    Selections(Position),
    /// Arguments, variable definitions, and values inside them: nothing there is a selection.
    Group,
}

/// What the next name stands for.
#[derive(Clone, Copy, PartialEq)]
enum Expect {
    Selection,
    /// After `alias:`.
    AliasedField,
    /// After `...`.
    SpreadOrCondition,
    TypeCondition,
    Directive,
    /// After the keyword `fragment`.
    FragmentName,
    /// In the head of a definition.
    Head,
}

struct Scanner<'a, 'l> {
    limits: &'l Limits,
    document: Document<'a>,
    brackets: Vec<Bracket>,
    expect: Expect,
    /// Whether a definition's head was begun, so that `{` opens its selections.
    current: Option<DefinitionId>,
    /// Where the selections of the last field or inline fragment stand, should `{` follow.
    below_last: Position,
    /// A name before a colon is an alias.
    next_is_colon: bool,
}

/// Counts the tokens of `text` into a document, up to the limits that can be told without following fragments.
pub fn scan<'a>(text: &'a str, limits: &Limits) -> Result<Document<'a>, LimitError> {
    let mut scanner = Scanner {
        limits,
        document: Document { bytes: text.len(), ..Document::default() },
        brackets: Vec::new(),
        expect: Expect::Head,
        current: None,
        below_last: Position::default(),
        next_is_colon: false,
    };
    let mut tokens = Lexer::new(text);
    let mut read = 0;
    let mut next = tokens.next();
    while let Some(token) = next {
        read += 1;
        scanner.count(read + tokens.ignored())?;
        next = tokens.next();
        scanner.next_is_colon = next == Some(Token::Colon);
        scanner.token(token)?;
    }
    scanner.count(read + tokens.ignored())?;
    Ok(scanner.document)
}

impl<'a> Scanner<'a, '_> {
    /// Notes how many tokens there were up to here, those counted that mean nothing.
    fn count(&mut self, tokens: usize) -> Result<(), LimitError> {
        self.document.tokens = tokens;
        if tokens > self.limits.max_tokens {
            return Err(LimitError::Tokens { limit: self.limits.max_tokens });
        }
        Ok(())
    }

    fn token(&mut self, token: Token<'a>) -> Result<(), LimitError> {
        if token == Token::At {
            self.document.directives += 1;
            if self.document.directives > self.limits.max_directives {
                return Err(LimitError::Directives { limit: self.limits.max_directives });
            }
        }
        match self.brackets.last().copied() {
            None => self.in_head(token),
            Some(Bracket::Group) => self.in_group(token),
            Some(Bracket::Selections(position)) => self.in_selections(token, position),
        }
    }

    fn open(&mut self, bracket: Bracket) -> Result<(), LimitError> {
        if self.brackets.len() >= self.limits.max_nesting {
            return Err(LimitError::Nesting { limit: self.limits.max_nesting });
        }
        self.brackets.push(bracket);
        Ok(())
    }

    fn begin(&mut self, fragment: Option<&'a str>) {
        let id = match fragment.and_then(|name| self.document.fragments.get(name)) {
            Some(&existing) => existing,
            None => {
                self.document.definitions.push(Definition { fragment, ..Definition::default() });
                self.document.definitions.len() - 1
            }
        };
        if let Some(name) = fragment {
            self.document.fragments.insert(name, id);
        }
        self.current = Some(id);
    }

    fn definition(&mut self) -> Option<&mut Definition<'a>> {
        self.current.and_then(|id| self.document.definitions.get_mut(id))
    }

    fn in_head(&mut self, token: Token<'a>) -> Result<(), LimitError> {
        match token {
            Token::Name(name) => {
                match (self.expect, name) {
                    (Expect::FragmentName, _) => self.begin(Some(name)),
                    (Expect::Head, "fragment") if self.current.is_none() => {
                        self.expect = Expect::FragmentName;
                        return Ok(());
                    }
                    (Expect::Head, _) if self.current.is_none() => self.begin(None),
                    _ => {}
                }
                self.expect = Expect::Head;
            }
            Token::OpenBrace => {
                if self.current.is_none() {
                    self.begin(None);
                }
                self.expect = Expect::Selection;
                self.open(Bracket::Selections(Position::default()))?;
            }
            Token::OpenGroup => self.open(Bracket::Group)?,
            Token::Close | Token::Spread | Token::Colon | Token::At | Token::Other => {}
        }
        Ok(())
    }

    fn in_group(&mut self, token: Token<'a>) -> Result<(), LimitError> {
        match token {
            Token::OpenBrace | Token::OpenGroup => self.open(Bracket::Group)?,
            Token::Close => {
                self.brackets.pop();
            }
            Token::Name(_) | Token::Spread | Token::Colon | Token::At | Token::Other => {}
        }
        Ok(())
    }

    fn in_selections(&mut self, token: Token<'a>, position: Position) -> Result<(), LimitError> {
        match token {
            Token::Name(name) => self.name_in_selections(name, position),
            Token::Colon => {
                self.document.aliases += 1;
                if self.document.aliases > self.limits.max_aliases {
                    return Err(LimitError::Aliases { limit: self.limits.max_aliases });
                }
                self.expect = Expect::AliasedField;
            }
            Token::Spread => {
                self.selection();
                self.below_last = position;
                self.expect = Expect::SpreadOrCondition;
            }
            Token::At => self.expect = Expect::Directive,
            Token::OpenBrace => {
                self.expect = Expect::Selection;
                self.open(Bracket::Selections(self.below_last))?;
            }
            Token::OpenGroup => self.open(Bracket::Group)?,
            Token::Close => {
                self.brackets.pop();
                self.expect = Expect::Selection;
                if self.brackets.is_empty() {
                    self.current = None;
                    self.expect = Expect::Head;
                }
            }
            Token::Other => {}
        }
        Ok(())
    }

    fn name_in_selections(&mut self, name: &'a str, position: Position) {
        match self.expect {
            Expect::SpreadOrCondition if name == "on" => {
                self.expect = Expect::TypeCondition;
                return;
            }
            Expect::SpreadOrCondition => {
                if let Some(definition) = self.definition() {
                    definition.spreads.push(Spread { fragment: name, position });
                }
            }
            Expect::AliasedField => self.field(name, position),
            Expect::Selection | Expect::Head | Expect::FragmentName => {
                self.selection();
                if !self.next_is_colon {
                    self.field(name, position);
                }
            }
            Expect::TypeCondition | Expect::Directive => {}
        }
        self.expect = Expect::Selection;
    }

    fn selection(&mut self) {
        if let Some(definition) = self.definition() {
            definition.own.selections += 1;
        }
    }

    /// Counts a field by its name, aliases aside, and notes where its selections will stand.
    fn field(&mut self, name: &str, position: Position) {
        let in_introspection = position.in_introspection || matches!(name, "__schema" | "__type");
        let is_list = matches!(name, "fields" | "inputFields" | "interfaces" | "possibleTypes");
        let below = Position {
            depth: position.depth + 1,
            lists: position.lists + usize::from(is_list),
            in_introspection,
        };
        self.below_last = below;
        if let Some(Definition { own, .. }) = self.definition() {
            own.depth = own.depth.max(below.depth);
            own.root_fields += usize::from(position.depth == 0);
            own.lists = own.lists.max(below.lists);
            if in_introspection {
                own.introspection_lists = own.introspection_lists.max(below.lists);
            }
        }
    }
}
