//! The part `map`: which file belongs to which variable. One file, one variable.

use async_graphql::{Name, Value, Variables};
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};

use super::MAX_FILES;
use crate::http::problem::Problem;
use crate::spool::PLACEHOLDER_PREFIX;

/// Names of the file parts and the paths of their variables, in the order of the map.
#[derive(Debug, PartialEq, Eq)]
pub struct FileMap(Vec<(String, String)>);

impl FileMap {
    /// # Errors
    /// What is no JSON object of lists of one path each; more than ten files; a path or a name that comes twice.
    pub fn parse(text: &[u8]) -> Result<Self, Problem> {
        let Pairs(pairs) = serde_json::from_slice(text).map_err(|_| {
            Problem::malformed("The form's `map` must be a JSON object: a list of paths for each file part.")
        })?;
        if pairs.len() > MAX_FILES {
            return Err(Problem::malformed(format!("At most {MAX_FILES} files can be sent in one request.")));
        }
        let mut map: Vec<(String, String)> = Vec::with_capacity(pairs.len());
        for (name, paths) in pairs {
            let path = match <[String; 1]>::try_from(paths) {
                Ok([path]) => path,
                Err(paths) if paths.is_empty() => {
                    return Err(Problem::malformed("A file of the form's `map` belongs to no variable."));
                }
                Err(_) => return Err(Problem::malformed("One file cannot stand for two variables: send it twice.")),
            };
            if map.iter().any(|(other, _)| *other == name) {
                return Err(Problem::malformed("A file stands twice in the form's `map`."));
            }
            if map.iter().any(|(_, other)| *other == path) {
                return Err(Problem::malformed("Two files cannot stand for one variable."));
            }
            map.push((name, path));
        }
        Ok(Self(map))
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Which file the part `name` is.
    pub fn index(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|(known, _)| known == name)
    }

    /// Puts each file's placeholder in the place of its variable, which must be there and null.
    ///
    /// # Errors
    /// A path that leads nowhere, or to something that is not null.
    pub fn place(&self, variables: &mut Variables) -> Result<(), Problem> {
        for (index, (_, path)) in self.0.iter().enumerate() {
            let Some(place @ Value::Null) = find(variables, path) else {
                let message = "A path in the form's `map` leads to no variable that is null, \
                               such as `variables.input.file`.";
                return Err(Problem::malformed(message));
            };
            *place = Value::String(format!("{PLACEHOLDER_PREFIX}{index}"));
        }
        Ok(())
    }
}

fn find<'v>(variables: &'v mut Variables, path: &str) -> Option<&'v mut Value> {
    let mut steps = path.strip_prefix("variables.")?.split('.');
    let root = variables.get_mut(&Name::new(steps.next()?))?;
    steps.try_fold(root, |value, step| match value {
        Value::List(items) => items.get_mut(step.parse::<usize>().ok()?),
        Value::Object(fields) => fields.get_mut(step),
        _ => None,
    })
}

/// All pairs of a JSON object, also those whose name comes again, which a map would hide.
struct Pairs(Vec<(String, Vec<String>)>);

impl<'de> Deserialize<'de> for Pairs {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Pairs;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("an object of lists of paths")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Pairs, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Pairs(pairs))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn refusal(text: &str) -> String {
        FileMap::parse(text.as_bytes()).expect_err(text).message
    }

    #[test]
    fn each_file_belongs_to_one_variable_and_each_variable_to_one_file() {
        assert!(refusal(r#"{"0":["variables.a","variables.b"]}"#).contains("One file cannot stand for two variables"));
        assert!(refusal(r#"{"0":["variables.a"],"1":["variables.a"]}"#).contains("Two files cannot stand for one"));
        assert!(refusal(r#"{"0":["variables.a"],"0":["variables.b"]}"#).contains("twice"));
        assert!(refusal(r#"{"0":[]}"#).contains("no variable"));
        let eleven: serde_json::Map<_, _> =
            (0..11).map(|i| (i.to_string(), json!([format!("variables.{i}")]))).collect();
        assert!(refusal(&json!(eleven).to_string()).contains("At most 10"));
        for text in ["", "[]", "7", r#"{"0":"variables.a"}"#, r#"{"0":[7]}"#] {
            assert!(refusal(text).contains("JSON object"), "{text}");
        }
    }

    #[test]
    fn a_placeholder_takes_the_place_of_null_and_of_nothing_else() {
        let map = FileMap::parse(br#"{"x":["variables.input.files.1"],"y":["variables.b"]}"#).unwrap();
        assert_eq!((map.index("x"), map.index("y"), map.index("z")), (Some(0), Some(1), None));
        let mut variables = Variables::from_json(json!({"input": {"files": [null, null]}, "b": null}));
        map.place(&mut variables).unwrap();
        let expected = json!({"input": {"files": [null, "#__graphql_file__:0"]}, "b": "#__graphql_file__:1"});
        assert_eq!(serde_json::to_value(variables).unwrap(), expected);
        for path in ["variables.b", "variables.c", "variables.d.0.e", "variables", "query", "a", "variables.d.7", ""] {
            let map = FileMap(vec![("0".into(), path.into())]);
            let mut variables = Variables::from_json(json!({"b": 1, "d": [null]}));
            assert!(map.place(&mut variables).is_err(), "{path}");
        }
    }
}
