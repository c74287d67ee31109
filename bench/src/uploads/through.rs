//! An upload through the server to the bucket. The floor: the same bytes PUT to the same bucket, and after that one full
//! decode of them by the same decoder. Whoever takes a picture in cannot do less.

use std::net::SocketAddr;

use zune_jpeg::JpegDecoder;
use zune_jpeg::zune_core::bytestream::ZCursor;
use zune_jpeg::zune_core::colorspace::ColorSpace;
use zune_jpeg::zune_core::options::DecoderOptions;

use super::bucket::Bucket;
use super::photo::{Photo, next_number};
use super::{PATIENCE, UPLOAD, payload, ratio, row, timed};
use crate::Outcome;
use crate::client::{self, Connection};
use crate::report::Row;

const ROUNDS: usize = 9;
const TARGET: f64 = 0.8;

/// Milliseconds, of each round.
#[derive(Default)]
struct Times {
    server: Vec<f64>,
    put: Vec<f64>,
    decode: Vec<f64>,
}

pub fn measure(server: SocketAddr, token: &str, bucket: &Bucket, photo: &Photo) -> Outcome<Vec<Row>> {
    let mut connections = [Connection::open_for(server, PATIENCE)?, Connection::open_for(bucket.address, PATIENCE)?];
    let [to_server, to_bucket] = &mut connections;
    // The first of each does not count.
    let mut times = Times::default();
    upload(to_server, token, photo)?;
    floor(to_bucket, bucket, photo, &mut times)?;
    let mut times = Times::default();
    for round in 0..ROUNDS {
        // Who goes first changes, so that what drifts hits both alike.
        if round % 2 == 0 {
            times.server.push(upload(to_server, token, photo)?);
            floor(to_bucket, bucket, photo, &mut times)?;
        } else {
            floor(to_bucket, bucket, photo, &mut times)?;
            times.server.push(upload(to_server, token, photo)?);
        }
    }
    let floor: Vec<_> = times.put.iter().zip(&times.decode).map(|(put, decode)| put + decode).collect();
    Ok(vec![
        ratio(format!("upload of {} to S3, floor : server", photo.size()), &floor, &times.server, TARGET),
        row("  the server".to_owned(), times.server),
        row("  the floor".to_owned(), floor),
        row("    the PUT of it".to_owned(), times.put),
        row("    the decode of it".to_owned(), times.decode),
    ])
}

fn upload(connection: &mut Connection, token: &str, photo: &Photo) -> Outcome<f64> {
    let (front, rest) = photo.file(next_number());
    let (head, tail) = client::around_upload(token, UPLOAD, photo.len());
    let (time, answer) = timed(|| Ok(connection.ask_in_parts(&[&head, &front, rest, &tail])?.to_vec()))?;
    payload(&serde_json::from_slice(&answer)?, "uploadImage")?;
    Ok(time)
}

fn floor(connection: &mut Connection, bucket: &Bucket, photo: &Photo, times: &mut Times) -> Outcome<()> {
    let number = next_number();
    let (key, (front, rest)) = (format!("floor-{number}"), photo.file(number));
    let url = bucket.presigned(&key)?;
    times.put.push(timed(|| bucket.put(connection, &url, (&front, rest)))?.0);
    times.decode.push(timed(|| decode(photo.any()))?.0);
    bucket.remove(&key)
}

/// As strictly as the server: damage in the picture's data is an error.
fn decode(bytes: &[u8]) -> Outcome<Vec<u8>> {
    let side = usize::from(u16::MAX);
    let options = DecoderOptions::default().set_strict_mode(true).set_max_width(side).set_max_height(side);
    let options = options.jpeg_set_out_colorspace(ColorSpace::RGB);
    let decoded = JpegDecoder::new_with_options(ZCursor::new(bytes), options).decode();
    decoded.map_err(|error| format!("the photo cannot be decoded: {error:?}").into())
}
