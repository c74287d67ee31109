//! Passwords: argon2id with the parameters OWASP asks for (19 MiB, 2 passes), off the async threads, a few at a time:
//! half as many as there are cores. A flood of log-ins waits in line instead of filling the memory, and leaves the
//! other half to everything else.

use std::sync::Arc;
use std::time::Duration;

use argon2::Argon2;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::Error;
use crate::error::Fault;

/// Shorter ones fall to guessing whatever they are made of.
const MIN_CHARS: usize = 10;
/// Longer ones only cost time.
const MAX_BYTES: usize = 256;
/// Nobody waits longer for a turn.
const PATIENCE: Duration = Duration::from_secs(20);

/// No password's hash, with the parameters of real ones: verifying against it costs the same and never succeeds.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRmb3Jub2JvZHk$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

#[derive(Clone)]
pub(super) struct Passwords {
    turns: Arc<Semaphore>,
}

impl Passwords {
    pub fn new() -> Self {
        let cores = std::thread::available_parallelism().map_or(2, usize::from);
        Self { turns: Arc::new(Semaphore::new(places(cores))) }
    }

    /// Says what is weak about a password for this person, if anything (zxcvbn, score 3 of 4).
    pub async fn check(&self, password: &SecretString, username: &str, email: &str) -> Result<(), Error> {
        let text = password.expose_secret();
        if text.chars().count() < MIN_CHARS {
            return Err(Error::WeakPassword(format!("Use at least {MIN_CHARS} characters.")));
        }
        if text.len() > MAX_BYTES {
            return Err(Error::WeakPassword(format!("Use at most {MAX_BYTES} bytes.")));
        }
        let (password, username, email) = (password.clone(), username.to_owned(), email.to_owned());
        let weakness = self
            .turn(move || {
                let entropy = zxcvbn::zxcvbn(password.expose_secret(), &[&username, &email, "image manager"]);
                if entropy.score() >= zxcvbn::Score::Three {
                    return None;
                }
                let warning = entropy.feedback().and_then(zxcvbn::feedback::Feedback::warning);
                Some(warning.map_or_else(|| "This is easy to guess.".to_owned(), |warning| warning.to_string()))
            })
            .await?;
        match weakness {
            None => Ok(()),
            Some(why) => Err(Error::WeakPassword(format!("{why} Use several uncommon words, or a password manager."))),
        }
    }

    pub async fn hash(&self, password: SecretString) -> Result<String, Fault> {
        self.turn(move || {
            let hash = Argon2::default().hash_password(password.expose_secret().as_bytes());
            hash.map(|hash| hash.to_string()).map_err(|error| Fault::internal(error.to_string()))
        })
        .await?
    }

    /// With `hash` None (no such user) the same work is done for nothing, so that time tells nobody who has an account.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, Fault> {
        if password.expose_secret().len() > MAX_BYTES {
            return Ok(false);
        }
        self.turn(move || {
            let known = hash.is_some();
            let hash = hash.unwrap_or_else(|| NOBODY.to_owned());
            Argon2::default().verify_password(password.expose_secret().as_bytes(), hash.as_str()).is_ok() && known
        })
        .await
    }

    async fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
        let Ok(Ok(turn)) = timeout(PATIENCE, self.turns.clone().acquire_owned()).await else {
            return Err(Fault::Unavailable("too many log-ins at once".into()));
        };
        let task = tokio::task::spawn_blocking(move || {
            let _turn = turn;
            work()
        });
        task.await.map_err(Fault::internal)
    }
}

/// How many work at once.
fn places(cores: usize) -> usize {
    (cores / 2).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_take_half_the_cores_and_never_none() {
        assert_eq!([1, 2, 3, 8].map(places), [1, 1, 1, 4]);
    }

    fn secret(text: &str) -> SecretString {
        text.to_owned().into()
    }

    #[tokio::test]
    async fn a_password_fits_its_own_hash_and_no_other_and_nobody_has_none() {
        let passwords = Passwords::new();
        let hash = passwords.hash(secret("correct horse battery")).await.unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(passwords.verify(secret("correct horse battery"), Some(hash.clone())).await.unwrap());
        assert!(!passwords.verify(secret("correct horse batterz"), Some(hash)).await.unwrap());
        assert!(!passwords.verify(secret("correct horse battery"), None).await.unwrap());
    }

    #[test]
    fn verifying_for_nobody_does_the_work_of_a_real_verification() {
        use argon2::password_hash::Error;
        let outcome = Argon2::default().verify_password(b"anything at all", NOBODY);
        // A malformed hash would be refused before any work, with another error.
        assert_eq!(outcome, Err(Error::PasswordInvalid));
    }

    #[tokio::test]
    async fn short_long_common_and_personal_passwords_are_weak() {
        let passwords = Passwords::new();
        for weak in ["short", "password1234", "ada.lovelace", "aaaaaaaaaaaaaa", &"x".repeat(257)] {
            assert!(passwords.check(&secret(weak), "ada.lovelace", "ada@example.org").await.is_err(), "{weak}");
        }
        assert!(passwords.check(&secret("nine purple walruses"), "ada", "ada@example.org").await.is_ok());
    }
}
