//! Create: a ticket, and a URL to put the file under.

use sea_orm::{ActiveModelTrait, ColumnTrait, IntoActiveModel, QueryFilter, QuerySelect};

use super::{LIFETIME, MAX_OPEN, TicketError};
use crate::clock::Timestamp;
use crate::db::entities::{image, upload};
use crate::db::ids;
use crate::error::Fault;
use crate::images::{Error, Images, filename};
use crate::pictures::{Format, Rejection};
use crate::storage::{Key, PutTerms};
use crate::viewer::Viewer;

/// What a sender says of a file before sending it.
pub struct Announced {
    pub filename: String,
    pub content_type: String,
    /// In bytes.
    pub byte_size: u64,
    /// In hexadecimal.
    pub sha256: Option<String>,
}

/// What comes of asking for a ticket.
pub enum Created {
    Ticket(Ticket),
    /// The person has these bytes already.
    Existing(image::Model),
}

/// A ticket, and the request by which its file is put.
pub struct Ticket {
    pub row: upload::Model,
    /// A secret: whoever has it may put the file.
    pub url: String,
    /// Headers that the request must have, as they are.
    pub headers: Vec<(String, String)>,
}

impl Images {
    pub async fn create_upload(&self, viewer: &Viewer, announced: Announced) -> Result<Created, Error> {
        let format = self.check_announced(&announced)?;
        if let Some(sha256) = &announced.sha256
            && let Some(existing) = self.find_same(viewer, sha256).await?
        {
            return Ok(Created::Existing(existing));
        }
        let promised = self.check_open_tickets(viewer).await?;
        self.check_room(viewer.user_id, promised, announced.byte_size).await?;
        let now = self.clock.now();
        let row = upload::Model {
            id: ids::new(),
            owner_id: viewer.user_id,
            state: upload::State::Open,
            lease_until: None,
            filename: filename::clean(&announced.filename),
            content_type: format.content_type().to_owned(),
            byte_size: i64::try_from(announced.byte_size).map_err(Fault::internal)?,
            sha256: announced.sha256,
            image_id: None,
            duplicate: false,
            created_at: now,
            // A URL counts whole seconds.
            expires_at: Timestamp(now.plus(LIFETIME).unix_seconds() * 1000),
        };
        let (url, headers) = self.put_request(&row).await?;
        row.clone().into_active_model().insert(self.db.write()).await?;
        Ok(Created::Ticket(Ticket { row, url, headers }))
    }

    /// The type it would be, if it is what it is said to be.
    fn check_announced(&self, announced: &Announced) -> Result<Format, Error> {
        let (accepted, max) = (&self.limits.formats, self.limits.max_bytes);
        let format = Format::from_content_type(announced.content_type.trim());
        let Some(format) = format.filter(|format| accepted.contains(format)) else {
            let rejection = Rejection::UnsupportedType { found: None, accepted: accepted.clone() };
            return Err(TicketError::Announced(rejection).into());
        };
        match announced.byte_size {
            0 => Err(TicketError::Empty.into()),
            size if size > max => Err(TicketError::Announced(Rejection::TooLarge { max }).into()),
            _ => Ok(format),
        }
    }

    /// The bytes that were announced and may still be put.
    async fn check_open_tickets(&self, viewer: &Viewer) -> Result<u64, Error> {
        let open = upload::Entity::visible_to(viewer.user_id)
            .filter(upload::Column::State.is_in([upload::State::Open, upload::State::Completing]))
            .filter(upload::Column::ExpiresAt.gt(self.clock.now()));
        let sizes = open.select_only().column(upload::Column::ByteSize).limit(MAX_OPEN).into_tuple::<i64>();
        let sizes = sizes.all(self.db.read()).await?;
        if sizes.len() as u64 >= MAX_OPEN {
            return Err(TicketError::TooMany.into());
        }
        Ok(sizes.into_iter().map(i64::unsigned_abs).sum())
    }

    /// URL and headers of the PUT: the bucket's own, or ours where the storage takes nothing from others.
    async fn put_request(&self, row: &upload::Model) -> Result<(String, Vec<(String, String)>), Error> {
        let digest = row.sha256.as_deref().map(digest).transpose()?;
        let terms = PutTerms {
            len: u64::try_from(row.byte_size).map_err(Fault::internal)?,
            content_type: &row.content_type,
            sha256: digest,
            expires_in: row.expires_at.since(row.created_at),
        };
        if let Some(put) = self.blobs.presign_put(&Key::incoming(row.id), terms).await? {
            return Ok((put.url, put.headers));
        }
        let headers = vec![("content-type".to_owned(), row.content_type.clone())];
        Ok((self.upload_urls.link(row.id, row.expires_at), headers))
    }
}

/// The bytes of a SHA-256 in hexadecimal.
pub(super) fn digest(hexadecimal: &str) -> Result<[u8; 32], Fault> {
    let mut digest = [0; 32];
    hex::decode_to_slice(hexadecimal, &mut digest).map_err(Fault::internal)?;
    Ok(digest)
}
