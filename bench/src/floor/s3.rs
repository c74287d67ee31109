//! The bucket of the uploads: s3s-fs, over a directory. The server and its floor use the same one.

use std::io;
use std::path::Path;

use axum::Router;
use axum::error_handling::HandleError;
use axum::http::StatusCode;
use s3s::auth::SimpleAuth;
use s3s::service::S3ServiceBuilder;
use tokio::net::TcpListener;

pub const BUCKET: &str = "pictures";
pub const REGION: &str = "us-east-1";
pub const ACCESS_KEY_ID: &str = "bench-access-key";
pub const SECRET_ACCESS_KEY: &str = "bench-secret-key";

pub async fn serve(listener: TcpListener, directory: String) -> io::Result<()> {
    std::fs::create_dir_all(Path::new(&directory).join(BUCKET))?;
    let files = s3s_fs::FileSystem::new(&directory).map_err(|error| io::Error::other(format!("{error:?}")))?;
    let mut builder = S3ServiceBuilder::new(files);
    builder.set_auth(SimpleAuth::from_single(ACCESS_KEY_ID, SECRET_ACCESS_KEY));
    let service = HandleError::new(builder.build(), |_| async { StatusCode::INTERNAL_SERVER_ERROR });
    axum::serve(listener, Router::new().fallback_service(service)).await
}
