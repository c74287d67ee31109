//! The GraphQL multipart request specification: `operations`, then `map`, then the files, in that order. The document
//! is checked before the first file is read; files go straight to the spool. Memory is flat, whatever is sent.

pub mod map;
#[cfg(test)]
mod tests;

use std::sync::Arc;

use axum::body::Body;
use axum::http::header;
use axum::http::request::Parts;
use multer::{Field, Multipart};

use self::map::FileMap;
use super::admission::Admitted;
use super::body::{BodyError, Budget, Metered};
use super::client::Asker;
use super::door::{Door, UploadLimits};
use super::guard::variables;
use super::house::House;
use super::params::Params;
use super::problem::{Code, Kind, Problem, Refusal};
use crate::spool::{Cut, Spooled, Uploads, Writer};

/// Files of one request.
pub const MAX_FILES: usize = 10;
/// Bytes of the part `operations`.
const MAX_OPERATIONS: usize = 64 * 1024;
/// Bytes of the part `map`.
const MAX_MAP: usize = 8 * 1024;
/// Bytes of what stands between two parts: the boundary and the next part's header.
const MAX_PART_HEADER: u64 = 8 * 1024;
/// Bytes of a form that belong to no file: `operations`, `map`, and the headers of the parts.
const MAX_AROUND_FILES: u64 = (MAX_OPERATIONS + MAX_MAP) as u64 + (MAX_FILES as u64 + 3) * MAX_PART_HEADER;
/// Characters of a boundary, by RFC 2046.
const MAX_BOUNDARY: usize = 70;

/// A form that is being read.
pub struct Form {
    parts: Multipart<'static>,
    budget: Budget,
    /// Bytes of the whole, where the client says so.
    declared: Option<u64>,
}

/// How far files are read.
struct Room {
    max_bytes: u64,
    /// Bytes that the sender may still store.
    quota: u64,
}

impl Form {
    /// Reads a form whose sender is known. Where it is refused or stops early after its first byte, a little of the rest
    /// is still taken in, so that the client gets to read the answer.
    ///
    /// # Errors
    /// What is wrong with the form, its request or its document; nothing was executed.
    pub async fn receive<H: House>(
        parts: &Parts,
        body: Body,
        door: &Door<H>,
        asker: Asker<'_>,
    ) -> Result<(Admitted, Uploads), Refusal> {
        // A page of another site can send a form, but no such header without our consent.
        if !["graphql-preflight", "apollo-require-preflight"].iter().any(|name| parts.headers.contains_key(*name)) {
            let message = "A form needs the header `GraphQL-Preflight: 1` (or `Apollo-Require-Preflight`), \
                           which other sites cannot send.";
            return Err(Problem::malformed(message).into());
        }
        let declared = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        let boundary = multer::parse_boundary(declared.unwrap_or_default())
            .ok()
            .filter(|boundary| (1..=MAX_BOUNDARY).contains(&boundary.len()))
            .ok_or_else(|| Problem::malformed("The form's `Content-Type` has no valid boundary."))?;
        let body = Metered::new(body, door.settings.body_idle);
        let rest = body.rest();
        let mut form = Self { budget: body.budget(), parts: Multipart::new(body, boundary), declared: length(parts) };
        let received = form.read(door, asker).await;
        drop(form);
        if !matches!(&received, Ok((_, uploads)) if uploads.0.iter().all(|file| file.cut.is_none())) {
            rest.linger();
        }
        received
    }

    async fn read<H: House>(&mut self, door: &Door<H>, asker: Asker<'_>) -> Result<(Admitted, Uploads), Refusal> {
        let operations = self.text("operations", MAX_OPERATIONS).await?;
        let mut params = Params::from_json(&operations)?;
        // Before ours are put in.
        variables::inspect(&params.variables)?;
        let map = FileMap::parse(&self.text("map", MAX_MAP).await?)?;
        map.place(&mut params.variables)?;
        let admitted = door.admit_with_files(params, asker).await?;
        let quota = match asker.viewer {
            Some(viewer) => door.house.room(viewer).await.unwrap_or(u64::MAX),
            None => u64::MAX,
        };
        // What is certain not to fit is not read.
        let fits = self.declared.is_none_or(|length| length.saturating_sub(MAX_AROUND_FILES) <= quota);
        let room = Room { max_bytes: door.settings.uploads.max_bytes, quota: if fits { quota } else { 0 } };
        Ok((admitted, self.files(&map, &door.settings.uploads, room).await?))
    }

    /// The next part, which must have this name, whole.
    async fn text(&mut self, name: &str, max: usize) -> Result<Vec<u8>, Problem> {
        let wrong = || Problem::malformed("The form's parts must be `operations`, then `map`, then the files.");
        let mut part = self.next().await?.filter(|part| part.name() == Some(name)).ok_or_else(wrong)?;
        self.budget.set(max as u64);
        let mut text = Vec::new();
        while let Some(piece) = part.chunk().await.map_err(broken)? {
            if piece.len() > max - text.len() {
                let message = format!("The part `{name}` is larger than {max} bytes.");
                return Err(Problem::new(Kind::TooLarge, Code::BadRequest, message));
            }
            text.extend_from_slice(&piece);
        }
        Ok(text)
    }

    async fn files(&mut self, map: &FileMap, limits: &UploadLimits, mut room: Room) -> Result<Uploads, Problem> {
        let mut files: Vec<Option<Arc<Spooled>>> = vec![None; map.len()];
        while let Some(part) = self.next().await? {
            let slot = part.name().and_then(|name| map.index(name)).and_then(|index| files.get_mut(index));
            let Some(slot) = slot else {
                return Err(Problem::malformed("The form has a part that is not in its `map`."));
            };
            if slot.is_some() {
                return Err(Problem::malformed("The form has two files of the same name."));
            }
            self.budget.set(u64::MAX);
            let file = spool(part, limits, &room).await?;
            let cut = file.cut;
            room.quota = room.quota.saturating_sub(file.len);
            *slot = Some(Arc::new(file));
            if let Some(cut) = cut {
                // Reading stops here. If that was the last file, its mutation reports it; if others are missing, none
                // can be had without reading all of this one, and the request is refused.
                if files.iter().all(Option::is_some) {
                    break;
                }
                let message = match cut {
                    Cut::TooLarge => format!("A file is larger than {} bytes", limits.max_bytes),
                    Cut::OverQuota => "There is no room left for a file".to_owned(),
                };
                let message = format!("{message}. Nothing was done: send such files one a request.");
                return Err(Problem::new(Kind::TooLarge, Code::BadRequest, message));
            }
        }
        let received: Option<Vec<_>> = files.into_iter().collect();
        received.map(Uploads).ok_or_else(|| Problem::malformed("A file of the form's `map` is missing."))
    }

    async fn next(&mut self) -> Result<Option<Field<'static>>, Problem> {
        self.budget.set(MAX_PART_HEADER);
        self.parts.next_field().await.map_err(broken)
    }
}

/// Writes one file to the spool, up to the first byte too many; nothing at all where there is no room for any.
async fn spool(mut part: Field<'static>, limits: &UploadLimits, room: &Room) -> Result<Spooled, Problem> {
    let unavailable = |error: std::io::Error| {
        tracing::error!(%error, "a file could not be written to the spool");
        Problem::unavailable()
    };
    let mut writer = Writer::create(&limits.spool).await.map_err(unavailable)?;
    let mut cut = (room.quota == 0).then_some(Cut::OverQuota);
    while cut.is_none() {
        let Some(piece) = part.chunk().await.map_err(broken)? else { break };
        let len = writer.len() + piece.len() as u64;
        if len > room.max_bytes {
            cut = Some(Cut::TooLarge);
        } else if len > room.quota {
            cut = Some(Cut::OverQuota);
        } else {
            writer.write(&piece).await.map_err(unavailable)?;
        }
    }
    let content_type = part.content_type().map(|mime| mime.essence_str().to_owned());
    writer.finish(part.file_name(), content_type.as_deref(), cut).await.map_err(unavailable)
}

fn length(parts: &Parts) -> Option<u64> {
    parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok()?.parse().ok())
}

fn broken(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamReadFailed(cause) => {
            cause.downcast_ref::<BodyError>().copied().unwrap_or(BodyError::Broken).into()
        }
        // The library's words can hold the name of a part.
        _ => Problem::malformed("The form is not well-formed."),
    }
}
