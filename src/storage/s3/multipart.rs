//! Uploads in parts.

use std::fs::File;
use std::ops::Range;
use std::sync::Arc;

use aws_sdk_s3::Client;
use aws_sdk_s3::error::ProvideErrorMetadata;
use aws_sdk_s3::types::{CompletedMultipartUpload, CompletedPart};
use futures_util::{StreamExt, stream};
use tokio_util::sync::CancellationToken;
use tracing::Instrument;

use super::connection::Times;
use super::{Key, MIB, S3, SLOWEST_COPY, SLOWEST_UPLOAD, StorageError, body_of, signed};

/// Size of all parts but the last, which R2 wants equal; more where 10,000 parts, the most there may be, do not reach.
const PART: u64 = 8 * MIB;
const MOST_PARTS: u64 = 10_000;

const PARTS_AT_ONCE: usize = 4;

/// Stores a file in parts. A bucket keeps (and bills) parts until their upload is completed or aborted, so that one
/// given up in the middle, by an error or by a caller that went away, is aborted; therefore a task of its own. What a
/// killed process leaves is for the bucket's lifecycle rule `AbortIncompleteMultipartUpload`.
pub(super) async fn put(
    storage: &S3,
    key: &Key,
    file: Arc<File>,
    len: u64,
    content_type: &str,
) -> Result<(), StorageError> {
    let given_up = CancellationToken::new();
    let _when_the_caller_goes_away = given_up.clone().drop_guard();
    let (client, bucket, key) = (storage.client.clone(), storage.bucket.clone(), key.to_string());
    let times = storage.times;
    let content_type = content_type.to_owned();
    let upload = async move {
        let upload = Multipart::create(client, bucket, key, content_type, times).await?;
        let outcome = upload.send(&file, len, &given_up).await;
        if outcome.is_err() {
            upload.abort().await;
        }
        outcome
    };
    tokio::spawn(upload.in_current_span()).await.map_err(StorageError::unavailable)?
}

struct Multipart {
    client: Client,
    bucket: String,
    key: String,
    id: String,
    times: Times,
}

impl Multipart {
    async fn create(
        client: Client,
        bucket: String,
        key: String,
        content_type: String,
        times: Times,
    ) -> Result<Self, StorageError> {
        let request = client.create_multipart_upload().bucket(&bucket).key(&key).content_type(content_type);
        let id = request.send().await.map_err(StorageError::unavailable)?.upload_id;
        let id = id.ok_or_else(|| StorageError::unavailable("the server began an upload without an id"))?;
        Ok(Self { client, bucket, key, id, times })
    }

    /// Once given up or failed, begins no further part, but sees those under way to their end: a part that arrives
    /// after its upload was aborted would stay.
    async fn send(&self, file: &Arc<File>, len: u64, given_up: &CancellationToken) -> Result<(), StorageError> {
        let size = part_size(len);
        let ranges = (0..len.div_ceil(size)).map(|part| part * size..len.min((part + 1) * size));
        let wanted = (1..).zip(ranges).take_while(|_| !given_up.is_cancelled());
        let parts = stream::iter(wanted).map(|(number, range)| async move {
            self.send_part(number, file, range).await.inspect_err(|_| given_up.cancel())
        });
        let parts = parts.buffered(PARTS_AT_ONCE).collect::<Vec<_>>().await;
        let parts = parts.into_iter().collect::<Result<_, _>>()?;
        if given_up.is_cancelled() {
            return Err(StorageError::unavailable("nobody waits for the upload any more"));
        }
        let whole = CompletedMultipartUpload::builder().set_parts(Some(parts)).build();
        let request = self.client.complete_multipart_upload().bucket(&self.bucket).key(&self.key).upload_id(&self.id);
        let request = request.multipart_upload(whole).customize().config_override(self.times.moving(len, SLOWEST_COPY));
        request.send().await.map_err(StorageError::unavailable)?;
        Ok(())
    }

    async fn send_part(&self, number: i32, file: &Arc<File>, range: Range<u64>) -> Result<CompletedPart, StorageError> {
        let len = range.end - range.start;
        let request = self.client.upload_part().bucket(&self.bucket).key(&self.key).upload_id(&self.id);
        let request = request.part_number(number).content_length(signed(len)?).body(body_of(file, range));
        let sent = request.customize().config_override(self.times.moving(len, SLOWEST_UPLOAD)).send().await;
        let sent = sent.map_err(StorageError::unavailable)?;
        // With the checksums that Amazon's default adds, completing has to name them again.
        let part = CompletedPart::builder().part_number(number).set_e_tag(sent.e_tag);
        Ok(part.set_checksum_crc32(sent.checksum_crc32).set_checksum_crc64_nvme(sent.checksum_crc64_nvme).build())
    }

    async fn abort(&self) {
        let request = self.client.abort_multipart_upload().bucket(&self.bucket).key(&self.key).upload_id(&self.id);
        if let Err(error) = request.send().await {
            tracing::warn!(
                error = error.code().unwrap_or("no answer"),
                key = self.key,
                "the parts of a failed upload stay in the bucket until its lifecycle rule removes them"
            );
        }
    }
}

fn part_size(len: u64) -> u64 {
    len.div_ceil(MOST_PARTS).next_multiple_of(MIB).max(PART)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_8_mib_and_never_more_than_10000() {
        assert_eq!(part_size(1), PART);
        assert_eq!(part_size(PART * MOST_PARTS), PART);
        for len in [PART * MOST_PARTS + 1, 5 * 1024 * 1024 * MIB] {
            assert!(part_size(len) > PART && len.div_ceil(part_size(len)) <= MOST_PARTS);
        }
    }
}
