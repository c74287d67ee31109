//! Attempts: how often one may register, log in and refresh. Counted one by one, in the database, so that replicas share
//! the count; and counted before the work, so that what is refused costs no hashing and tells nothing.
//!
//! A leaky bucket as a meter, in the form of the generic cell rate algorithm (ITU-T I.371, annex A, "virtual scheduling").
//! It keeps one instant a key, the theoretical arrival time (`tat`): an attempt moves it on by the rule's interval, from
//! now or from where it stands, whichever is later; one that would move it further ahead of now than the burst is
//! refused. A `tat` in the past says no more than no row, so the sweeper takes it.

use std::net::IpAddr;
use std::time::Duration;

use sea_orm::sea_query::{CaseStatement, Expr, ExprTrait};
use sea_orm::{ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QuerySelect, SqlErr};

use super::Error;
use crate::address::place;
use crate::clock::{Clock, Timestamp};
use crate::db::Db;
use crate::db::entities::attempt::{self, Column, Entity};
use crate::error::Fault;
use crate::secrets::Key;

/// `burst` attempts at once, then one an `interval`.
pub(super) struct Rule {
    /// Part of the key: what is counted, and by what.
    name: &'static str,
    burst: u32,
    interval: Duration,
}

/// Names guessed from one place. First of the three for a log-in, because it bounds how many rows one place can make.
pub(super) const LOGIN_BY_ADDRESS: Rule = rule("login/address", 100, 3);
/// One account's password guessed from one place. The name is the one that was asked for, whether anybody has it or
/// not, so that nobody can tell; who has two, a username and an e-mail address, is counted by each. A log-in that
/// succeeds takes the count back: who knows the password guesses nothing.
pub(super) const LOGIN_BY_NAME_AND_ADDRESS: Rule = rule("login/name+address", 10, 60);
/// One account's password guessed from many places. Last of the three, and one place adds at most one a minute to it,
/// of the six a minute that it forgets: nobody locks another person out from a single place.
pub(super) const LOGIN_BY_NAME: Rule = rule("login/name", 100, 10);
/// Accounts made from one place: each costs a hash and a row.
pub(super) const REGISTER_BY_ADDRESS: Rule = rule("register/address", 100, 30);
/// Asking whether an e-mail address has an account. It is the one that was asked for.
pub(super) const REGISTER_BY_EMAIL: Rule = rule("register/email", 10, 60);
/// Refresh tokens tried from one place. Many people can share one.
pub(super) const REFRESH_BY_ADDRESS: Rule = rule("refresh/address", 600, 1);
/// One person's living sessions, refreshed in all their tabs and programs. A token that is over counts for its address
/// alone, so that an old one that somebody found is of no use against its owner.
pub(super) const REFRESH_BY_USER: Rule = rule("refresh/user", 60, 10);

const fn rule(name: &'static str, burst: u32, seconds: u64) -> Rule {
    Rule { name, burst, interval: Duration::from_secs(seconds) }
}

impl Rule {
    /// How far ahead of now `tat` may be for one more attempt to be taken.
    fn room(&self) -> Duration {
        self.interval * (self.burst - 1)
    }
}

/// Two go for the same new key and both find none; then one of them is second, and decided by the row.
const ROUNDS: u32 = 3;
/// Rows that one statement of the sweeper removes at most, so that nobody waits long for its locks.
const BATCH: u64 = 500;

#[derive(Clone)]
pub(super) struct Attempts {
    db: Db,
    clock: Clock,
    key: Key,
}

impl Attempts {
    pub fn new(db: Db, clock: Clock, key: Key) -> Self {
        Self { db, clock, key }
    }

    /// Counts one attempt, or says when it can be made. Single statements, never in a transaction of the caller's: a
    /// failed attempt must count, and SQLite has one writer.
    ///
    /// The first statement both decides and counts, so of any number at once, on any number of replicas, no more get
    /// through than there is room for. A refused attempt changes nothing: who goes on trying does not wait longer.
    pub async fn take(&self, rule: &Rule, subject: &[&[u8]]) -> Result<(), Error> {
        let (now, key) = (self.clock.now(), self.key(rule, subject));
        for _ in 0..ROUNDS {
            if self.move_on(rule, &key, now).await? {
                return Ok(());
            }
            match self.tat(&key).await? {
                Some(tat) if tat > now.plus(rule.room()) => return Err(too_many(tat.minus(rule.room()), now)),
                None if self.begin(&key, now.plus(rule.interval)).await? => return Ok(()),
                // Begun by somebody else since, or forgotten and begun anew: there is a row to decide by.
                Some(_) | None => {}
            }
        }
        Err(too_many(now.plus(rule.interval), now))
    }

    /// Takes the count back.
    pub async fn forget(&self, rule: &Rule, subject: &[&[u8]]) -> Result<(), Fault> {
        Entity::delete_by_id(self.key(rule, subject)).exec(self.db.write()).await?;
        Ok(())
    }

    /// Removes the rows that say no more than none; how many.
    pub async fn sweep(&self) -> Result<u64, Fault> {
        let now = self.clock.now();
        let mut gone = 0;
        loop {
            let over: Vec<String> = Entity::find()
                .select_only()
                .column(Column::Key)
                .filter(Column::Tat.lt(now))
                .limit(BATCH)
                .into_tuple()
                .all(self.db.read())
                .await?;
            let last = (over.len() as u64) < BATCH;
            if !over.is_empty() {
                // Asked again: an attempt may have been made since.
                let rows = Entity::delete_many().filter(Column::Key.is_in(over)).filter(Column::Tat.lt(now));
                gone += rows.exec(self.db.write()).await?.rows_affected;
            }
            if last {
                return Ok(gone);
            }
        }
    }

    /// With the server's key, because there are few enough addresses and likely names to try them all on a plain hash.
    fn key(&self, rule: &Rule, subject: &[&[u8]]) -> String {
        let parts: Vec<&[u8]> = std::iter::once(rule.name.as_bytes()).chain(subject.iter().copied()).collect();
        hex::encode(self.key.sign(&parts))
    }

    /// False where there is no room, and where there is no row.
    async fn move_on(&self, rule: &Rule, key: &str, now: Timestamp) -> Result<bool, Fault> {
        let from = CaseStatement::new().case(Column::Tat.gt(now), Expr::col(Column::Tat)).finally(Expr::value(now));
        let interval = i64::try_from(rule.interval.as_millis()).map_err(Fault::internal)?;
        let moved = Entity::update_many()
            .col_expr(Column::Tat, Expr::expr(from).add(interval))
            .filter(Column::Key.eq(key))
            .filter(Column::Tat.lte(now.plus(rule.room())))
            .exec(self.db.write())
            .await?;
        Ok(moved.rows_affected == 1)
    }

    async fn tat(&self, key: &str) -> Result<Option<Timestamp>, Fault> {
        Ok(Entity::find_by_id(key).one(self.db.read()).await?.map(|row| row.tat))
    }

    /// False where somebody else was first. A plain insert: MySQL's way to do nothing on a conflict does not tell.
    async fn begin(&self, key: &str, tat: Timestamp) -> Result<bool, Fault> {
        let row = attempt::Model { key: key.to_owned(), tat }.into_active_model();
        match Entity::insert(row).exec_without_returning(self.db.write()).await {
            Ok(_) => Ok(true),
            Err(error) if matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }
}

fn too_many(retry_at: Timestamp, now: Timestamp) -> Error {
    Error::TooManyAttempts { retry_at, wait: words(retry_at.since(now)) }
}

/// The wait for people, never too short: in seconds up to a minute and a half, then in minutes.
fn words(wait: Duration) -> String {
    let seconds = wait.as_millis().div_ceil(1000);
    let (number, unit) = if seconds <= 90 { (seconds.max(1), "second") } else { (seconds.div_ceil(60), "minute") };
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

/// The place that attempts come from. Those without an address share one: not to count them would leave a door open,
/// and behind a well-set-up door there are none.
pub(super) fn place_of(address: Option<IpAddr>) -> Vec<u8> {
    match address.map(place) {
        Some(IpAddr::V4(address)) => address.octets().to_vec(),
        Some(IpAddr::V6(address)) => address.octets()[..8].to_vec(),
        None => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_documented_numbers_are_these() {
        let text = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/api.md")).unwrap();
        let table = text.split("### Too many attempts").nth(1).unwrap().split("\n## ").next().unwrap();
        let told: Vec<Vec<&str>> = table
            .lines()
            .filter(|line| line.starts_with("| `"))
            .map(|line| line.trim_matches('|').split('|').map(str::trim).collect())
            .collect();
        let row = |what: &'static str, by: &'static str, rule: &Rule| {
            let every = match rule.interval.as_secs() {
                60 => "minute".to_owned(),
                1 => "second".to_owned(),
                seconds => format!("{seconds} seconds"),
            };
            [format!("`{what}`"), by.to_owned(), rule.burst.to_string(), every]
        };
        let rules = [
            row("login", "name and address, until a log-in succeeds", &LOGIN_BY_NAME_AND_ADDRESS),
            row("login", "name", &LOGIN_BY_NAME),
            row("login", "address", &LOGIN_BY_ADDRESS),
            row("register", "e-mail address asked for", &REGISTER_BY_EMAIL),
            row("register", "address", &REGISTER_BY_ADDRESS),
            row("refresh", "person", &REFRESH_BY_USER),
            row("refresh", "address", &REFRESH_BY_ADDRESS),
        ];
        assert_eq!(told, rules);
    }

    #[test]
    fn a_wait_is_told_in_words_and_never_too_short() {
        let told = |millis| words(Duration::from_millis(millis));
        assert_eq!([0, 1, 1_000, 1_001].map(told), ["1 second", "1 second", "1 second", "2 seconds"]);
        assert_eq!([59_001, 90_000, 90_001, 120_001].map(told), ["60 seconds", "90 seconds", "2 minutes", "3 minutes"]);
    }
}
