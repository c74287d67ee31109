//! Field selection merging: fields of one name in the answer must be one field with the same arguments, wherever
//! fragments put them. Specification: "Field Selection Merging", 5.3.2.
//!
//! async-graphql checks it too, but only within one written selection set and type condition, and it makes an error for
//! every pair and every argument: four kilobytes cost it gigabytes. So this comes first and stops at the first conflict.
//! All fields that end up in one object are collected level by level, each visited once, and held against the first of
//! their name. The shapes of fields on types that never meet are compared where they part, and not below.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, ExecutableDocument, Field, OperationType, Selection, SelectionSet, Type};

use crate::http::problem::{Code, Problem};
use crate::http::types::Types;

/// Fields held against others. Above the number of fields only where interfaces and objects select the same.
const MAX_COMPARED: usize = 10_000;

/// # Errors
/// `GRAPHQL_VALIDATION_FAILED` at the first two fields that conflict; `QUERY_TOO_COMPLEX`.
pub fn check(document: &ExecutableDocument, types: &Types) -> Result<(), Problem> {
    let mut merge = Merge { document, types, compared: 0 };
    for (_, operation) in document.operations.iter() {
        let root = match operation.node.ty {
            OperationType::Query => "Query",
            OperationType::Mutation => "Mutation",
            OperationType::Subscription => "Subscription",
        };
        merge.level(&[(root, &operation.node.selection_set.node)])?;
    }
    Ok(())
}

/// A field, and the type that it is selected on.
#[derive(Clone, Copy)]
struct Selected<'d> {
    parent: &'d str,
    field: &'d Positioned<Field>,
}

/// By the name in the answer.
type Level<'d> = IndexMap<&'d str, Vec<Selected<'d>>>;

struct Merge<'d> {
    document: &'d ExecutableDocument,
    types: &'d Types,
    compared: usize,
}

impl<'d> Merge<'d> {
    /// Selection sets that all belong to one object, each with the type that it is written on.
    fn level(&mut self, sets: &[(&'d str, &'d SelectionSet)]) -> Result<(), Problem> {
        let mut level = Level::new();
        for (parent, set) in sets {
            self.collect(parent, set, &mut level)?;
        }
        for group in level.values() {
            // One of each type: the others of that type are the same field.
            let mut firsts: Vec<Selected<'d>> = Vec::new();
            let mut below: Vec<Vec<(&'d str, &'d SelectionSet)>> = Vec::new();
            for selected in group {
                for first in &firsts {
                    self.compare(*first, *selected)?;
                }
                if firsts.iter().all(|first| first.parent != selected.parent) {
                    firsts.push(*selected);
                    below.push(Vec::new());
                }
            }
            for selected in group {
                let set = &selected.field.node.selection_set.node;
                let base = self.types.field(selected.parent, &selected.field.node.name.node).map(|field| &*field.base);
                if let Some(base) = base
                    && !set.items.is_empty()
                {
                    let shared =
                        firsts.iter().zip(&mut below).filter(|(first, _)| self.overlap(first.parent, selected.parent));
                    shared.for_each(|(_, sets)| sets.push((base, set)));
                }
            }
            for sets in below {
                self.level(&sets)?;
            }
        }
        Ok(())
    }

    fn collect(&mut self, parent: &'d str, set: &'d SelectionSet, level: &mut Level<'d>) -> Result<(), Problem> {
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    self.count()?;
                    level.entry(field.node.response_key().node.as_str()).or_default().push(Selected { parent, field });
                }
                Selection::InlineFragment(inline) => {
                    let on = inline.node.type_condition.as_ref().map_or(parent, |on| on.node.on.node.as_str());
                    self.collect(on, &inline.node.selection_set.node, level)?;
                }
                Selection::FragmentSpread(spread) => {
                    // One that does not exist is for the validation to report; cycles were refused.
                    if let Some(fragment) = self.document.fragments.get(&spread.node.fragment_name.node) {
                        let on = fragment.node.type_condition.node.on.node.as_str();
                        self.collect(on, &fragment.node.selection_set.node, level)?;
                    }
                }
            }
        }
        Ok(())
    }

    fn compare(&mut self, first: Selected<'d>, second: Selected<'d>) -> Result<(), Problem> {
        self.count()?;
        let (one, other) = (&first.field.node, &second.field.node);
        let different = if self.overlap(first.parent, second.parent) {
            one.name.node != other.name.node || !same_arguments(one, other)
        } else {
            false
        };
        let type_of = |selected: Selected<'d>| self.types.field(selected.parent, &selected.field.node.name.node);
        let shapes = type_of(first).zip(type_of(second));
        if different || shapes.is_some_and(|(one, other)| !self.same_shape(&one.ty, &other.ty)) {
            let key = one.response_key();
            let shown: String = key.node.chars().take(40).collect();
            let message = format!("Fields \"{shown}\" conflict: use different aliases to fetch both.");
            let problem = Problem::document(Code::ValidationFailed, message);
            return Err(problem.at(first.field.pos).at(second.field.pos));
        }
        Ok(())
    }

    /// An object is of one type: fields on two different ones never meet.
    fn overlap(&self, one: &str, other: &str) -> bool {
        one == other || !self.types.is_object(one) || !self.types.is_object(other)
    }

    fn same_shape(&self, one: &Type, other: &Type) -> bool {
        one.nullable == other.nullable
            && match (&one.base, &other.base) {
                (BaseType::List(one), BaseType::List(other)) => self.same_shape(one, other),
                (BaseType::Named(one), BaseType::Named(other)) => {
                    one == other || (self.types.has_fields(one) && self.types.has_fields(other))
                }
                _ => false,
            }
    }

    fn count(&mut self) -> Result<(), Problem> {
        self.compared += 1;
        if self.compared <= MAX_COMPARED {
            return Ok(());
        }
        let message = format!("The document selects the same in too many ways: more than {MAX_COMPARED} fields meet.");
        Err(Problem::document(Code::TooComplex, message))
    }
}

fn same_arguments(one: &Field, other: &Field) -> bool {
    if one.arguments.len() != other.arguments.len() {
        return false;
    }
    let others: HashMap<_, _> = other.arguments.iter().map(|(name, value)| (&name.node, &value.node)).collect();
    one.arguments.iter().all(|(name, value)| others.get(&name.node) == Some(&&value.node))
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;
    use crate::http::types::Remarks;

    const SDL: &str = "
        type Query { pet: Pet! dog: Dog! n(a: Int, b: Int): Int t: String }
        interface Pet { name: String! friend: Pet age: Int }
        type Dog implements Pet { name: String! friend: Pet age: Int barks: Int loud: Boolean! nick: String! }
        type Cat implements Pet { name: String! friend: Pet age: Int meows: Int nick: String }";

    fn checked(query: &str) -> Result<(), Problem> {
        check(&parse_query(query).unwrap(), &Types::parse(SDL, Remarks::default()))
    }

    #[test]
    fn fields_that_are_one_may_meet() {
        for query in [
            "{ t t: t n n }",
            "{ n(a: 1, b: 2) n(b: 2, a: 1) }",
            "{ pet { name ... on Dog { name x: barks } ... on Cat { x: meows } } }",
            "{ pet { friend { name } ...F } } fragment F on Pet { friend { name age } }",
            "{ pet { ... on Dog { friend { x: name } } ... on Cat { friend { x: name } } } }",
        ] {
            assert_eq!(checked(query), Ok(()), "{query}");
        }
    }

    #[test]
    fn fields_that_are_different_may_not() {
        for query in [
            "{ x: t x: n }",
            "{ n(a: 1) n(a: 2) }",
            "{ n(a: 1) n }",
            "query($v: Int) { n(a: $v) n(a: 1) }",
            "{ x: t ... { x: n } }",
            "{ x: t ... on Query { x: n } }",
            "{ dog { x: name } dog { x: nick } }",
            "{ dog { friend { x: name } ...F } } fragment F on Dog { friend { ... on Dog { x: nick } } }",
            "{ pet { x: name ... on Dog { x: nick } } }",
            // An Int and a Boolean!, and a String! and a String, in one place of the answer.
            "{ pet { ... on Cat { x: meows } ... on Dog { x: loud } } }",
            "{ pet { ... on Cat { x: nick } ... on Dog { x: nick } } }",
        ] {
            let problem = checked(query).expect_err(query);
            assert_eq!((problem.code, problem.locations.len()), (Code::ValidationFailed, 2), "{query}");
        }
    }

    #[test]
    fn the_work_is_bounded_whatever_meets() {
        let both = |below: String| {
            format!("friend {{ name }} ... on Dog {{ friend {{ {below} }} }} ... on Cat {{ friend {{ {below} }} }}")
        };
        let deep = (0..12).fold("name".to_owned(), |below, _| both(below));
        assert_eq!(checked(&format!("{{ pet {{ {deep} }} }}")).unwrap_err().code, Code::TooComplex);
    }
}
