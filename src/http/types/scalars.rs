//! The scalars: those of the specification (section 3.5), and what is known of the schema's own.

use async_graphql_value::{ConstValue, Number};

/// Whether a value is one of a schema's own scalar.
pub type IsScalar = fn(&ConstValue) -> bool;

/// How a scalar of the specification takes a value; `None` where it does not. No function: there is no such scalar.
pub(super) fn builtin(name: &str) -> Option<fn(ConstValue) -> Option<ConstValue>> {
    Some(match name {
        "Int" => |value| match value {
            ConstValue::Number(number) => as_int(&number).map(ConstValue::from),
            _ => None,
        },
        "Float" => |value| matches!(value, ConstValue::Number(_)).then_some(value),
        "String" => |value| matches!(value, ConstValue::String(_)).then_some(value),
        "Boolean" => |value| matches!(value, ConstValue::Boolean(_)).then_some(value),
        "ID" => |value| match value {
            ConstValue::Number(number) => number.as_i64().map(|id| ConstValue::String(id.to_string())),
            value => matches!(value, ConstValue::String(_)).then_some(value),
        },
        _ => return None,
    })
}

fn as_int(number: &Number) -> Option<i32> {
    if let Some(integer) = number.as_i64() {
        return i32::try_from(integer).ok();
    }
    let float = number.as_f64().filter(|float| float.fract() == 0.0)?;
    #[expect(clippy::cast_possible_truncation, reason = "held against the bounds first")]
    (f64::from(i32::MIN)..=f64::from(i32::MAX)).contains(&float).then_some(float as i32)
}
