//! What an operation costs: an object 1, a scalar 0, a connection what it costs an item times its page size, a mutation
//! more. The formula is made once a document, each fragment of it once; with the variables of a request it is a number.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Field, FragmentDefinition, Selection, SelectionSet};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

use crate::http::types::Types;
use crate::page::{DEFAULT_SIZE, MAX_SIZE};

/// The most that one operation may cost. A page of 100 in a page of 100 costs a little more.
pub const MAX_COST: u64 = 10_000;
/// All of introspection; what it lists is bounded by the schema.
const INTROSPECTION: u64 = 100;

/// What an operation costs, once its variables are known.
#[derive(Debug, Default)]
pub struct Formula {
    operation: Sum,
    /// Before each stand those that it spreads.
    fragments: Vec<Sum>,
}

/// Of a selection set. Numbers saturate.
#[derive(Clone, Debug, Default)]
struct Sum {
    fixed: u64,
    /// The rest is for each item of the page of the connection that this is selected on.
    per_item: Vec<Sum>,
    connections: Vec<(Size, Sum)>,
    /// Places in [`Formula::fragments`].
    spreads: Vec<usize>,
}

/// The page size of a connection.
#[derive(Clone, Debug)]
enum Size {
    Fixed(u64),
    /// `first` and `last`: the larger counts.
    Given(Vec<Value>),
}

/// The value of a sum: `fixed`, and `per_item` times the page size of whatever connection it belongs to.
#[derive(Clone, Copy, Default)]
struct Linear {
    fixed: u64,
    per_item: u64,
}

impl Formula {
    /// Of a document with one operation and the fragments that it uses, which must not spread themselves.
    pub fn of(document: &ExecutableDocument, types: &Types) -> Self {
        let mut writer = Writer { types, fragments: &document.fragments, places: HashMap::new(), sums: Vec::new() };
        let operation = document.operations.iter().next().map(|(_, operation)| {
            let root = match operation.node.ty {
                async_graphql::parser::types::OperationType::Query => "Query",
                async_graphql::parser::types::OperationType::Mutation => "Mutation",
                async_graphql::parser::types::OperationType::Subscription => "Subscription",
            };
            writer.selection_set(&operation.node.selection_set.node, root)
        });
        Self { operation: operation.unwrap_or_default(), fragments: writer.sums }
    }

    /// At least 1. Variables must be coerced, with their defaults.
    pub fn cost(&self, variables: &Variables) -> u64 {
        let mut fragments = Vec::with_capacity(self.fragments.len());
        for sum in &self.fragments {
            let value = sum.value(&fragments, variables);
            fragments.push(value);
        }
        self.operation.value(&fragments, variables).fixed.max(1)
    }
}

impl Sum {
    fn value(&self, fragments: &[Linear], variables: &Variables) -> Linear {
        let mut total = Linear { fixed: self.fixed, per_item: 0 };
        for item in &self.per_item {
            total.per_item = total.per_item.saturating_add(item.value(fragments, variables).fixed);
        }
        for (size, below) in &self.connections {
            let below = below.value(fragments, variables);
            let items = below.per_item.saturating_mul(size.value(variables));
            total.fixed = total.fixed.saturating_add(below.fixed).saturating_add(items);
        }
        for fragment in self.spreads.iter().filter_map(|place| fragments.get(*place)) {
            total.fixed = total.fixed.saturating_add(fragment.fixed);
            total.per_item = total.per_item.saturating_add(fragment.per_item);
        }
        total
    }

    fn add(&mut self, other: Self) {
        self.fixed = self.fixed.saturating_add(other.fixed);
        self.per_item.extend(other.per_item);
        self.connections.extend(other.connections);
        self.spreads.extend(other.spreads);
    }
}

impl Size {
    fn value(&self, variables: &Variables) -> u64 {
        match self {
            Self::Fixed(size) => *size,
            Self::Given(values) => {
                let sizes = values.iter().filter_map(|value| match value {
                    Value::Variable(name) => size_of(variables.get(name)?),
                    _ => None,
                });
                sizes.max().unwrap_or(DEFAULT_SIZE)
            }
        }
    }

    fn of(field: &Field) -> Self {
        let given: Vec<&Value> =
            ["first", "last"].iter().filter_map(|name| Some(&field.get_argument(name)?.node)).collect();
        if given.iter().any(|value| matches!(value, Value::Variable(_))) {
            // A number beside a variable is refused by the resolver, as both are: the variable's is enough.
            return Self::Given(given.into_iter().cloned().collect());
        }
        let literal = |value: &Value| size_of(&value.clone().into_const()?);
        Self::Fixed(given.into_iter().filter_map(literal).max().unwrap_or(DEFAULT_SIZE))
    }
}

/// A page that is too large is for the resolver to refuse, in better words than a cost could.
fn size_of(value: &ConstValue) -> Option<u64> {
    let ConstValue::Number(number) = value else { return None };
    Some(number.as_i64().map_or(0, |size| u64::try_from(size).unwrap_or(0)).min(MAX_SIZE))
}

struct Writer<'d> {
    types: &'d Types,
    fragments: &'d HashMap<Name, Positioned<FragmentDefinition>>,
    /// `None` while it is being written.
    places: HashMap<&'d Name, Option<usize>>,
    sums: Vec<Sum>,
}

impl<'d> Writer<'d> {
    fn selection_set(&mut self, set: &'d SelectionSet, parent: &str) -> Sum {
        let mut sum = Sum::default();
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => self.field(&field.node, parent, &mut sum),
                Selection::InlineFragment(inline) => {
                    let inline = &inline.node;
                    let on = inline.type_condition.as_ref().map_or(parent, |on| on.node.on.node.as_str());
                    sum.add(self.selection_set(&inline.selection_set.node, on));
                }
                Selection::FragmentSpread(spread) => sum.spreads.extend(self.fragment(&spread.node.fragment_name.node)),
            }
        }
        sum
    }

    fn field(&mut self, field: &'d Field, parent: &str, sum: &mut Sum) {
        let name = field.name.node.as_str();
        if matches!(name, "__schema" | "__type") {
            sum.fixed = sum.fixed.saturating_add(INTROSPECTION);
            return;
        }
        let Some(found) = self.types.field(parent, name) else { return };
        let mut below = self.selection_set(&field.selection_set.node, &found.base);
        if found.is_connection {
            sum.fixed = sum.fixed.saturating_add(found.cost);
            sum.connections.push((Size::of(field), below));
        } else if matches!(name, "edges" | "nodes") && parent.ends_with("Connection") {
            below.fixed = below.fixed.saturating_add(found.cost);
            sum.per_item.push(below);
        } else {
            sum.fixed = sum.fixed.saturating_add(found.cost);
            sum.add(below);
        }
    }

    fn fragment(&mut self, name: &'d Name) -> Option<usize> {
        match self.places.get(name) {
            Some(place) => return *place,
            None => self.places.insert(name, None),
        };
        let fragment = &self.fragments.get(name)?.node;
        let sum = self.selection_set(&fragment.selection_set.node, fragment.type_condition.node.on.node.as_str());
        self.sums.push(sum);
        let place = Some(self.sums.len() - 1);
        self.places.insert(name, place);
        place
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::http::types::Remarks;

    const SDL: &str = "
        type Query { me: User version: String users(first: Int, last: Int): UserConnection! }
        type Mutation { rename(to: String): User dear: Boolean }
        type UserConnection { nodes: [User!]! edges: [UserEdge!]! info: Info! total: Int! }
        type UserEdge { node: User! cursor: String! } type Info { next: Boolean! }
        type User { name: String friends(first: Int, last: Int): UserConnection! best: User }";

    fn formula(query: &str) -> Formula {
        let types = Types::parse(SDL, Remarks { costs: &[("Mutation", "dear", 50)], scalars: &[] });
        Formula::of(&parse_query(query).unwrap(), &types)
    }

    fn cost(query: &str, variables: Json) -> u64 {
        formula(query).cost(&Variables::from_json(variables))
    }

    #[test]
    fn objects_cost_one_scalars_nothing_and_actions_more() {
        for (query, expected) in [
            ("{ version }", 1),
            ("{ __typename }", 1),
            ("{ me { name } }", 1),
            ("{ me { name best { name best { name } } } again: me { name } }", 4),
            ("mutation { rename { name best { name } } dear }", 61),
            ("{ __schema { types { name fields { name } } } me { name } }", 101),
        ] {
            assert_eq!(cost(query, json!({})), expected, "{query}");
        }
    }

    #[test]
    fn a_connection_costs_its_page() {
        for (query, expected) in [
            ("{ users(first: 50) { nodes { name } } }", 51),
            ("{ users { nodes { name } } }", 21),
            ("{ users(last: 30) { nodes { name best { name } } info { next } total } }", 62),
            ("{ users(first: 10) { edges { cursor node { name } } } }", 21),
            ("{ users(first: 10) { nodes { friends(first: 5) { nodes { name } } } } }", 1 + 10 * (1 + 1 + 5)),
            ("{ users(first: 2000000000) { nodes { name } } }", 101),
            ("{ users(first: -5) { nodes { name } } }", 1),
        ] {
            assert_eq!(cost(query, json!({})), expected, "{query}");
        }
    }

    #[test]
    fn the_page_may_be_a_variable_of_the_request() {
        let query = "query($n: Int, $m: Int) { users(first: $n) { nodes { friends(last: $m) { nodes { name } } } } }";
        let formula = formula(query);
        let cost = |variables: Json| formula.cost(&Variables::from_json(variables));
        assert_eq!(cost(json!({"n": 3, "m": 4})), 1 + 3 * (2 + 4));
        assert_eq!(cost(json!({"n": 100, "m": 100})), 1 + 100 * (2 + 100));
        assert_eq!(cost(json!({"n": null})), 1 + 20 * (2 + 20));
    }

    #[test]
    fn a_fragment_counts_where_it_is_spread_and_is_written_once() {
        let query = "{ users(first: 10) { ...Page } me { ...Person } }
            fragment Page on UserConnection { info { next } nodes { ...Person ...Person } }
            fragment Person on User { name best { name } }";
        let formula = formula(query);
        assert_eq!(formula.fragments.len(), 2);
        assert_eq!(formula.cost(&Variables::default()), (1 + 1 + 10 * (1 + 1 + 1)) + (1 + 1));
    }

    #[test]
    fn what_multiplies_without_end_saturates() {
        let levels = 40;
        let fragment = |n: usize| {
            let next = n + 1;
            format!("fragment F{n} on User {{ best {{ ...F{next} }} b: best {{ ...F{next} }} }} ")
        };
        let all: String = (0..levels).map(fragment).collect();
        let query = format!(
            "{{ me {{ ...F0 }} }} {all} fragment F{levels} on User {{ friends(first: 100) {{ nodes {{ name }} }} }}"
        );
        assert!(cost(&query, json!({})) > 1 << 40);
        assert_eq!(formula(&query).fragments.len(), levels + 1);
    }
}
