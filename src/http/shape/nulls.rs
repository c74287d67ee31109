//! Nulls where something failed: at the field, or, where that cannot be null, at the nearest parent that can.

use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, Type};
use async_graphql::{Name, PathSegment, ServerError, Value};

use super::Shape;

/// The paths of all errors, as a tree.
#[derive(Default)]
struct Failed {
    fields: IndexMap<String, Failed>,
    items: IndexMap<usize, Failed>,
}

impl Failed {
    fn of(errors: &[ServerError]) -> Self {
        let mut root = Self::default();
        for error in errors {
            let mut at = &mut root;
            for segment in &error.path {
                at = match segment {
                    PathSegment::Field(name) => at.fields.entry(name.clone()).or_default(),
                    PathSegment::Index(index) => at.items.entry(*index).or_default(),
                };
            }
        }
        root
    }

    /// The very thing that failed, not something below it.
    fn is_leaf(&self) -> bool {
        self.fields.is_empty() && self.items.is_empty()
    }
}

/// What a failure means for the parent.
#[derive(PartialEq, Eq)]
enum Parent {
    Stays,
    BecomesNull,
}

impl Shape {
    /// Puts the nulls where the specification wants them. The data is an object or null, errors have paths.
    pub fn settle(&self, data: &mut Value, errors: &[ServerError]) {
        let failed = Failed::of(errors);
        if !failed.is_leaf() && self.settle_object(data, &failed) == Parent::BecomesNull {
            *data = Value::Null;
        }
    }

    /// `BecomesNull` here means the object itself.
    fn settle_object(&self, value: &mut Value, failed: &Failed) -> Parent {
        if *value == Value::Null {
            // Something below it failed, so it was an object: the executor gives null where every field failed.
            *value = Value::Object(IndexMap::new());
        }
        let Value::Object(fields) = value else {
            return Parent::Stays;
        };
        for (key, below) in &failed.fields {
            let Some((shape, ty)) = self.fields.get(key.as_str()).and_then(|shape| Some((shape, shape.ty.as_ref()?)))
            else {
                continue;
            };
            let field = fields.entry(Name::new(key)).or_insert(Value::Null);
            if shape.settle_value(field, ty, below) == Parent::BecomesNull {
                return Parent::BecomesNull;
            }
        }
        Parent::Stays
    }

    fn settle_value(&self, value: &mut Value, ty: &Type, failed: &Failed) -> Parent {
        let broken = match &ty.base {
            _ if failed.is_leaf() => true,
            BaseType::Named(_) => self.settle_object(value, failed) == Parent::BecomesNull,
            BaseType::List(inner) => match value {
                Value::List(items) => {
                    // Every item, even after one has broken the list: the answer is the same, and so is the work.
                    failed.items.iter().any(|(index, below)| {
                        let item = items.get_mut(*index);
                        item.is_some_and(|item| self.settle_value(item, inner, below) == Parent::BecomesNull)
                    })
                }
                _ => true,
            },
        };
        if broken {
            *value = Value::Null;
        }
        if broken && !ty.nullable { Parent::BecomesNull } else { Parent::Stays }
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::http::types::{Remarks, Types};

    const SDL: &str = "
        type Query { maybe: Thing sure: Thing! all: [Thing!]! some: [Thing]! word: String }
        type Thing { name: String! nick: String next: Thing }";

    fn settled(document: &str, data: Json, paths: &[&[Json]]) -> Json {
        let errors: Vec<_> = paths
            .iter()
            .map(|path| {
                let mut error = ServerError::new("it failed", None);
                error.path = path
                    .iter()
                    .map(|segment| match segment {
                        Json::String(name) => PathSegment::Field(name.clone()),
                        other => PathSegment::Index(usize::try_from(other.as_u64().unwrap()).unwrap()),
                    })
                    .collect();
                error
            })
            .collect();
        let mut data = Value::from_json(data).unwrap();
        let shape = Shape::of(&parse_query(document).unwrap(), &Types::parse(SDL, Remarks::default()));
        shape.settle(&mut data, &errors);
        data.into_json().unwrap()
    }

    #[test]
    fn a_nullable_field_that_failed_is_null() {
        assert_eq!(
            settled("{ word maybe { name } }", json!({"maybe": {"name": "a"}}), &[&[json!("word")]]),
            json!({"maybe": {"name": "a"}, "word": null})
        );
        assert_eq!(settled("{ word }", Json::Null, &[&[json!("word")]]), json!({ "word": null }));
        assert_eq!(settled("{ w: word }", Json::Null, &[&[json!("w")]]), json!({ "w": null }));
    }

    #[test]
    fn a_non_null_field_that_failed_makes_its_nearest_nullable_parent_null() {
        let path = [json!("maybe"), json!("name")];
        assert_eq!(
            settled("{ maybe { name nick } }", json!({"maybe": {"nick": "b"}}), &[&path]),
            json!({"maybe": null})
        );
        let path = [json!("sure"), json!("name")];
        assert_eq!(settled("{ word sure { name } }", json!({"word": "x", "sure": null}), &[&path]), Json::Null);
        let path = [json!("maybe"), json!("next"), json!("name")];
        let data = json!({"maybe": {"nick": "b", "next": null}});
        assert_eq!(
            settled("{ maybe { nick next { name } } }", data, &[&path]),
            json!({"maybe": {"nick": "b", "next": null}})
        );
    }

    #[test]
    fn an_item_that_failed_is_null_where_items_may_be_and_ends_the_list_where_not() {
        let things = json!([{"name": "a"}, {"nick": null}]);
        let path = [json!("some"), json!(1), json!("name")];
        assert_eq!(
            settled("{ some { name nick } }", json!({"some": things}), &[&path]),
            json!({"some": [{"name": "a"}, null]})
        );
        let path = [json!("all"), json!(1), json!("name")];
        assert_eq!(settled("{ all { name nick } word }", json!({"all": things, "word": "x"}), &[&path]), Json::Null);
    }

    #[test]
    fn several_failures_are_settled_together() {
        let paths: [&[Json]; 3] =
            [&[json!("maybe"), json!("nick")], &[json!("maybe"), json!("name")], &[json!("word")]];
        assert_eq!(settled("{ word maybe { nick name } }", Json::Null, &paths), json!({"maybe": null, "word": null}));
        let paths: [&[Json]; 2] = [&[json!("maybe"), json!("nick")], &[json!("maybe"), json!("next")]];
        assert_eq!(
            settled("{ maybe { nick next { name } } }", json!({"maybe": null}), &paths),
            json!({"maybe": {"nick": null, "next": null}})
        );
    }
}
