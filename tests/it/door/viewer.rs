//! Everything but signing in needs somebody who is signed in. The fields come from the schema: a new one is asked too.

use std::collections::HashMap;

use async_graphql::parser::parse_schema;
use async_graphql::parser::types::{
    BaseType, InputValueDefinition, Type, TypeDefinition, TypeKind, TypeSystemDefinition,
};
use image_manager::schema;
use reqwest::multipart::{Form, Part};
use serde_json::json;

use super::{GRAPHQL, JSON, post, refused};
use crate::support::TestApp;
use crate::support::ws::Socket;

/// What anybody may ask and do.
const PUBLIC: [&str; 5] = ["server", "me", "register", "login", "refresh"];

/// The schema's types by name.
struct Types(HashMap<String, TypeDefinition>);

impl Types {
    fn of_the_api() -> Self {
        let document = parse_schema(schema::sdl()).unwrap();
        let types = document.definitions.into_iter().filter_map(|definition| match definition {
            TypeSystemDefinition::Type(one) => Some((one.node.name.node.to_string(), one.node)),
            _ => None,
        });
        Self(types.collect())
    }

    /// The root's fields that not anybody may have, each as the shortest selection that is valid.
    fn guarded(&self, root: &str) -> Vec<(String, String)> {
        let TypeKind::Object(object) = &self.0[root].kind else { panic!("{root} is no object") };
        let fields = object.fields.iter().map(|field| &field.node);
        let guarded = fields.filter(|field| !PUBLIC.contains(&field.name.node.as_str()));
        guarded
            .map(|field| {
                let arguments = self.required(field.arguments.iter().map(|argument| &argument.node));
                let arguments = if arguments.is_empty() { arguments } else { format!("({arguments})") };
                let leaf = matches!(self.kind(&field.ty.node), None | Some(TypeKind::Scalar | TypeKind::Enum(_)));
                let below = if leaf { "" } else { " { __typename }" };
                (field.name.node.to_string(), format!("{}{arguments}{below}", field.name.node))
            })
            .collect()
    }

    fn required<'d>(&self, values: impl Iterator<Item = &'d InputValueDefinition>) -> String {
        let needed = values.filter(|value| !value.ty.node.nullable && value.default_value.is_none());
        needed
            .map(|value| format!("{}: {}", value.name.node, self.example(&value.ty.node)))
            .collect::<Vec<_>>()
            .join(", ")
    }

    /// A value of the type that passes the validation.
    fn example(&self, ty: &Type) -> String {
        let name = match &ty.base {
            BaseType::List(inner) => return format!("[{}]", self.example(inner)),
            BaseType::Named(name) => name.as_str(),
        };
        match self.kind(ty) {
            Some(TypeKind::InputObject(input)) => {
                let one_of = self.0[name].directives.iter().any(|directive| directive.node.name.node == "oneOf");
                let fields = input.fields.iter().map(|field| &field.node);
                if one_of {
                    let field = fields.into_iter().next().unwrap();
                    let required = Type { nullable: false, ..field.ty.node.clone() };
                    return format!("{{{}: {}}}", field.name.node, self.example(&required));
                }
                format!("{{{}}}", self.required(fields))
            }
            Some(TypeKind::Enum(values)) => values.values[0].node.value.node.to_string(),
            _ => match name {
                "Int" | "Float" | "SafeInt" => "1".to_owned(),
                "Boolean" => "true".to_owned(),
                _ => "\"x\"".to_owned(),
            },
        }
    }

    fn kind(&self, ty: &Type) -> Option<&TypeKind> {
        match &ty.base {
            BaseType::List(inner) => self.kind(inner),
            BaseType::Named(name) => self.0.get(name.as_str()).map(|one| &one.kind),
        }
    }
}

#[tokio::test]
async fn every_query_and_mutation_but_signing_in_needs_a_viewer() {
    let app = TestApp::with_ai().await;
    let types = Types::of_the_api();
    let mut asked = Vec::new();
    for (root, keyword) in [("Query", "query"), ("Mutation", "mutation")] {
        for (name, selection) in types.guarded(root) {
            // It needs a file, and has a test of its own below.
            if name == "uploadImage" {
                continue;
            }
            for accept in [GRAPHQL, JSON] {
                let answer = post(&app, accept, &json!({ "query": format!("{keyword} {{ {selection} }}") })).await;
                assert_eq!((answer.status, answer.code()), (200, "UNAUTHENTICATED"), "{selection}: {}", answer.body);
                assert_eq!(answer.body["errors"].as_array().map(Vec::len), Some(1));
                assert!(answer.body["data"].is_null() || answer.body["data"][&name].is_null(), "{}", answer.body);
            }
            asked.push(name);
        }
    }
    // Nothing has slipped out of the list above.
    asked.sort();
    let expected = [
        "analysis",
        "analyzeImage",
        "completeUpload",
        "createUpload",
        "deleteImages",
        "image",
        "images",
        "logout",
        "node",
        "nodes",
        "updateImage",
    ];
    assert_eq!(asked, expected);
}

#[tokio::test]
async fn nobody_uploads_without_being_signed_in() {
    let app = TestApp::start().await;
    let query = "mutation($file: Upload!) { uploadImage(input: {file: $file}) { errors { code } } }";
    let form = Form::new()
        .text("operations", json!({ "query": query, "variables": { "file": null } }).to_string())
        .text("map", r#"{"0":["variables.file"]}"#)
        .part("0", Part::bytes(b"x".to_vec()).file_name("a.jpg"));
    let answer = app.anonymous().send_form(form).await;
    refused(&answer, 401, "UNAUTHENTICATED");
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
}

#[tokio::test]
async fn every_subscription_needs_a_viewer() {
    let app = TestApp::with_ai().await;
    let mut socket = Socket::connect(&app.url).await;
    socket.init(None).await;
    let guarded = Types::of_the_api().guarded("Subscription");
    assert!(!guarded.is_empty());
    for (name, selection) in guarded {
        socket.subscribe(&name, &format!("subscription {{ {selection} }}"), json!({})).await;
        let message = socket.next().await;
        assert_eq!((&message["type"], &message["id"]), (&json!("error"), &json!(name)), "{message}");
        assert_eq!(message["payload"][0]["extensions"]["code"], "UNAUTHENTICATED", "{message}");
    }
}

#[tokio::test]
async fn a_token_that_is_not_valid_is_refused_whatever_is_asked() {
    let app = TestApp::start().await;
    let mut forged = app.anonymous();
    forged.token = Some("forged".to_owned());
    for query in
        ["{ server { version } }", "{ me { email } }", "{ __typename }", "mutation { logout { errors { code } } }"]
    {
        refused(&forged.query(query).await, 401, "UNAUTHENTICATED");
    }
}
