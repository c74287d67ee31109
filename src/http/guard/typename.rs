//! The field `__typename`. async-graphql's validation passes it over, whatever stands at it: arguments, a selection set,
//! directives that do not exist; and a variable that only its directives use counts as unused.

use async_graphql::Positioned;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, InlineFragment, Selection, SelectionSet,
};

use crate::http::problem::{Code, Problem};

/// The same document, for the validation to see all of: a `__typename` with directives stands in an inline fragment that
/// has them instead.
///
/// # Errors
/// `GRAPHQL_VALIDATION_FAILED` where it has arguments or a selection set.
pub fn expose(mut document: ExecutableDocument) -> Result<ExecutableDocument, Problem> {
    let operations = match &mut document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values_mut().collect(),
    };
    for operation in operations {
        in_selections(&mut operation.node.selection_set.node)?;
    }
    for fragment in document.fragments.values_mut() {
        in_selections(&mut fragment.node.selection_set.node)?;
    }
    Ok(document)
}

fn in_selections(set: &mut SelectionSet) -> Result<(), Problem> {
    for selection in &mut set.items {
        match &mut selection.node {
            Selection::Field(field) if field.node.name.node == "__typename" => {
                refuse_more(field)?;
                if !field.node.directives.is_empty() {
                    selection.node = inside(field);
                }
            }
            Selection::Field(field) => in_selections(&mut field.node.selection_set.node)?,
            Selection::InlineFragment(inline) => in_selections(&mut inline.node.selection_set.node)?,
            Selection::FragmentSpread(_) => {}
        }
    }
    Ok(())
}

fn refuse_more(field: &Positioned<Field>) -> Result<(), Problem> {
    if field.node.arguments.is_empty() && field.node.selection_set.node.items.is_empty() {
        return Ok(());
    }
    let message = "\"__typename\" has no arguments and no fields.";
    Err(Problem::document(Code::ValidationFailed, message).at(field.pos))
}

fn inside(field: &Positioned<Field>) -> Selection {
    let mut bare = field.clone();
    let directives = std::mem::take(&mut bare.node.directives);
    let items = vec![Positioned::new(Selection::Field(bare), field.pos)];
    let selection_set = Positioned::new(SelectionSet { items }, field.pos);
    Selection::InlineFragment(Positioned::new(
        InlineFragment { type_condition: None, directives, selection_set },
        field.pos,
    ))
}
