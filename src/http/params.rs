//! The parameters of a GraphQL request, alike on every transport: `query`, `operationName`, `variables`, `extensions`. Of
//! the extensions, Apollo's `persistedQuery` is understood: a document is named by its hash instead of sent.

use async_graphql::Variables;
use serde::Deserialize;
use serde_json::Value;

use super::problem::Problem;

/// One request. Not yet checked: see [`super::guard`]. It has a text, or the hash of one, or both.
#[derive(Debug, Default, Deserialize)]
pub struct Params {
    /// The text of the document.
    #[serde(default)]
    pub query: Option<String>,
    /// Never empty.
    #[serde(default, rename = "operationName")]
    pub operation_name: Option<String>,
    #[serde(default)]
    pub variables: Variables,
    /// Must be an object where given.
    #[serde(default)]
    extensions: Option<serde_json::Map<String, Value>>,
    /// The SHA-256 of the text, as the extension `persistedQuery` says.
    #[serde(skip)]
    pub hash: Option<Hash>,
}

/// The SHA-256 of a document's text in UTF-8.
pub type Hash = [u8; 32];

/// <https://www.apollographql.com/docs/apollo-server/performance/apq>
#[derive(Deserialize)]
struct PersistedQuery {
    version: u32,
    #[serde(rename = "sha256Hash")]
    hash: String,
}

impl Params {
    /// From the JSON of a body.
    ///
    /// # Errors
    /// What is not one well-formed request.
    pub fn from_json(body: &[u8]) -> Result<Self, Problem> {
        let body = body.trim_ascii_start();
        match body.first() {
            None => return Err(Problem::malformed("The body is empty.")),
            Some(b'[') => return Err(Problem::malformed("Batches are not supported: send one operation a request.")),
            // A derived struct would also be read from a JSON array, and only from an object is it a request.
            Some(b'{') => {}
            Some(_) => return Err(Problem::malformed("The body must be a JSON object.")),
        }
        serde_json::from_slice::<Self>(body)
            .map_err(|error| Problem::malformed(format!("The body is not a GraphQL request: {error}.")))?
            .tidy()
    }

    /// From a JSON value inside a message.
    ///
    /// # Errors
    /// As [`Self::from_json`].
    pub fn from_value(value: Value) -> Result<Self, Problem> {
        if !value.is_object() {
            return Err(Problem::malformed("The payload must be an object."));
        }
        serde_json::from_value::<Self>(value)
            .map_err(|error| Problem::malformed(format!("The payload is not a GraphQL request: {error}.")))?
            .tidy()
    }

    /// From the query component of a URL. There `variables` and `extensions` are JSON, and empty means absent.
    ///
    /// # Errors
    /// As [`Self::from_json`], and a parameter that comes twice.
    pub fn from_url(query: &str) -> Result<Self, Problem> {
        let mut params = Self::default();
        let mut seen = Vec::new();
        for (key, value) in url::form_urlencoded::parse(query.as_bytes()) {
            if seen.contains(&key) {
                return Err(Problem::malformed(format!("The parameter `{key}` comes twice.")));
            }
            let wrong = |error| Problem::malformed(format!("The parameter `{key}` is not a JSON object: {error}."));
            match &*key {
                "query" => params.query = Some(value.into_owned()),
                "operationName" => params.operation_name = Some(value.into_owned()),
                "variables" if !value.is_empty() => params.variables = serde_json::from_str(&value).map_err(wrong)?,
                "extensions" if !value.is_empty() => {
                    params.extensions = serde_json::from_str(&value).map_err(wrong)?;
                }
                "variables" | "extensions" => {}
                // What we do not know is not ours to judge, nor to remember.
                _ => continue,
            }
            seen.push(key);
        }
        params.tidy()
    }

    fn tidy(mut self) -> Result<Self, Problem> {
        self.operation_name = self.operation_name.filter(|name| !name.is_empty());
        let persisted = self.extensions.take().and_then(|mut extensions| extensions.remove("persistedQuery"));
        let persisted = persisted.filter(|value| !value.is_null());
        self.hash = persisted.map(read_hash).transpose()?;
        if self.query.is_none() && self.hash.is_none() {
            return Err(Problem::malformed("The parameter `query` is missing."));
        }
        Ok(self)
    }
}

fn read_hash(persisted: Value) -> Result<Hash, Problem> {
    let wrong = || {
        Problem::malformed(
            "`extensions.persistedQuery` must have `version` 1 and a `sha256Hash` of 64 hexadecimal digits.",
        )
    };
    let persisted: PersistedQuery = serde_json::from_value(persisted).map_err(|_| wrong())?;
    let mut hash = Hash::default();
    hex::decode_to_slice(&persisted.hash, &mut hash).map_err(|_| wrong())?;
    if persisted.version == 1 { Ok(hash) } else { Err(wrong()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn null_means_absent_and_unknown_names_are_ignored() {
        let body = br#" {"query":"{a}","operationName":null,"variables":null,"extensions":null,"later":1}"#;
        let params = Params::from_json(body).unwrap();
        assert_eq!(params.query.as_deref(), Some("{a}"));
        assert!(params.operation_name.is_none() && params.variables.is_empty());
    }

    #[test]
    fn what_is_not_one_request_is_refused() {
        for body in [
            "",
            "  ",
            "{ \"not a JSON",
            "7",
            r#"["{a}"]"#,
            r#"[{"query":"{a}"}]"#,
            r#"{"qeury":"{a}"}"#,
            r#"{"query":{"obj":"ect"}}"#,
            r#"{"query":0}"#,
            r#"{"query":null}"#,
            r#"{"query":"{a}","operationName":["array"]}"#,
            r#"{"query":"{a}","variables":"string"}"#,
            r#"{"query":"{a}","variables":["array"]}"#,
            r#"{"query":"{a}","extensions":false}"#,
            r#"{"query":"{a}","extensions":["array"]}"#,
            r#"{"query":"{a}","query":"{b}"}"#,
        ] {
            let problem = Params::from_json(body.as_bytes()).expect_err(body);
            assert_eq!(problem.code.as_str(), "BAD_REQUEST", "{body}");
        }
        assert!(Params::from_value(serde_json::json!(["{a}"])).is_err());
    }

    #[test]
    fn a_url_carries_json_in_its_parameters() {
        let params = Params::from_url("query=query+Q(%24a%3AInt)%7Bb%7D&operationName=Q&variables=%7B%22a%22%3A1%7D");
        let params = params.unwrap();
        assert_eq!(
            (params.query.as_deref(), params.operation_name.as_deref()),
            (Some("query Q($a:Int){b}"), Some("Q"))
        );
        assert_eq!(params.variables.len(), 1);
        let params = Params::from_url("query={a}&operationName=&variables=&extensions=").unwrap();
        assert!(params.operation_name.is_none() && params.variables.is_empty());
        for wrong in ["", "qeury={a}", "query={a}&query={b}", "query={a}&variables=[]", "query={a}&extensions=7"] {
            assert!(Params::from_url(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn a_document_may_be_named_by_its_hash() {
        let named = |persisted: Value| {
            Params::from_value(serde_json::json!({ "extensions": { "persistedQuery": persisted, "other": 1 } }))
        };
        let hash = "ab".repeat(32);
        let params = named(serde_json::json!({ "version": 1, "sha256Hash": hash })).unwrap();
        assert_eq!((params.query, params.hash), (None, Some([0xab; 32])));
        for wrong in [
            serde_json::json!({ "version": 2, "sha256Hash": hash }),
            serde_json::json!({ "version": 1, "sha256Hash": &hash[1..] }),
            serde_json::json!({ "version": 1, "sha256Hash": "x".repeat(64) }),
            serde_json::json!({ "version": 1 }),
            serde_json::json!(7),
            serde_json::json!(null),
        ] {
            assert!(named(wrong.clone()).is_err(), "{wrong}");
        }
        let url = format!("extensions=%7B%22persistedQuery%22:%7B%22version%22:1,%22sha256Hash%22:%22{hash}%22%7D%7D");
        assert_eq!(Params::from_url(&url).unwrap().hash, Some([0xab; 32]));
    }
}
