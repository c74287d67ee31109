//! The endpoint over HTTP: statuses, forms of answers, and what must not run.

use std::sync::atomic::Ordering;

use axum::http::Method;
use serde_json::{Value, json};

use super::*;
use crate::http::testing::{call, door};

mod limits;

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

fn post(accept: &str, body: impl std::fmt::Display) -> axum::http::Request<Body> {
    let request = axum::http::Request::post("/graphql").header("content-type", "application/json");
    request.header("accept", accept).body(Body::from(body.to_string())).unwrap()
}

fn get(parameters: &[(&str, &str)]) -> axum::http::Request<Body> {
    let query: String = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    axum::http::Request::get(format!("/graphql?{query}")).body(Body::empty()).unwrap()
}

fn code(answer: &Value) -> &str {
    answer["errors"][0]["extensions"]["code"].as_str().unwrap_or_default()
}

#[tokio::test]
async fn the_status_says_what_the_accepted_form_lets_it_say() {
    let door = door(None);
    let table = [
        (json!({"query": "{ __typename }"}), 200, 200, ""),
        (json!({"query": "{ fails }"}), 200, 200, "INTERNAL"),
        (json!({"query": "{ failsWhole }"}), 200, 200, "NOT_HERE"),
        (json!({"query": "{"}), 400, 200, "GRAPHQL_PARSE_FAILED"),
        (json!({"query": "{ nothing }"}), 400, 200, "GRAPHQL_VALIDATION_FAILED"),
        (json!({"query": "{ list(v: 1.5) }"}), 400, 200, "GRAPHQL_VALIDATION_FAILED"),
        (json!({"query": "query($v: [[Int!]!]!) { list(v: $v) }"}), 400, 200, "BAD_REQUEST"),
        (json!({"query": "query($v: String!) { hello(name: $v) }", "variables": {"v": 7}}), 400, 200, "BAD_REQUEST"),
        (json!({"query": "query A { hello }", "operationName": "B"}), 400, 200, "BAD_REQUEST"),
        (json!({"query": "subscription { ticks(to: 1) }"}), 400, 200, "BAD_REQUEST"),
        (json!({"qeury": "{ hello }"}), 400, 400, "BAD_REQUEST"),
        (json!({"query": "{ hello }", "variables": ["array"]}), 400, 400, "BAD_REQUEST"),
        (json!([{"query": "{ hello }"}]), 400, 400, "BAD_REQUEST"),
        (json!({"query": "{ panics }"}), 500, 500, "INTERNAL"),
    ];
    for (body, graphql, json, expected) in table {
        for (accept, status) in [(GRAPHQL, graphql), (JSON, json), ("*/*", json)] {
            let (got, headers, answer) = call(&door, post(accept, &body)).await;
            assert_eq!((got.as_u16(), code(&answer)), (status, expected), "{accept} {body} {answer}");
            let form = if accept == GRAPHQL { GRAPHQL } else { JSON };
            assert_eq!(headers["content-type"], format!("{form}; charset=utf-8"));
            assert_eq!(headers["cache-control"], "no-store");
        }
    }
}

#[tokio::test]
async fn data_is_there_where_something_was_executed_and_nowhere_else() {
    let door = door(None);
    for (query, data) in [
        ("{ hello }", Some(json!({"hello": "Hello you"}))),
        ("{ fails }", Some(json!({"fails": null}))),
        ("{ failsWhole }", Some(Value::Null)),
        ("mutation { upload(file: 7) { bytes } }", Some(Value::Null)),
        ("{ nothing }", None),
        ("{", None),
        ("query($a: String!) { hello(name: $a) }", None),
    ] {
        let (_, _, answer) = call(&door, post(GRAPHQL, json!({"query": query}))).await;
        assert_eq!(answer.get("data"), data.as_ref(), "{query}: {answer}");
    }
}

#[tokio::test]
async fn errors_of_the_server_carry_the_id_of_the_request_and_others_do_not() {
    let door = door(None);
    for (query, shown) in [("{ fails }", true), ("{ panics }", true), ("{ failsWhole }", false), ("{", false)] {
        let id = RequestId(uuid::Uuid::now_v7());
        let mut request = post(JSON, json!({"query": query}));
        request.extensions_mut().insert(id);
        let (_, _, answer) = call(&door, request).await;
        let expected = if shown { json!(id.to_string()) } else { Value::Null };
        assert_eq!(answer["errors"][0]["extensions"]["requestId"], expected, "{query}");
    }
}

#[tokio::test]
async fn get_asks_and_never_changes_anything() {
    let door = door(None);
    let two = "query A { hello } mutation B { write }";
    let (status, _, answer) = call(&door, get(&[("query", two), ("operationName", "A")])).await;
    assert_eq!((status.as_u16(), &answer["data"]["hello"]), (200, &json!("Hello you")));
    let variables = [("query", "query($n: String!) { hello(name: $n) }"), ("variables", r#"{"n":"Ada"}"#)];
    assert_eq!(call(&door, get(&variables)).await.2["data"]["hello"], "Hello Ada");
    for parameters in [vec![("query", two), ("operationName", "B")], vec![("query", "mutation { write }")]] {
        let (status, headers, answer) = call(&door, get(&parameters)).await;
        assert_eq!((status.as_u16(), &headers["allow"], code(&answer)), (405, &"POST".parse().unwrap(), "BAD_REQUEST"));
    }
    assert_eq!(door.house.writes.load(Ordering::SeqCst), 0);
    assert_eq!(call(&door, get(&[])).await.0, 400);
}

#[tokio::test]
async fn what_a_browser_sends_across_origins_unasked_runs_nothing() {
    let door = door(None);
    let body = json!({"query": "mutation { write }"}).to_string();
    for declared in [None, Some("text/plain"), Some("application/x-www-form-urlencoded"), Some("application/graphql")] {
        let mut request = axum::http::Request::post("/graphql").header("cookie", "a=1");
        if let Some(declared) = declared {
            request = request.header("content-type", declared);
        }
        let (status, _, answer) = call(&door, request.body(Body::from(body.clone())).unwrap()).await;
        assert_eq!((status.as_u16(), code(&answer)), (415, "BAD_REQUEST"), "{declared:?}");
    }
    assert_eq!(door.house.writes.load(Ordering::SeqCst), 0);
    let put = axum::http::Request::builder().method(Method::PUT).uri("/graphql").body(Body::empty()).unwrap();
    assert_eq!(call(&door, put).await.0, 405);
}

#[tokio::test]
async fn a_token_that_is_not_valid_is_refused_and_none_is_anonymous() {
    let door = door(None);
    for (token, status, expected) in [
        (None, 200, json!(null)),
        (Some("Bearer good"), 200, json!("ada")),
        (Some("Bearer forged"), 401, json!(null)),
        (Some("Basic Z29vZDpnb29k"), 401, json!(null)),
        (Some("Bearer gone"), 503, json!(null)),
    ] {
        for accept in [JSON, GRAPHQL] {
            let mut request = post(accept, json!({"query": "{ viewer }"}));
            if let Some(token) = token {
                request.headers_mut().insert("authorization", token.parse().unwrap());
            }
            let (got, headers, answer) = call(&door, request).await;
            assert_eq!((got.as_u16(), &answer["data"]["viewer"]), (status, &expected), "{token:?} {answer}");
            let refused = ["UNAUTHENTICATED", "UNAVAILABLE"].contains(&code(&answer));
            assert_eq!((refused, answer.get("data").is_none()), (status != 200, status != 200), "{answer}");
            assert_eq!(headers.contains_key("www-authenticate"), status == 401);
        }
    }
}

#[tokio::test]
async fn what_resolvers_put_into_headers_survives() {
    let door = door(None);
    let (_, headers, answer) = call(&door, post(JSON, json!({"query": "mutation { write }"}))).await;
    assert_eq!(answer["data"]["write"], true);
    let cookies: Vec<_> = headers.get_all("set-cookie").iter().collect();
    assert_eq!(cookies, ["a=1", "b=2"]);
}

#[tokio::test]
async fn attacks_are_refused_and_the_next_request_is_answered() {
    let door = door(None);
    let bomb = |levels: usize, times: usize| -> String {
        let spreads = |next: usize| format!("...F{next} ").repeat(times);
        let fragment = |n: usize| format!("fragment F{n} on Query {{ {} }} ", spreads(n + 1));
        let all: String = (1..levels).map(fragment).collect();
        format!("{{ ...F1 }} {all} fragment F{levels} on Query {{ hello }}")
    };
    let lists = |n: usize| format!("{{ list(v: {}{}) }}", "[".repeat(n), "]".repeat(n));
    let attacks = [
        (lists(1_500), "QUERY_TOO_COMPLEX"),
        (lists(6_000), "QUERY_TOO_COMPLEX"),
        ("{a".repeat(6_000), "QUERY_TOO_COMPLEX"),
        (format!("query($a: {}Int{}) {{ hello }}", "[".repeat(1_500), "]".repeat(1_500)), "QUERY_TOO_COMPLEX"),
        (bomb(24, 2), "QUERY_TOO_COMPLEX"),
        (bomb(10, 4), "QUERY_TOO_COMPLEX"),
        (bomb(6, 100), "QUERY_TOO_COMPLEX"),
        (format!("{{ {} }}", (0..100_000).map(|i| format!("a{i}:a ")).collect::<String>()), "BAD_REQUEST"),
        (format!("{{ {} }}", (0..3_000).map(|i| format!("a{i}:hello ")).collect::<String>()), "QUERY_TOO_COMPLEX"),
        (format!("{{ {} }}", (0..1_000).map(|i| format!("a{i}:hello ")).collect::<String>()), "QUERY_TOO_COMPLEX"),
        (format!("{{ {} }}", "hello ".repeat(3_000)), "QUERY_TOO_COMPLEX"),
        (format!("{{ hello {} }}", "@a ".repeat(1_000)), "QUERY_TOO_COMPLEX"),
        ("{ ...A } fragment A on Query { ...A }".into(), "GRAPHQL_VALIDATION_FAILED"),
    ];
    for (query, expected) in attacks {
        let (_, _, answer) = call(&door, post(GRAPHQL, json!({"query": query}))).await;
        assert_eq!(code(&answer), expected, "{}", &query[..60.min(query.len())]);
        assert!(answer.get("data").is_none());
        assert_eq!(call(&door, post(JSON, json!({"query": "{ hello }"}))).await.0, 200);
    }
    let long = json!({"query": format!("{{ hello(name: \"{}\") }}", "x".repeat(1_000_000))});
    let (status, _, answer) = call(&door, post(JSON, long)).await;
    assert_eq!((status.as_u16(), code(&answer)), (413, "BAD_REQUEST"));
}

#[tokio::test]
async fn a_forged_placeholder_never_reaches_a_resolver() {
    let door = door(None);
    for body in [
        json!({"query": "mutation($f: Upload!) { upload(file: $f) { bytes } }",
            "variables": {"f": "#__graphql_file__:7"}}),
        json!({"query": "mutation { upload(file: \"#__graphql_file__:x\") { bytes } }"}),
    ] {
        let (_, _, answer) = call(&door, post(GRAPHQL, body)).await;
        assert_eq!((code(&answer), answer.get("data")), ("BAD_REQUEST", None));
    }
}

#[tokio::test]
async fn an_omitted_variable_is_undefined_and_an_explicit_null_is_null() {
    let door = door(None);
    let query = "mutation($a: String, $b: String) { change(input: {a: $a, b: $b}, arg: $b) }";
    for (variables, expected) in [
        (json!({"a": "x"}), "x undefined undefined"),
        (json!({"a": "x", "b": null}), "x null null"),
        (json!({"b": "y"}), "undefined y y"),
        (json!({}), "undefined undefined undefined"),
    ] {
        let (_, _, answer) = call(&door, post(GRAPHQL, json!({"query": query, "variables": variables}))).await;
        assert_eq!(answer["data"]["change"], expected, "{variables} {answer}");
    }
}

#[tokio::test]
async fn the_usual_introspection_query_is_answered() {
    let query = "query IntrospectionQuery { __schema { queryType { name } mutationType { name } subscriptionType { name }
        types { ...FullType } directives { name description locations args { ...InputValue } } } }
        fragment FullType on __Type { kind name description
          fields(includeDeprecated: true) { name description args { ...InputValue } type { ...TypeRef } isDeprecated }
          inputFields { ...InputValue } interfaces { ...TypeRef }
          enumValues(includeDeprecated: true) { name description isDeprecated } possibleTypes { ...TypeRef } }
        fragment InputValue on __InputValue { name description type { ...TypeRef } defaultValue }
        fragment TypeRef on __Type { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name
          ofType { kind name ofType { kind name ofType { kind name ofType { kind name ofType { kind name } } } } } } } } } }";
    let (status, _, answer) = call(&door(None), post(GRAPHQL, json!({"query": query}))).await;
    assert_eq!((status.as_u16(), &answer["data"]["__schema"]["queryType"]["name"]), (200, &json!("Query")), "{answer}");
}

#[tokio::test]
async fn a_client_that_accepts_neither_form_is_told_so() {
    let door = door(None);
    let (status, headers, answer) = call(&door, post("text/html", json!({"query": "{ hello }"}))).await;
    assert_eq!((status.as_u16(), code(&answer)), (406, "BAD_REQUEST"));
    assert!(headers["content-type"].to_str().unwrap().starts_with(JSON));
}
