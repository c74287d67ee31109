//! What is kept, what is found by its hash, and what a safelist refuses.

use serde_json::json;

use super::*;
use crate::http::testing::{TestHouse, door};

fn hash(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

fn text(query: &str) -> Params {
    Params::from_value(json!({ "query": query })).unwrap()
}

fn named(hash: &str, query: Option<&str>) -> Params {
    let extensions = json!({ "persistedQuery": { "version": 1, "sha256Hash": hash } });
    let mut value = json!({ "extensions": extensions });
    if let Some(query) = query {
        value["query"] = query.into();
    }
    Params::from_value(value).unwrap()
}

struct Desk {
    documents: Documents,
    house: TestHouse,
}

impl Desk {
    fn new(rules: Rules) -> Self {
        Self { documents: Documents::new(rules), house: door(None).house }
    }

    /// Tokens that had to be read, or the code of the refusal.
    async fn find(&self, params: &Params) -> Result<usize, String> {
        match self.documents.find(&self.house, params).await {
            Ok(found) => Ok(found.read),
            Err(refusal) => Err(crate::http::problem::code_of(&refusal.errors[0]).unwrap_or_default().to_owned()),
        }
    }
}

fn open() -> Rules {
    Rules { introspection: true, ..Rules::default() }
}

#[tokio::test]
async fn a_document_is_read_once_and_then_found_by_text_and_by_hash() {
    let desk = Desk::new(open());
    let query = "{ hello }";
    assert_eq!(desk.find(&named(&hash(query), None)).await, Err("PERSISTED_QUERY_NOT_FOUND".into()));
    assert_eq!(desk.find(&text(query)).await, Ok(3));
    assert_eq!(desk.find(&text(query)).await, Ok(0));
    assert_eq!(desk.find(&named(&hash(query), None)).await, Ok(0));
    assert_eq!(desk.find(&named(&hash(query), Some(query))).await, Ok(0));
}

#[tokio::test]
async fn a_hash_of_another_text_is_refused_even_where_it_is_kept() {
    let desk = Desk::new(open());
    desk.find(&text("{ hello }")).await.unwrap();
    let lie = named(&hash("{ hello }"), Some("{ viewer }"));
    assert_eq!(desk.find(&lie).await, Err("BAD_REQUEST".into()));
    assert_eq!(desk.find(&text("{ viewer }")).await, Ok(3));
}

#[tokio::test]
async fn what_is_not_valid_is_never_kept() {
    let desk = Desk::new(open());
    for (query, code) in [
        ("{ nothing }", "GRAPHQL_VALIDATION_FAILED"),
        ("{", "GRAPHQL_PARSE_FAILED"),
        ("{ hello ...F } fragment F on Query { ...F }", "GRAPHQL_VALIDATION_FAILED"),
        ("query($a: Int) { hello }", "GRAPHQL_VALIDATION_FAILED"),
        ("query A { hello } query B { nothing }", "BAD_REQUEST"),
    ] {
        assert_eq!(desk.find(&text(query)).await, Err(code.into()), "{query}");
        assert_eq!(desk.find(&named(&hash(query), None)).await, Err("PERSISTED_QUERY_NOT_FOUND".into()), "{query}");
    }
    desk.documents.kept.run_pending_tasks();
    assert_eq!(desk.documents.kept.entry_count(), 0);
}

#[tokio::test]
async fn the_operations_of_a_document_are_kept_apart() {
    let desk = Desk::new(open());
    let of = |name: &str| {
        Params::from_value(json!({ "query": "query A { hello } mutation B { write }", "operationName": name })).unwrap()
    };
    for (name, kind) in [("A", OperationType::Query), ("B", OperationType::Mutation), ("A", OperationType::Query)] {
        let found = desk.documents.find(&desk.house, &of(name)).await.unwrap();
        assert_eq!(found.prepared.kind, kind);
    }
    assert_eq!(desk.find(&of("C")).await, Err("BAD_REQUEST".into()));
}

#[tokio::test]
async fn no_more_is_kept_than_the_bound() {
    let desk = Desk::new(open());
    let padding = "hello ".repeat(1_900);
    for n in 0..200 {
        desk.find(&text(&format!("query Q{n} {{ {} }}", padding.replacen("hello", &format!("a{n}: hello"), 1))))
            .await
            .unwrap_err();
        let query = format!("query Q{n} {{ hello(name: \"{n}\") @include(if: true) }}");
        desk.find(&text(&query)).await.unwrap();
    }
    desk.documents.kept.run_pending_tasks();
    assert!(desk.documents.kept.weighted_size() <= MAX_BYTES);
    let one = desk.documents.find(&desk.house, &text("{ hello }")).await.unwrap().prepared.weight() as u64;
    assert!(one > 1_024 && MAX_BYTES / one < 20_000, "so many fit, and no more");
}

#[tokio::test]
async fn a_safelist_takes_what_it_lists_by_text_or_hash_and_nothing_else() {
    let listed = "{ hello }";
    let manifest = json!({ hash(listed): listed }).to_string();
    let known = Known::read([manifest.as_str()]).unwrap();
    let desk = Desk::new(Rules { known, only_known: true, introspection: true });
    assert_eq!(desk.find(&named(&hash(listed), None)).await, Ok(3));
    assert_eq!(desk.find(&text(listed)).await, Ok(0));
    for refused in [text("{ hello  }"), text("{ viewer }"), named(&hash("{ viewer }"), None), text("{")] {
        assert_eq!(desk.find(&refused).await, Err("DOCUMENT_NOT_KNOWN".into()), "{refused:?}");
    }
}

#[tokio::test]
async fn known_documents_need_no_text_on_an_open_server_either() {
    let manifest = json!({ hash("{ hello }"): "{ hello }" }).to_string();
    let desk = Desk::new(Rules { known: Known::read([manifest.as_str()]).unwrap(), ..open() });
    assert_eq!(desk.find(&named(&hash("{ hello }"), None)).await, Ok(3));
    assert_eq!(desk.find(&text("{ viewer }")).await, Ok(3));
}

#[tokio::test]
async fn introspection_can_be_turned_off() {
    let desk = Desk::new(Rules::default());
    for query in [
        "{ __schema { types { name } } }",
        "{ a: __type(name: \"Query\") { name } }",
        "{ ...F } fragment F on Query { ... { __schema { types { name } } } }",
    ] {
        assert_eq!(desk.find(&text(query)).await, Err("GRAPHQL_VALIDATION_FAILED".into()), "{query}");
    }
    assert_eq!(desk.find(&text("{ __typename hello }")).await, Ok(4));
}

#[tokio::test]
async fn what_stands_at_a_typename_is_validated_like_anything_else() {
    let desk = Desk::new(open());
    for (query, refused) in [
        ("{ __typename }", false),
        ("{ a: __typename @skip(if: true) b: __typename @include(if: false) }", false),
        ("query($a: Boolean!) { __typename @include(if: $a) }", false),
        ("{ ...F } fragment F on Query { ... { __typename @include(if: true) } }", false),
        ("{ __typename @nothing }", true),
        ("{ __typename @include(if: 7) }", true),
        ("{ __typename @include }", true),
        ("{ __typename @include(if: $a) }", true),
        ("query($a: Boolean!) { __typename }", true),
        ("{ ...F } fragment F on Query { ... { __typename @nothing } }", true),
        ("{ hello } fragment F on Query { __typename }", true),
        ("{ __typename(a: 1) }", true),
        ("{ __typename { a } }", true),
        ("query A { hello } query B { __typename { a } }", true),
    ] {
        let mut params = text(query);
        params.operation_name = query.contains("query A").then(|| "A".to_owned());
        let expected = refused.then(|| "GRAPHQL_VALIDATION_FAILED".to_owned());
        assert_eq!(desk.find(&params).await.err(), expected, "{query}");
    }
}
