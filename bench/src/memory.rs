//! Resident memory after somebody registered, uploaded one photo, and looked at one page with its thumbnail.

use image::codecs::jpeg::JpegEncoder;
use image::{Rgb, RgbImage};
use serde_json::{Value, json};

use crate::Outcome;
use crate::client::{self, Connection};
use crate::report::{Row, Spread};
use crate::server::{self, Server};
use crate::usage;

/// Fresh servers, one photo each.
const RUNS: usize = 5;
const TARGET_MIB: f64 = 50.0;

/// 12 megapixels, as a phone makes them.
const PHOTO: (u32, u32) = (4000, 3000);

pub fn measure() -> Outcome<Vec<Row>> {
    let binary = server::build()?;
    let photo = photo()?;
    let (mut idle, mut resident, mut peak) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        let data = tempfile::tempdir()?;
        let server = Server::start(&binary, data.path())?;
        idle.push(usage::memory(server.id(), "VmRSS")?);
        use_it(&server, &photo)?;
        resident.push(usage::memory(server.id(), "VmRSS")?);
        peak.push(usage::memory(server.id(), "VmHWM")?);
    }
    let row = |what: &str, values, target: Option<f64>| {
        let result = Spread::of(values);
        Row {
            what: what.to_owned(),
            target: target.map_or("-".to_owned(), |most| format!("at most {most} MiB")),
            result,
            unit: " MiB",
            decimals: 1,
            met: target.map(|most| result.median <= most),
        }
    };
    Ok(vec![
        row("memory after the start", idle, None),
        row("memory after one upload (12 MP) and one page", resident, Some(TARGET_MIB)),
        row("the most it had meanwhile", peak, None),
    ])
}

fn use_it(server: &Server, photo: &[u8]) -> Outcome<()> {
    let mut connection = Connection::open(server.address)?;
    let input = json!({ "username": "ada", "email": "ada@example.org", "password": "nine purple walruses" });
    let register = json!({
        "query": "mutation($input: RegisterInput!) { register(input: $input) { session { accessToken } } }",
        "variables": { "input": input },
    });
    let registered = connection.ask_json(&client::post(None, &register))?;
    let token = text(&registered, "/data/register/session/accessToken")?;

    let document =
        "mutation($input: UploadImageInput!) { uploadImage(input: $input) { image { id } errors { message } } }";
    let uploaded = connection.ask_json(&client::upload(&token, document, photo))?;
    text(&uploaded, "/data/uploadImage/image/id")?;

    let page =
        json!({ "query": "{ images(first: 50) { nodes { id rendition(transform: { width: 400 }) { url } } } }" });
    let listed = connection.ask_json(&client::post(Some(&token), &page))?;
    let url = text(&listed, "/data/images/nodes/0/rendition/url")?;
    let path = url.find("/media/").map(|start| &url[start..]).ok_or("the URL is no media URL")?;
    connection.ask(&client::get(path))?;
    Ok(())
}

fn text(answer: &Value, pointer: &str) -> Outcome<String> {
    let found = answer.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    found.ok_or_else(|| format!("no {pointer} in {answer}").into())
}

/// Smooth surfaces with some grain, so that it compresses about as a photo does.
fn photo() -> Outcome<Vec<u8>> {
    let (width, height) = PHOTO;
    let mut noise = 0x9E37_79B9_u32;
    let picture = RgbImage::from_fn(width, height, |x, y| {
        // xorshift32
        noise ^= noise << 13;
        noise ^= noise >> 17;
        noise ^= noise << 5;
        let grain = noise % 12;
        let shade = |value: u32, of: u32| u8::try_from(value * 240 / of + grain).unwrap_or(u8::MAX);
        Rgb([shade(x, width), shade(y, height), shade((x + y) % 512, 512)])
    });
    let mut bytes = Vec::new();
    JpegEncoder::new_with_quality(&mut bytes, 90).encode_image(&picture)?;
    Ok(bytes)
}
