//! What settings mean, and which of two wins.

use std::time::Duration;

use clap::{Args, Command, FromArgMatches};

use super::super::Documents;
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

/// The one line that says why not.
fn refusal(flags: &[&str]) -> String {
    check(flags).expect_err("taken").to_string()
}

#[test]
fn a_proxy_is_an_address_or_a_network_and_never_everybody() {
    let proxies = |list: &str| check(&["--trusted-proxies", list]).map(|config| config.connections.trusted_proxies);
    let shown = |list: &str| proxies(list).unwrap().iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(shown(" 10.1.2.3/8, 127.0.0.1,,::1 ,fd00::1/8"), ["10.0.0.0/8", "127.0.0.1/32", "::1/128", "fd00::/8"]);
    assert_eq!(shown("::ffff:10.0.0.1"), ["10.0.0.1/32"]);
    assert_eq!(shown(""), Vec::<String>::new());
    assert!(check(&[]).unwrap().connections.trusted_proxies.is_empty());
    for wrong in ["proxy", "10.0.0.0/33", "10.0.0", "*", "10.0.0.1:80", "0.0.0.0/0", "::/0"] {
        let told = proxies(wrong).expect_err(wrong).to_string();
        assert!(told.contains("TRUSTED_PROXIES") && told.contains(wrong) && !told.contains('\n'), "{told}");
    }
}

#[test]
fn a_cookie_for_other_sites_needs_https_and_sites() {
    let (none, https) = (["--cookie-samesite", "none"], ["--public-url", "https://pictures.example"]);
    let origins = ["--cors-origins", "https://app.example"];
    assert_eq!(check(&[]).unwrap().cookie_same_site, SameSite::Strict);
    assert_eq!(check(&[none, https, origins].concat()).unwrap().cookie_same_site, SameSite::None);
    for flags in [none.to_vec(), [none, https].concat(), [none, origins].concat()] {
        let told = refusal(&flags);
        assert!(told.contains("COOKIE_SAMESITE=none needs") && !told.contains('\n'), "{told}");
    }
}

#[test]
fn what_the_api_allows_has_defaults_and_bounds() {
    let api = check(&[]).unwrap().api;
    assert!(api.introspection && api.documents == Documents::Open && api.manifest.is_none());
    assert_eq!((api.rate_limit.map(NonZeroU64::get), api.request_timeout), (Some(100_000), Duration::from_secs(60)));
    assert!(check(&[]).unwrap().graphiql && !check(&["--graphiql", "off"]).unwrap().graphiql);
    let api =
        check(&["--introspection", "off", "--documents", "known", "--documents-manifest", "known.json"]).unwrap().api;
    assert!(!api.introspection && api.documents == Documents::Known);
    assert_eq!(api.manifest.as_deref(), Some(Path::new("known.json")));
    let api = check(&["--rate-limit", "0", "--request-timeout", "1m 500ms"]).unwrap().api;
    assert_eq!((api.rate_limit, api.request_timeout), (None, Duration::from_millis(60_500)));
    assert!(refusal(&["--request-timeout", "0s"]).contains("REQUEST_TIMEOUT"));
    assert!(refusal(&["--max-connections", "0"]).contains("MAX_CONNECTIONS"));
    let connections = check(&["--max-connections", "500"]).unwrap().connections;
    assert_eq!((connections.max, connections.max_per_client), (500, 50));
}
