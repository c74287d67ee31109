//! `docs/api.md`, played from its first example to its last against the real server with a scripted model.

use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};

use super::story::{Cast, Curl, Direction, Step, is_upload, steps};
use super::{code_blocks, read};
use crate::support::TestApp;
use crate::support::ai::Reply;
use crate::support::client::{Answer, Client};
use crate::support::pictures;
use crate::support::ws::Socket;

/// What the model says of the photo in the story.
fn words() -> Reply {
    let answer = json!({
        "description": "A red and green square fades from one corner to the other.",
        "alt_text": "A square of red and green",
        "tags": ["abstract", "gradient"],
        "detected_text": "",
        "answer": "Red, green and blue.",
    });
    Reply::content(&answer.to_string())
}

/// The documentation's reader.
struct Reader {
    app: TestApp,
    client: Client,
    cast: Cast,
    /// The media URLs that were given out.
    urls: Vec<String>,
}

#[tokio::test]
async fn every_example_gets_the_answer_that_is_written_under_it() {
    let app = TestApp::with_ai_and(|config| {
        config.uploads.max_bytes = 25_000_000;
        config.uploads.max_pixels = 50_000_000;
        config.ai.as_mut().unwrap().model = "gpt-4o-mini".to_owned();
    })
    .await;
    app.scripted_ai().then(words()).hold();
    let client = app.anonymous();
    let mut reader = Reader { app, client, cast: Cast::default(), urls: Vec::new() };
    let steps = steps(&read("docs/api.md"));
    assert!(steps.len() > 10, "the examples were not found");
    for (line, step) in &steps {
        if let Err(difference) = reader.play(step).await {
            panic!("docs/api.md, line {line}: {difference}");
        }
    }
    assert!(!reader.urls.is_empty());
    for url in &reader.urls {
        assert_eq!(reader.client.fetch(url).await.status(), 404, "the story ends with the deletion of {url}");
    }
}

#[test]
fn every_query_mutation_and_subscription_has_an_example() {
    let text = read("docs/api.md");
    let code: String = code_blocks(&text).into_iter().map(|block| block.text).collect();
    let words: Vec<&str> = code.split(|c: char| !c.is_ascii_alphanumeric() && c != '_').collect();
    let sdl = image_manager::schema::sdl();
    for root in ["Query", "Mutation", "Subscription"] {
        let body = sdl.split_once(&format!("\ntype {root} {{\n")).unwrap().1.split_once("\n}").unwrap().0;
        // One tab deep is a field; its name ends at the arguments or the type.
        let fields: Vec<&str> = body
            .lines()
            .filter_map(|line| line.strip_prefix('\t'))
            .filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()))
            .filter_map(|line| line.split(['(', ':']).next())
            .filter(|name| name.chars().all(|c| c.is_ascii_alphanumeric()))
            .collect();
        assert!(!fields.is_empty(), "{root} has no fields");
        for field in fields {
            assert!(words.contains(&field), "docs/api.md has no example of {root}.{field}");
        }
    }
}

impl Reader {
    async fn play(&mut self, step: &Step) -> Result<(), String> {
        match step {
            Step::Query { document, variables, answer } => {
                let body = json!({ "query": self.cast.act(document), "variables": self.cast.act_json(variables) });
                let request = self.client.http.post(format!("{}/graphql", self.client.url)).json(&body);
                let real = Answer::of(self.client.signed(request)).await.body;
                self.check(answer, &real).await
            }
            Step::Upload { curl, answer } => {
                let real = self.upload(curl).await;
                self.check(answer, &real).await
            }
            Step::Put { curl } => self.put(curl).await,
            Step::Events { curl, stream } => {
                let data = |line: &str| line.strip_prefix("data: ").and_then(|json| serde_json::from_str(json).ok());
                let real = self.follow(curl).await;
                if real.lines().count() != stream.lines().count() {
                    return Err(format!("the stream was {real}"));
                }
                stream.lines().zip(real.lines()).try_for_each(|(told, is)| match (data(told), data(is)) {
                    (Some(told), Some(is)) => self.cast.compare(&told, &is),
                    _ if told == is => Ok(()),
                    _ => Err(format!("documented {told}, really {is}")),
                })
            }
            Step::Socket { lines } => self.talk(lines).await,
        }
    }

    async fn check(&mut self, documented: &Value, real: &Value) -> Result<(), String> {
        self.cast.compare(documented, real).map_err(|difference| format!("{difference}\nthe answer was {real:#}"))?;
        // A new session's token goes along from here on, and none after a log-out, as the text says.
        if !real["data"]["logout"].is_null() {
            self.client.token = None;
        }
        for payload in real["data"].as_object().into_iter().flat_map(|data| data.values()) {
            if let Some(token) = payload["session"]["accessToken"].as_str() {
                self.client.token = Some(token.to_owned());
            }
        }
        for url in urls(real) {
            let response = self.client.fetch(&url).await;
            if response.status() != 200 {
                return Err(format!("{url} answers {}", response.status()));
            }
            self.urls.push(url);
        }
        Ok(())
    }

    async fn upload(&self, curl: &Curl) -> Value {
        let mut form = Form::new();
        for (name, value) in &curl.parts {
            form = match value.strip_prefix('@') {
                Some(file) => form.part(name.clone(), Part::bytes(content(file)).file_name(file.to_owned())),
                None => form.text(name.clone(), self.cast.act(value)),
            };
        }
        let mut request = self.client.http.post(format!("{}/graphql", self.client.url));
        for (name, value) in &curl.headers {
            let token = self.client.token.as_deref().unwrap_or_default();
            request = request.header(name, value.replace("$TOKEN", token));
        }
        Answer::of(request.multipart(form)).await.body
    }

    async fn put(&self, curl: &Curl) -> Result<(), String> {
        let request = self.client.http.put(self.cast.act(&curl.url)).body(content(&curl.file));
        let request = curl.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        match request.send().await.unwrap().status() {
            status if status.is_success() => Ok(()),
            status => Err(format!("the PUT answers {status}")),
        }
    }

    async fn follow(&self, curl: &Curl) -> String {
        let mut request = self.client.http.post(format!("{}/graphql", self.client.url));
        for (name, value) in &curl.headers {
            request = request.header(name, value.replace("$TOKEN", self.client.token.as_deref().unwrap_or_default()));
        }
        request.body(self.cast.act(&curl.data)).send().await.unwrap().text().await.unwrap()
    }

    async fn talk(&mut self, lines: &[(Direction, Value)]) -> Result<(), String> {
        // The worker has the job by then, so the first event is always RUNNING.
        self.app.scripted_ai().arrived(1).await;
        let mut socket = Socket::connect(&self.app.url).await;
        for (direction, message) in lines {
            match direction {
                Direction::Out => socket.send(&self.cast.act_json(message)).await,
                Direction::In => {
                    let real = socket.next().await;
                    if message["type"] == "next" {
                        self.app.scripted_ai().open();
                    }
                    self.cast.compare(message, &real)?;
                }
            }
        }
        Ok(())
    }
}

/// The file that a command line names.
fn content(file: &str) -> Vec<u8> {
    match file {
        "photo.jpg" => pictures::jpeg(1024, 768),
        // As long as is announced in the story, whatever the encoder makes of it.
        "beach.jpg" => {
            let mut bytes = pictures::jpeg(1024, 512);
            bytes.resize(250_000, 0);
            bytes
        }
        "square.png" => pictures::png(640, 640),
        _ => b"This is text, whatever it is called.".to_vec(),
    }
}

fn urls(answer: &Value) -> Vec<String> {
    match answer {
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(key, value)| match value {
                Value::String(url) if key == "url" && !is_upload(url) => vec![url.clone()],
                value => urls(value),
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(urls).collect(),
        _ => Vec::new(),
    }
}
