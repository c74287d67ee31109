//! Values of variables held against their types: section 3.5 to 3.12, "Input Coercion", of the GraphQL specification.

use std::collections::{HashMap, HashSet};
use std::fmt;

use async_graphql::Name;
use async_graphql::indexmap::IndexMap;
use async_graphql::parser::types::{BaseType, EnumType, InputObjectType, Type};
use async_graphql_value::ConstValue;

use super::scalars::{self, IsScalar};

/// Every type that a variable can have.
#[derive(Debug, Default)]
pub struct Inputs {
    types: HashMap<String, Input>,
    known_scalars: &'static [(&'static str, IsScalar)],
}

#[derive(Debug)]
enum Input {
    /// `None`: the resolver judges.
    Scalar(Option<IsScalar>),
    Enum(HashSet<String>),
    Object {
        one_of: bool,
        fields: HashMap<String, InputField>,
    },
}

#[derive(Debug)]
struct InputField {
    ty: Type,
    has_default: bool,
}

/// Why a value cannot be taken. It names places and types, and nothing of the value's own words but short names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// Such as `.of.images[2]`.
    pub path: String,
    pub message: String,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.path.as_str() {
            "" => f.write_str(&self.message),
            path => write!(f, "at `{path}`: {}", self.message),
        }
    }
}

impl Mismatch {
    fn new(message: impl Into<String>) -> Self {
        Self { path: String::new(), message: message.into() }
    }

    fn inside(mut self, step: &str) -> Self {
        self.path.insert_str(0, step);
        self
    }
}

impl Inputs {
    pub(super) fn new(known_scalars: &'static [(&'static str, IsScalar)]) -> Self {
        Self { types: HashMap::new(), known_scalars }
    }

    pub(super) fn add_scalar(&mut self, name: String) {
        let known = self.known_scalars.iter().find(|(known, _)| *known == name);
        self.types.insert(name, Input::Scalar(known.map(|(_, is_one)| *is_one)));
    }

    pub(super) fn add_enum(&mut self, name: String, definition: EnumType) {
        let values = definition.values.into_iter().map(|value| value.node.value.node.to_string());
        self.types.insert(name, Input::Enum(values.collect()));
    }

    pub(super) fn add_object(&mut self, name: String, definition: InputObjectType, one_of: bool) {
        let fields = definition.fields.into_iter().map(|field| {
            let field = field.node;
            let has_default = field.default_value.is_some();
            (field.name.node.to_string(), InputField { ty: field.ty.node, has_default })
        });
        self.types.insert(name, Input::Object { one_of, fields: fields.collect() });
    }

    /// The value as a resolver takes it: whole floats where an `Int` is expected become integers, the rest stays.
    ///
    /// # Errors
    /// The first thing that does not fit.
    pub fn coerce(&self, value: ConstValue, ty: &Type) -> Result<ConstValue, Mismatch> {
        match (value, &ty.base) {
            (ConstValue::Null, _) if ty.nullable => Ok(ConstValue::Null),
            (ConstValue::Null, _) => Err(Mismatch::new(format!("null is not a \"{ty}\""))),
            (ConstValue::List(items), BaseType::List(inner)) => {
                let coerced = items.into_iter().enumerate().map(|(index, item)| {
                    self.coerce(item, inner).map_err(|mismatch| mismatch.inside(&format!("[{index}]")))
                });
                coerced.collect::<Result<_, _>>().map(ConstValue::List)
            }
            // A single value stands for a list of it.
            (value, BaseType::List(inner)) => self.coerce(value, inner).map(|one| ConstValue::List(vec![one])),
            (value, BaseType::Named(name)) => self.coerce_named(value, name),
        }
    }

    fn coerce_named(&self, value: ConstValue, name: &str) -> Result<ConstValue, Mismatch> {
        let wrong = || Mismatch::new(format!("expected a value of type \"{name}\""));
        if let Some(coerce) = scalars::builtin(name) {
            return coerce(value).ok_or_else(wrong);
        }
        match (self.types.get(name), value) {
            (Some(Input::Scalar(Some(is_one))), value) if !is_one(&value) => Err(wrong()),
            (Some(Input::Enum(names)), ConstValue::String(text)) if names.contains(&text) => {
                Ok(ConstValue::Enum(Name::new(text)))
            }
            (Some(Input::Enum(names)), ConstValue::Enum(text)) if names.contains(text.as_str()) => {
                Ok(ConstValue::Enum(text))
            }
            (Some(Input::Object { one_of, fields }), ConstValue::Object(values)) => {
                self.coerce_object(name, *one_of, fields, values)
            }
            (Some(Input::Enum(_) | Input::Object { .. }), _) => Err(wrong()),
            // A type that is none is for the validation to report.
            (_, value) => Ok(value),
        }
    }

    fn coerce_object(
        &self,
        name: &str,
        one_of: bool,
        fields: &HashMap<String, InputField>,
        mut values: IndexMap<Name, ConstValue>,
    ) -> Result<ConstValue, Mismatch> {
        if one_of && (values.len() != 1 || values.values().any(|value| *value == ConstValue::Null)) {
            return Err(Mismatch::new(format!("a \"{name}\" has exactly one field, which is not null")));
        }
        if let Some(unknown) = values.keys().find(|key| !fields.contains_key(key.as_str())) {
            let shown: String = unknown.chars().take(40).collect();
            return Err(Mismatch::new(format!("\"{name}\" has no field \"{shown}\"")));
        }
        for (key, field) in fields {
            if let Some(value) = values.get_mut(key.as_str()) {
                let coerced = self.coerce(std::mem::take(value), &field.ty);
                *value = coerced.map_err(|mismatch| mismatch.inside(&format!(".{key}")))?;
            } else if !field.ty.nullable && !field.has_default && !one_of {
                let missing = Mismatch::new(format!("a \"{}\" must be given", field.ty));
                return Err(missing.inside(&format!(".{key}")));
            }
        }
        Ok(ConstValue::Object(values))
    }
}

#[cfg(test)]
mod tests {
    use async_graphql::parser::parse_query;
    use serde_json::{Value, json};

    use super::super::{Remarks, Types};

    const SDL: &str = "
        type Query { a: Int }
        scalar Even scalar Any
        enum Color { RED GREEN }
        input Point { x: Int! y: Int! = 0 label: String color: Color more: [Point!] }
        input Choice @oneOf { id: ID all: Boolean }";

    fn is_even(value: &async_graphql_value::ConstValue) -> bool {
        matches!(value, async_graphql_value::ConstValue::Number(number) if number.as_i64().is_some_and(|n| n % 2 == 0))
    }

    fn coerced(ty: &str, value: Value) -> Result<Value, String> {
        let types = Types::parse(SDL, Remarks { costs: &[], scalars: &[("Even", is_even)] });
        let document = parse_query(format!("query($v: {ty}) {{ a }}")).unwrap();
        let (_, operation) = document.operations.iter().next().unwrap();
        let expected = &operation.node.variable_definitions[0].node.var_type.node;
        let value = async_graphql::Value::from_json(value).unwrap();
        match types.inputs().coerce(value, expected) {
            Ok(value) => Ok(value.into_json().unwrap()),
            Err(mismatch) => Err(mismatch.to_string()),
        }
    }

    #[test]
    fn values_that_fit_are_taken() {
        for (ty, value, expected) in [
            ("Int", json!(7), json!(7)),
            ("Int", json!(7.0), json!(7)),
            ("Int", json!(null), json!(null)),
            ("Float", json!(7), json!(7)),
            ("ID", json!(7), json!("7")),
            ("ID!", json!("a"), json!("a")),
            ("[Int!]!", json!([1, 2]), json!([1, 2])),
            ("[Int!]!", json!(1), json!([1])),
            ("[[Int]]", json!([[1], null]), json!([[1], null])),
            ("Color", json!("RED"), json!("RED")),
            ("Even", json!(4), json!(4)),
            ("Any", json!({"a": [1]}), json!({"a": [1]})),
            ("Point", json!({"x": 1}), json!({"x": 1})),
            (
                "Point",
                json!({"x": 1, "more": {"x": 2, "color": "GREEN"}}),
                json!({"x": 1, "more": [{"x": 2, "color": "GREEN"}]}),
            ),
            ("Choice!", json!({"id": "a"}), json!({"id": "a"})),
        ] {
            assert_eq!(coerced(ty, value.clone()), Ok(expected), "{ty} {value}");
        }
    }

    #[test]
    fn values_that_do_not_fit_are_refused_with_the_place() {
        for (ty, value, words) in [
            ("Int", json!(2_147_483_648_i64), "\"Int\""),
            ("Int", json!(1.5), "\"Int\""),
            ("Int", json!("1"), "\"Int\""),
            ("Int!", json!(null), "null is not a \"Int!\""),
            ("String", json!(1), "\"String\""),
            ("Boolean", json!("true"), "\"Boolean\""),
            ("ID", json!(1.5), "\"ID\""),
            ("[Int!]", json!([1, null]), "at `[1]`"),
            ("Color", json!("BLUE"), "\"Color\""),
            ("Color", json!(1), "\"Color\""),
            ("Even", json!(3), "\"Even\""),
            ("Point", json!(1), "\"Point\""),
            ("Point", json!({}), "at `.x`: a \"Int!\" must be given"),
            ("Point", json!({"x": 1, "z": 1}), "no field \"z\""),
            ("Point", json!({"x": 1, "y": null}), "at `.y`"),
            ("Point", json!({"x": 1, "more": [{"x": 1}, {"x": "a"}]}), "at `.more[1].x`"),
            ("Choice", json!({}), "exactly one"),
            ("Choice", json!({"id": "a", "all": true}), "exactly one"),
            ("Choice", json!({"id": null}), "exactly one"),
        ] {
            let refused = coerced(ty, value.clone()).unwrap_err();
            assert!(refused.contains(words), "{ty} {value}: {refused}");
        }
    }
}
