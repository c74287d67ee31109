//! What a document expands to: each fragment is measured once and remembered, so that the work is that of reading the
//! document, whatever its fragments multiply to. async-graphql walks the expansion itself: 24 fragments that each
//! spread the next one twice keep it busy for seconds, 31 for minutes.

use std::collections::HashMap;

use async_graphql::parser::types::{ExecutableDocument, Field, Selection, SelectionSet};
use async_graphql::{Name, Positioned};
use async_graphql_value::Value;

use super::lexer;
use crate::http::problem::{Code, Problem};

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
    let mut meter = Meter { document, fragments: HashMap::new(), visited: 0 };
    let mut total = Cost::default();
    for (_, operation) in document.operations.iter() {
        let mut cost = meter.selection_set(&operation.node.selection_set.node, 1)?;
        cost.directives = cost.directives.saturating_add(count(operation.node.directives.len()));
        cost.roots = cost.roots.max(total.roots);
        total.roots = 0;
        total.add(cost);
    }
    let checks = [
        ("levels of fields", total.depth, MAX_DEPTH),
        ("root fields", total.roots, MAX_ROOTS),
        ("selections", total.selections, MAX_SELECTIONS),
        ("values in arguments", total.values, MAX_VALUES),
        ("aliases", total.aliases, MAX_ALIASES),
        ("directives", total.directives, MAX_DIRECTIVES),
    ];
    for (what, number, limit) in checks {
        within(what, number as usize, limit as usize)?;
    }
    Ok(Measured { cost: total, visited: meter.visited })
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
        Ok(sum)
    }

    fn field(&mut self, field: &'d Field, level: usize) -> Result<Cost, Problem> {
        let mut cost = match field.selection_set.node.items.as_slice() {
            [] => Cost::default(),
            _ => self.selection_set(&field.selection_set.node, level + 1)?,
        };
        cost.roots = 1;
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

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;

    use super::*;

    fn measured(query: &str) -> Result<Measured, Problem> {
        lexer::scan(query).unwrap();
        measure(&parse_query(query).unwrap())
    }

    /// `levels` fragments that each spread the next one `times`.
    fn bomb(levels: usize, times: usize) -> String {
        let fragment = |level: usize| match level {
            level if level == levels => format!("fragment F{level} on Query {{ a }} "),
            level => {
                format!("fragment F{level} on Query {{ {} }} ", format!("...F{} ", level + 1).repeat(times))
            }
        };
        format!("{{ ...F1 }} {}", (1..=levels).map(fragment).collect::<String>())
    }

    #[test]
    fn a_fragment_bomb_costs_no_more_than_reading_it() {
        for (levels, times) in [(24, 2), (10, 4), (6, 100)] {
            let document = parse_query(bomb(levels, times)).unwrap();
            let mut meter = Meter { document: &document, fragments: HashMap::new(), visited: 0 };
            for (_, operation) in document.operations.iter() {
                meter.selection_set(&operation.node.selection_set.node, 1).unwrap();
            }
            let written = 1 + times * (levels - 1) + 1;
            assert_eq!(meter.visited as usize, written, "{levels} × {times}");
            assert_eq!(measure(&document).unwrap_err().code, Code::TooComplex, "{levels} × {times}");
        }
    }

    #[test]
    fn fragments_count_each_time_they_are_spread() {
        let cost = measured(&bomb(3, 3)).unwrap().cost;
        // The spread of F1, 3 + 9 more, and 9 fields.
        assert_eq!((cost.selections, cost.roots, cost.depth), (1 + 3 + 9 + 9, 9, 1));
    }

    #[test]
    fn each_limit_names_itself_and_the_number() {
        let nested = |levels: usize| format!("{}{{a}}{}", "{a".repeat(levels), "}".repeat(levels));
        let table = [
            (nested(20), "21 levels"),
            (format!("{{ {} }}", "a ".repeat(21)), "21 root fields"),
            (format!("{{ r {{ {} }} }}", "a ".repeat(2_000)), "2001 selections"),
            (format!("{{ r {{ {} }} }}", "b:a ".repeat(101)), "101 aliases"),
            (format!("{{ a {} }}", "@x ".repeat(51)), "51 directives"),
            (
                format!("{{ {} }} fragment F on Q {{ a(b: [{}]) }}", "...F ".repeat(11), "1 ".repeat(999)),
                "11000 values",
            ),
            ((0..51).map(|i| format!("query Q{i} {{ a }} ")).collect(), "51 definitions"),
        ];
        for (query, expected) in table {
            let problem = measured(&query).expect_err(expected);
            assert_eq!(problem.code, Code::TooComplex);
            assert!(problem.message.contains(expected), "{expected}: {}", problem.message);
        }
    }

    #[test]
    fn a_fragment_that_spreads_itself_is_an_error() {
        for query in [
            "{ ...A } fragment A on Q { ...A }",
            "{ ...A } fragment A on Q { b { ...B } } fragment B on Q { ... { ...A } }",
        ] {
            let problem = measured(query).unwrap_err();
            assert_eq!((problem.code, problem.locations.len()), (Code::ValidationFailed, 1));
        }
    }

    #[test]
    fn the_usual_introspection_query_passes_and_one_that_multiplies_does_not() {
        let of_type = format!("{}kind name{}", "ofType { ".repeat(9), " }".repeat(9));
        let usual = format!(
            "{{ __schema {{ queryType {{ name }} types {{ ...F }} directives {{ name args {{ ...I }} }} }} }}
             fragment F on __Type {{ kind name fields(includeDeprecated: true) {{ name args {{ ...I }} type {{ ...T }} }}
               inputFields {{ ...I }} interfaces {{ ...T }} enumValues {{ name }} possibleTypes {{ ...T }} }}
             fragment I on __InputValue {{ name type {{ ...T }} defaultValue }}
             fragment T on __Type {{ kind name {of_type} }}"
        );
        assert_eq!(measured(&usual).unwrap().cost.depth, 15);
        let nested = |levels: usize| {
            format!(
                "{{ __schema {{ types {}{{ name }}{} }} }}",
                "{ fields { type ".repeat(levels),
                " } }".repeat(levels)
            )
        };
        assert!(measured(&nested(2)).is_ok());
        assert_eq!(measured(&nested(3)).unwrap_err().code, Code::TooComplex);
    }
}
