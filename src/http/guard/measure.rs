//! What a document expands to: each fragment is measured once and remembered, so that the work is that of reading the
//! document, whatever its fragments multiply to. async-graphql walks the expansion itself: 24 fragments that each
//! spread the next one twice keep it busy for seconds, 31 for minutes.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

use super::lexer;
use crate::http::problem::{Code, Problem};

#[cfg(test)]
mod tests;

/// Operations and fragments of a document.
pub const MAX_DEFINITIONS: usize = 50;
/// Fields in each other. The usual introspection query needs 15.
pub const MAX_DEPTH: u32 = 20;
/// Fields, fragment spreads and inline fragments, of all operations, after expansion.
pub const MAX_SELECTIONS: u32 = 2_000;
/// Literals and variables in arguments, after expansion.
pub const MAX_VALUES: u32 = 10_000;
/// After expansion.
pub const MAX_ALIASES: u32 = 100;
/// After expansion.
pub const MAX_DIRECTIVES: u32 = 50;
/// Fields of an operation's root, after expansion.
pub const MAX_ROOTS: u32 = 20;
/// Of one field.
pub const MAX_ARGUMENTS: usize = 50;
/// Fields, and arguments of those, that may meet in one object, summed over all written selection sets. A set inside
/// another without a field between them counts in both: so often does the library's validation look at it.
pub const MAX_MEETINGS: u32 = 10_000;
/// Lists of fields, of types and of arguments in each other, in introspection. graphql-js allows as many; without a
/// bound each level multiplies the answer by the size of the schema.
pub const MAX_INTROSPECTION_LISTS: u32 = 2;

/// What a piece of a document expands to. All numbers saturate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Cost {
    pub selections: u32,
    pub values: u32,
    pub aliases: u32,
    pub directives: u32,
    /// Fields that are not in another field of the piece.
    pub roots: u32,
    pub depth: u32,
    /// As `roots`, each with its arguments.
    meetings: u32,
    introspection_lists: u32,
}

impl Cost {
    /// What stands beside it.
    fn add(&mut self, other: Self) {
        self.selections = self.selections.saturating_add(other.selections);
        self.values = self.values.saturating_add(other.values);
        self.aliases = self.aliases.saturating_add(other.aliases);
        self.directives = self.directives.saturating_add(other.directives);
        self.roots = self.roots.saturating_add(other.roots);
        self.depth = self.depth.max(other.depth);
        self.meetings = self.meetings.saturating_add(other.meetings);
        self.introspection_lists = self.introspection_lists.max(other.introspection_lists);
    }
}

/// What was found, and what finding it took.
#[derive(Clone, Copy, Debug)]
pub struct Measured {
    /// Of all operations together; `roots` and `depth` of the largest.
    pub cost: Cost,
    /// Selections looked at. Never more than the document has.
    pub visited: u32,
}

/// # Errors
/// `QUERY_TOO_COMPLEX` with the limit and the number; `GRAPHQL_VALIDATION_FAILED` for a fragment that spreads itself.
pub fn measure(document: &ExecutableDocument) -> Result<Measured, Problem> {
    within("definitions", document.operations.iter().len() + document.fragments.len(), MAX_DEFINITIONS)?;
    let mut meter = Meter { document, fragments: HashMap::new(), visited: 0, meetings: 0 };
    let mut total = Cost::default();
    for (_, operation) in document.operations.iter() {
        let mut cost = meter.selection_set(&operation.node.selection_set.node, 1)?;
        cost.directives = cost.directives.saturating_add(count(operation.node.directives.len()));
        cost.roots = cost.roots.max(total.roots);
        total.roots = 0;
        total.add(cost);
    }
    refuse_unused(document, &meter.fragments)?;
    let checks = [
        ("levels of fields", total.depth, MAX_DEPTH),
        ("root fields", total.roots, MAX_ROOTS),
        ("selections", total.selections, MAX_SELECTIONS),
        ("values in arguments", total.values, MAX_VALUES),
        ("aliases", total.aliases, MAX_ALIASES),
        ("directives", total.directives, MAX_DIRECTIVES),
        ("fields that meet", meter.meetings, MAX_MEETINGS),
    ];
    for (what, number, limit) in checks {
        within(what, number as usize, limit as usize)?;
    }
    Ok(Measured { cost: total, visited: meter.visited })
}

/// What nobody spreads was not measured.
fn refuse_unused(document: &ExecutableDocument, used: &HashMap<&Name, Option<Cost>>) -> Result<(), Problem> {
    match document.fragments.iter().find(|(name, _)| !used.contains_key(name)) {
        None => Ok(()),
        Some((name, fragment)) => {
            let message = format!("The fragment \"{name}\" is not used.");
            Err(Problem::document(Code::ValidationFailed, message).at(fragment.pos))
        }
    }
}

fn within(what: &str, number: usize, limit: usize) -> Result<(), Problem> {
    if number <= limit {
        return Ok(());
    }
    let message = format!("After expansion the document has {number} {what}; at most {limit} are allowed.");
    Err(Problem::document(Code::TooComplex, message))
}

struct Meter<'d> {
    document: &'d ExecutableDocument,
    /// `None` while it is being measured: meeting it again is a cycle.
    fragments: HashMap<&'d Name, Option<Cost>>,
    visited: u32,
    /// Of all selection sets, each as often as it is written.
    meetings: u32,
}

impl<'d> Meter<'d> {
    /// `level` counts selection sets on the way here, through fragments too; it bounds the recursion.
    fn selection_set(&mut self, set: &'d SelectionSet, level: usize) -> Result<Cost, Problem> {
        within("selection sets in each other", level, lexer::MAX_NESTING)?;
        let mut sum = Cost::default();
        for selection in &set.items {
            self.visited = self.visited.saturating_add(1);
            sum.selections = sum.selections.saturating_add(1);
            sum.directives = sum.directives.saturating_add(count(selection.node.directives().len()));
            sum.add(match &selection.node {
                Selection::Field(field) => self.field(&field.node, level)?,
                Selection::InlineFragment(inline) => self.selection_set(&inline.node.selection_set.node, level + 1)?,
                Selection::FragmentSpread(spread) => self.fragment(&spread.node.fragment_name, level)?,
            });
        }
        self.meetings = self.meetings.saturating_add(sum.meetings);
        Ok(sum)
    }

    fn field(&mut self, field: &'d Field, level: usize) -> Result<Cost, Problem> {
        let mut cost = match field.selection_set.node.items.as_slice() {
            [] => Cost::default(),
            _ => self.selection_set(&field.selection_set.node, level + 1)?,
        };
        within("arguments of one field", field.arguments.len(), MAX_ARGUMENTS)?;
        cost.roots = 1;
        cost.meetings = count(field.arguments.len()).saturating_add(1);
        cost.depth = cost.depth.saturating_add(1);
        cost.aliases = cost.aliases.saturating_add(u32::from(field.alias.is_some()));
        let values = field.arguments.iter().map(|(_, value)| values(&value.node));
        cost.values = values.fold(cost.values, u32::saturating_add);
        match field.name.node.as_str() {
            "fields" | "inputFields" | "interfaces" | "possibleTypes" => {
                cost.introspection_lists = cost.introspection_lists.saturating_add(1);
            }
            "__schema" | "__type" => {
                let found = cost.introspection_lists as usize;
                within("lists in each other in introspection", found, MAX_INTROSPECTION_LISTS as usize)?;
            }
            _ => {}
        }
        Ok(cost)
    }

    fn fragment(&mut self, name: &'d Positioned<Name>, level: usize) -> Result<Cost, Problem> {
        // An unknown fragment is for the validation to report.
        let Some(fragment) = self.document.fragments.get(&name.node) else { return Ok(Cost::default()) };
        match self.fragments.get(&name.node) {
            Some(Some(cost)) => return Ok(*cost),
            Some(None) => {
                let message = format!("The fragment \"{}\" spreads itself.", name.node);
                return Err(Problem::document(Code::ValidationFailed, message).at(name.pos));
            }
            None => self.fragments.insert(&name.node, None),
        };
        let mut cost = self.selection_set(&fragment.node.selection_set.node, level + 1)?;
        cost.directives = cost.directives.saturating_add(count(fragment.node.directives.len()));
        self.fragments.insert(&name.node, Some(cost));
        Ok(cost)
    }
}

fn values(value: &Value) -> u32 {
    match value {
        Value::List(items) => items.iter().map(values).fold(1, u32::saturating_add),
        Value::Object(fields) => fields.values().map(values).fold(1, u32::saturating_add),
        _ => 1,
    }
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
