//! A client of the API: a person or a program, with the verbs that tests use.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

/// Somebody with a connection to the server, signed in or not.
#[derive(Clone)]
pub struct Client {
    pub http: reqwest::Client,
    pub url: String,
    /// The access token.
    pub token: Option<String>,
    pub refresh_token: Option<String>,
}

/// What came back.
#[derive(Clone, Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: reqwest::header::HeaderMap,
    pub body: Value,
}

/// A password that is good enough.
pub const PASSWORD: &str = "nine purple walruses";

impl Client {
    pub fn new(url: &str) -> Self {
        Self { http: reqwest::Client::new(), url: url.to_owned(), token: None, refresh_token: None }
    }

    pub async fn register(&mut self, username: &str) -> Answer {
        let input = json!({ "username": username, "email": format!("{username}@example.org"), "password": PASSWORD });
        let answer = self.ask(REGISTER, json!({ "input": input })).await;
        self.keep(&answer.body["data"]["register"]["session"]);
        answer
    }

    pub async fn login(&mut self, login: &str, password: &str) -> Answer {
        let answer = self.ask(LOGIN, json!({ "input": { "login": login, "password": password } })).await;
        self.keep(&answer.body["data"]["login"]["session"]);
        answer
    }

    /// Keeps the tokens of an `AuthSession`.
    pub fn keep(&mut self, session: &Value) {
        self.token = session["accessToken"].as_str().map(str::to_owned);
        self.refresh_token = session["refreshToken"].as_str().map(str::to_owned);
    }

    pub async fn query(&self, document: &str) -> Answer {
        self.ask(document, json!({})).await
    }

    pub async fn ask(&self, document: &str, variables: Value) -> Answer {
        let body = json!({ "query": document, "variables": variables });
        let request = self.http.post(format!("{}/graphql", self.url)).json(&body);
        Answer::of(self.signed(request)).await
    }

    /// The request with this client's token.
    pub fn signed(&self, request: reqwest::RequestBuilder) -> reqwest::RequestBuilder {
        match &self.token {
            Some(token) => request.bearer_auth(token),
            None => request,
        }
    }

    /// Uploads a file; the payload of `uploadImage`.
    pub async fn upload(&self, filename: &str, bytes: Vec<u8>) -> Value {
        self.upload_with(filename, bytes, json!({})).await.data("uploadImage")
    }

    /// Uploads a file with more fields in the input.
    pub async fn upload_with(&self, filename: &str, bytes: Vec<u8>, more: Value) -> Answer {
        let mut input = json!({ "file": null });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        let operations = json!({ "query": UPLOAD, "variables": { "input": input } });
        let file = Part::bytes(bytes).file_name(filename.to_owned());
        let form = Form::new()
            .text("operations", operations.to_string())
            .text("map", r#"{"0":["variables.input.file"]}"#)
            .part("0", file);
        self.send_form(form).await
    }

    pub async fn send_form(&self, form: Form) -> Answer {
        let request = self.http.post(format!("{}/graphql", self.url)).header("graphql-preflight", "1").multipart(form);
        Answer::of(self.signed(request)).await
    }

    /// Asks for the right to put these bytes; the payload of `createUpload`. `more` goes over what is announced.
    pub async fn announce(&self, filename: &str, content_type: &str, bytes: &[u8], more: Value) -> Value {
        let mut input = json!({ "filename": filename, "contentType": content_type, "byteSize": bytes.len() });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        self.ask(CREATE_UPLOAD, json!({ "input": input })).await.data("createUpload")
    }

    /// The request by which a file is put, as an `UploadTicket` says.
    pub fn put(&self, ticket: &Value) -> reqwest::RequestBuilder {
        let method = ticket["method"].as_str().unwrap().parse().unwrap();
        let request = self.http.request(method, ticket["url"].as_str().unwrap());
        let headers = ticket["headers"].as_array().unwrap().iter();
        let text = |header: &Value, part: &str| header[part].as_str().unwrap().to_owned();
        headers.fold(request, |request, header| request.header(text(header, "name"), text(header, "value")))
    }

    pub async fn complete_upload(&self, upload_id: &str, more: Value) -> Answer {
        let mut input = json!({ "uploadId": upload_id });
        for (key, value) in more.as_object().unwrap() {
            input[key] = value.clone();
        }
        self.ask(COMPLETE_UPLOAD, json!({ "input": input })).await
    }

    /// Uploads a file by ticket: asks, puts, completes. The payload of `completeUpload`.
    pub async fn upload_by_ticket(&self, filename: &str, content_type: &str, bytes: Vec<u8>) -> Value {
        let ticket = self.announce(filename, content_type, &bytes, json!({})).await["upload"].clone();
        let put = self.put(&ticket).body(bytes).send().await.unwrap();
        assert!(put.status().is_success(), "{}: {}", put.status(), put.text().await.unwrap());
        self.complete_upload(ticket["id"].as_str().unwrap(), json!({})).await.data("completeUpload")
    }

    /// Uploads a good picture, another one each time; its id.
    pub async fn picture(&self) -> String {
        let payload = self.upload("picture.jpg", super::pictures::another(super::pictures::jpeg(64, 48))).await;
        payload["image"]["id"].as_str().unwrap_or_else(|| panic!("not taken in: {payload}")).to_owned()
    }

    /// Fetches a URL that the API gave, without a token.
    pub async fn fetch(&self, url: &str) -> reqwest::Response {
        self.http.get(url).send().await.unwrap()
    }
}

impl Answer {
    pub async fn of(request: reqwest::RequestBuilder) -> Self {
        let response = request.send().await.unwrap();
        let (status, headers) = (response.status().as_u16(), response.headers().clone());
        let text = response.text().await.unwrap();
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Self { status, headers, body }
    }

    /// The value of a root field; panics where there are top-level errors.
    pub fn data(&self, field: &str) -> Value {
        assert!(self.body.get("errors").is_none(), "unexpected errors: {}", self.body);
        self.body["data"][field].clone()
    }

    /// `extensions.code` of the first top-level error.
    pub fn code(&self) -> &str {
        self.body["errors"][0]["extensions"]["code"].as_str().unwrap_or_else(|| panic!("no code in {}", self.body))
    }

    /// The codes of a payload's `errors`.
    pub fn refusals(&self, field: &str) -> Vec<String> {
        refusals(&self.data(field))
    }
}

/// The codes of a payload's `errors`.
pub fn refusals(payload: &Value) -> Vec<String> {
    let errors = payload["errors"].as_array().unwrap_or_else(|| panic!("no payload: {payload}"));
    errors.iter().map(|error| error["code"].as_str().unwrap().to_owned()).collect()
}

const REGISTER: &str = "mutation Register($input: RegisterInput!) { register(input: $input) {
    session { accessToken accessTokenExpiresAt refreshToken account { email user { id username } } }
    errors { code message path } } }";

const LOGIN: &str = "mutation LogIn($input: LoginInput!) { login(input: $input) {
    session { accessToken accessTokenExpiresAt refreshToken account { email user { id username } } }
    errors { code message path } } }";

const UPLOAD: &str = "mutation Upload($input: UploadImageInput!) { uploadImage(input: $input) {
    image { id filename title contentType byteSize width height sha256 thumbhash uploadedAt }
    duplicate
    analysis { id status }
    errors { code message path
        ... on FileRejectedError { acceptedTypes maxBytes maxPixels }
        ... on DuplicateImageError { existing { id } }
        ... on LimitReachedError { limit used } } } }";

const CREATE_UPLOAD: &str = "mutation Announce($input: CreateUploadInput!) { createUpload(input: $input) {
    upload { id method url headers { name value } expiresAt } existingImage { id }
    errors { code message path ... on FileRejectedError { acceptedTypes maxBytes maxPixels }
        ... on LimitReachedError { limit used } } } }";

const COMPLETE_UPLOAD: &str = "mutation Complete($input: CompleteUploadInput!) { completeUpload(input: $input) {
    image { id filename title contentType byteSize width height sha256 } duplicate analysis { id status }
    errors { code message path ... on DuplicateImageError { existing { id } }
        ... on LimitReachedError { limit used } } } }";
