//! Logging in, and failing to.

use crate::support::TestApp;
use crate::support::client::PASSWORD;

#[tokio::test]
async fn a_person_logs_in_by_name_or_address_whatever_the_case() {
    let app = TestApp::start().await;
    app.register("Ada").await;
    for login in ["Ada", "ada", " ADA ", "ada@example.org", "ADA@Example.Org"] {
        let mut client = app.anonymous();
        let answer = client.login(login, PASSWORD).await;
        assert!(answer.refusals("login").is_empty(), "{login}: {}", answer.body);
        let me = client.query("{ me { user { username } email } }").await;
        assert_eq!(me.data("me")["user"]["username"], "Ada");
    }
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_name_get_the_same_answer() {
    let app = TestApp::start().await;
    app.register("ada").await;
    let wrong = app.anonymous().login("ada", "eight purple walruses").await;
    let unknown = app.anonymous().login("bob", PASSWORD).await;
    assert_eq!(wrong.refusals("login"), ["INVALID_CREDENTIALS"]);
    assert_eq!(wrong.body, unknown.body);
    assert_eq!(wrong.data("login")["session"], serde_json::Value::Null);
}
