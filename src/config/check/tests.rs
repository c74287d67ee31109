//! What settings mean, and which of two wins.

use clap::{Args, Command, FromArgMatches};

use super::*;

/// What these flags mean, whatever the environment has set.
fn check(flags: &[&str]) -> Result<Config, ConfigError> {
    let command = Settings::augment_args(Command::new("image-manager")).mut_args(|arg| arg.env(None::<&str>));
    let matches = command.get_matches_from(["image-manager"].iter().chain(flags));
    Settings::from_arg_matches(&matches).unwrap().check()
}

#[test]
fn of_two_keys_openai_answers() {
    let provider = |flags: &[&str]| check(flags).unwrap().ai.map(|ai| (ai.provider, ai.api_key.expose_secret().into()));
    let (openai, gemini) = (["--openai-api-key", "sk"], ["--gemini-api-key", "AIza"]);
    assert_eq!(provider(&[]), None);
    assert_eq!(provider(&openai), Some((Provider::OpenAi, "sk".to_owned())));
    assert_eq!(provider(&gemini), Some((Provider::Gemini, "AIza".to_owned())));
    assert_eq!(provider(&[gemini, openai].concat()), Some((Provider::OpenAi, "sk".to_owned())));
}

#[test]
fn r2_has_its_own_endpoint_and_region() {
    let s3 = |flags: &[&str]| {
        let bucket = ["--s3-bucket", "b", "--aws-access-key-id", "id", "--aws-secret-access-key", "secret"];
        let Storage::S3(s3) = check(&[&bucket, flags].concat()).unwrap().storage else { panic!("no bucket") };
        (s3.endpoint, s3.region)
    };
    let r2 = (Some("https://abc.r2.cloudflarestorage.com".to_owned()), "auto".to_owned());
    assert_eq!(s3(&["--cloudflare-account-id", "abc"]), r2);
    assert_eq!(s3(&["--cloudflare-account-id", "abc", "--aws-region", "eu-central-1"]), r2);
    // The endpoint of a jurisdiction, say.
    let other = ["--cloudflare-account-id", "abc", "--aws-endpoint-url-s3", "https://abc.eu.example"];
    assert_eq!(s3(&other), (Some("https://abc.eu.example/".to_owned()), "auto".to_owned()));
    assert_eq!(s3(&["--aws-region", "eu-central-1"]), (None, "eu-central-1".to_owned()));
    assert_eq!(s3(&[]), (None, "us-east-1".to_owned()));
}

#[test]
fn sqlite_finds_its_file_in_a_directory_of_any_name() {
    use sea_orm::sqlx::sqlite::SqliteConnectOptions;
    for name in ["data", "./data", "/srv/a b", "50%20off?#1", "ä", "a\\b:[c]@d", "\n"] {
        let config = check(&["--data-dir", name]).unwrap();
        let url = config.database.url.expose_secret();
        assert!(Url::parse(url).is_ok(), "{url}");
        let options: SqliteConnectOptions = url.parse().unwrap();
        assert_eq!(options.get_filename(), Path::new(name).join("image-manager.db"), "{url}");
    }
}
