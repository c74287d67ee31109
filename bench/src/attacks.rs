//! Small requests that would cost much. Each document begins with a comment that holds a number, so that it can be made
//! a new one every time it is sent.

use serde_json::{Value, json};

use crate::client;

pub struct Attack {
    pub name: &'static str,
    /// The whole HTTP request.
    pub request: Vec<u8>,
    /// Where in it the digits of the number are; 0 where it has none.
    pub number_at: usize,
    /// False: something expensive that is allowed.
    pub refused: bool,
}

/// What a document's number looks like before it has one.
const NUMBER: &str = "#00000000\n";
pub const DIGITS: usize = 8;

impl Attack {
    fn of(name: &'static str, token: &str, body: &Value, refused: bool) -> Self {
        let request = client::post(Some(token), body);
        let number_at = request.windows(DIGITS + 1).position(|bytes| bytes == b"#00000000").map_or(0, |at| at + 1);
        Self { name, request, number_at, refused }
    }

    /// Another document of the same kind.
    pub fn renumber(&mut self, number: usize) {
        if self.number_at > 0 {
            let digits = format!("{number:0DIGITS$}");
            self.request[self.number_at..][..DIGITS].copy_from_slice(digits.as_bytes());
        }
    }
}

/// Each, sent with this token.
pub fn all(token: &str) -> Vec<Attack> {
    let document =
        |name, text: String, refused| Attack::of(name, token, &json!({ "query": format!("{NUMBER}{text}") }), refused);
    let refused = |name, text: String| document(name, text, true);
    let mut attacks = vec![
        refused("fragments, 24 levels × 2", bomb(24, 2)),
        refused("fragments, 10 levels × 4", bomb(10, 4)),
        refused("fragments, 6 levels × 100", bomb(6, 100)),
        refused("fragments in a cycle", "{ ...A } fragment A on Query { ...B } fragment B on Query { ...A }".into()),
        refused("1,500 nested lists", nested("{ nodes(ids: ", "[", "", "]", ") { id } }", 1_500)),
        refused("6,000 nested lists", nested("{ nodes(ids: ", "[", "", "]", ") { id } }", 6_000)),
        refused("1,500 nested objects", nested("{ image(id: ", "{a:", "1", "}", ") { id } }", 1_500)),
        refused("6,000 nested objects", nested("{ image(id: ", "{a:", "1", "}", ") { id } }", 6_000)),
        refused("1,500 nested selections", nested("", "{a", "", "}", "", 1_500)),
        refused("6,000 nested selections", nested("", "{a", "", "}", "", 6_000)),
        refused("1,500 nested types", nested("query($a: ", "[", "Int", "]", ") { me { email } }", 1_500)),
        refused("6,000 nested types", nested("query($a: ", "[", "Int", "]", ") { me { email } }", 6_000)),
        refused("100,000 aliases", format!("{{ {} }}", repeat(100_000, |n| format!("a{n}:a ")))),
        refused("1,300 aliases, below the limit of tokens", format!("{{ {} }}", repeat(1_300, |n| format!("a{n}:a ")))),
        refused("10,000 root fields", format!("{{ {} }}", "me{email}".repeat(10_000))),
        refused("1,000 root fields, below the limit of tokens", format!("{{ {} }}", "a ".repeat(1_000))),
        refused("1,000 directives", format!("{{ me {{ email {} }} }}", "@a ".repeat(1_000))),
        refused("a string of 1 MB", format!("{{ image(id: \"{}\") {{ id }} }}", "x".repeat(1_000_000))),
        refused("a string of 60 KB", format!("{{ image(id: \"{}\") {{ nothing }} }}", "x".repeat(60_000))),
        refused("1,000 logins", format!("mutation {{ {} }}", repeat(1_000, login))),
        document("20 logins", format!("mutation {{ {} }}", repeat(20, login)), false),
    ];
    let batch: Vec<_> = (0..2_000).map(|_| json!({ "query": "{ server { version } }" })).collect();
    attacks.push(Attack::of("a batch of 2,000", token, &json!(batch), true));
    attacks.extend(comparing(token));
    attacks
}

/// Within all limits of size: whatever is wrong with them, only validation finds.
fn comparing(token: &str) -> Vec<Attack> {
    let document =
        |name, text: String, refused| Attack::of(name, token, &json!({ "query": format!("{NUMBER}{text}") }), refused);
    let refused = |name, text: String| document(name, text, true);
    let inline = |levels: usize, fields: &str| {
        nested("{ me ", "{ ...", "", "", "", levels) + "{" + fields + "}" + &"}".repeat(levels + 1)
    };
    let variables = |count: usize| repeat(count, |n| format!("$v{n} "));
    let strangers = |count: usize| repeat(count, |n| format!("f{n} "));
    let spreads = (0..49).map(|n| format!("query Q{n} {{ ...F }} ")).collect::<String>();
    let fragments = |count: usize, fields: &str| {
        let all = repeat(count, |n| format!("...F{n} "));
        format!("{{ me {{ {all} }} }} ") + &repeat(count, |n| format!("fragment F{n} on Account {{ {fields} }} "))
    };
    let arguments = |count: usize| repeat(count, |n| format!("x{n}:1 "));
    let numbers = json!({ "ids": vec![1; 100_000] });
    let by_variables = |name, query: &str, variables: Value| {
        Attack::of(name, token, &json!({ "query": format!("{NUMBER}{query}"), "variables": variables }), true)
    };
    let named = |name, text: String| {
        let body = json!({ "query": format!("{NUMBER}{text}"), "operationName": "Q0" });
        Attack::of(name, token, &body, true)
    };
    vec![
        refused("1,900 unknown fields", format!("{{ me {{ {} }} }}", strangers(1_900))),
        refused("1,900 unknown fields in 59 inline fragments", inline(59, &strangers(1_800))),
        refused("620 fields that conflict", format!("{{ me {{ {} }} }}", repeat(620, |n| format!("a(b:{n})")))),
        refused("600 fields that conflict, in 59 inline fragments", inline(59, &repeat(600, |n| format!("a(b:{n})")))),
        refused("1,300 unknown arguments", format!("{{ image({}) {{ id }} }}", repeat(1_200, |n| format!("a{n}:1 ")))),
        refused(
            "900 variables that nobody uses",
            format!("query({}) {{ me {{ email }} }}", repeat(900, |n| format!("$v{n}:Int "))),
        ),
        named(
            "49 operations, 200 undefined variables",
            format!("{spreads} fragment F on Query {{ nodes(ids: [{}]) {{ id }} }}", variables(200)),
        ),
        refused(
            "48 fragments of 38 fields, and one that is unknown",
            fragments(48, &format!("{} nothing", "email ".repeat(38))),
        ),
        refused(
            "1,900 fields in 59 inline fragments, one unknown",
            inline(59, &format!("{} nothing", "email ".repeat(1_800))),
        ),
        // A document that nests them in 50 inline fragments made the process ask for more than 4 GB.
        refused(
            "600 arguments that 1,900 fields lack",
            format!("{{ me {{ a({}) {} }} }}", arguments(600), "a ".repeat(1_900)),
        ),
        refused(
            "300 arguments that 600 fields lack, in 5 inline fragments",
            inline(5, &format!("a({}) {}", arguments(300), "a ".repeat(600))),
        ),
        refused("1,900 unknown fields in 12 × 50 inline fragments that nobody uses", unused(12, 50, &strangers(1_900))),
        document("1,900 fields in 59 inline fragments", inline(59, &"email ".repeat(1_800)), false),
        document("48 fragments of 38 fields", fragments(48, &"email ".repeat(38)), false),
        document("the whole schema", introspection(), false),
        document("the schema, types in types with 95 aliases", multiplied(95), false),
        by_variables("100,000 numbers for [ID!]!", "query($ids: [ID!]!) { nodes(ids: $ids) { id } }", numbers),
    ]
}

fn repeat(count: usize, piece: impl Fn(usize) -> String) -> String {
    (0..count).map(piece).collect()
}

fn login(number: usize) -> String {
    format!("l{number}: login(input: {{login: \"a\", password: \"b\"}}) {{ errors {{ code }} }} ")
}

fn nested(before: &str, open: &str, middle: &str, close: &str, after: &str, levels: usize) -> String {
    [before, &open.repeat(levels), middle, &close.repeat(levels), after].concat()
}

/// Fragments that each spread the next one several times.
fn bomb(levels: usize, times: usize) -> String {
    let fragment =
        |level: usize| format!("fragment F{level} on Query {{ {} }} ", format!("...F{} ", level + 1).repeat(times));
    let all: String = (1..levels).map(fragment).collect();
    format!("{{ ...F1 }} {all} fragment F{levels} on Query {{ me {{ email }} }}")
}

/// Fragments that no operation spreads: a chain of them, each with its inline fragments around the next one.
fn unused(fragments: usize, levels: usize, fields: &str) -> String {
    let fragment = |number: usize| {
        let last = number + 1 == fragments;
        let inner = if last { fields.to_owned() } else { format!("...F{}", number + 1) };
        nested(&format!("fragment F{number} on Account "), "{...", &format!("{{{inner}}}"), "}", " ", levels)
    };
    "{ me { email } } ".to_owned() + &repeat(fragments, fragment)
}

/// As tools ask for it.
fn introspection() -> String {
    let of_type = nested("", "ofType { kind name ", "", "}", "", 9);
    format!(
        "{{ __schema {{ queryType {{ name }} mutationType {{ name }} subscriptionType {{ name }} types {{ ...F }}
           directives {{ name description locations args {{ ...I }} }} }} }}
         fragment F on __Type {{ kind name description
           fields(includeDeprecated: true) {{ name description args {{ ...I }} type {{ ...T }} isDeprecated }}
           inputFields {{ ...I }} interfaces {{ ...T }} enumValues(includeDeprecated: true) {{ name description }}
           possibleTypes {{ ...T }} }}
         fragment I on __InputValue {{ name description type {{ ...T }} defaultValue }}
         fragment T on __Type {{ kind name {of_type} }}"
    )
}

/// As much as the limits let through.
fn multiplied(aliases: usize) -> String {
    let names = repeat(aliases, |n| format!("a{n}: name "));
    format!("{{ __schema {{ types {{ fields {{ type {{ fields {{ {names} }} }} }} }} }} }}")
}
