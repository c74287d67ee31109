//! Paging by keyset: the caller's four arguments checked, cursors that cannot be forged or carried over to another
//! list, and the page cut out of the rows. Ties of the sort column are broken by id; never an OFFSET.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select};
use uuid::Uuid;

use crate::secrets::Key;

pub const DEFAULT_SIZE: u64 = 20;
pub const MAX_SIZE: u64 = 100;

/// The four arguments of a Relay connection, as they came.
#[derive(Clone, Debug, Default)]
pub struct PageArgs {
    pub first: Option<i32>,
    pub after: Option<String>,
    pub last: Option<i32>,
    pub before: Option<String>,
}

/// Why the arguments cannot be used; the message is for the caller.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageError {
    #[error("Give either `first` or `last`, not both.")]
    FirstAndLast,
    #[error("`{0}` must be between 1 and 100.")]
    Size(&'static str),
    #[error("`{0}` is not a cursor of this list in this order.")]
    Cursor(&'static str),
}

/// A place in a list: behind (or before) the row with this sort value and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position {
    pub sort: i64,
    pub id: Uuid,
}

/// Which list a cursor belongs to: its name, its order, and whose it is.
#[derive(Clone, Debug)]
pub struct Scope {
    key: Key,
    name: String,
}

impl Scope {
    pub fn new(key: &Key, list: &str, order: &str, owner: Uuid) -> Self {
        Self { key: key.clone(), name: format!("{list}/{order}/{owner}") }
    }

    pub fn encode(&self, position: Position) -> String {
        let mut bytes = [0; 40];
        bytes[..8].copy_from_slice(&position.sort.to_be_bytes());
        bytes[8..24].copy_from_slice(position.id.as_bytes());
        let signature = self.key.sign(&[self.name.as_bytes(), &bytes[..24]]);
        bytes[24..].copy_from_slice(&signature);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub fn decode(&self, cursor: &str) -> Option<Position> {
        let bytes: [u8; 40] = URL_SAFE_NO_PAD.decode(cursor).ok()?.try_into().ok()?;
        let (body, signature) = bytes.split_at(24);
        if !self.key.verify(&[self.name.as_bytes(), body], signature) {
            return None;
        }
        let (sort, id) = body.split_at(8);
        Some(Position { sort: i64::from_be_bytes(sort.try_into().ok()?), id: Uuid::from_slice(id).ok()? })
    }
}

/// The arguments, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest {
    pub size: u64,
    /// `last` was given: the page is read from the list's end (or from `before`) towards its beginning.
    pub backward: bool,
    pub after: Option<Position>,
    pub before: Option<Position>,
}

impl PageArgs {
    pub fn check(&self, scope: &Scope) -> Result<PageRequest, PageError> {
        let (name, given, backward) = match (self.first, self.last) {
            (Some(_), Some(_)) => return Err(PageError::FirstAndLast),
            (first, None) => ("first", first, false),
            (None, last) => ("last", last, true),
        };
        let size = match given {
            None => DEFAULT_SIZE,
            Some(count) => {
                u64::try_from(count).ok().filter(|size| (1..=MAX_SIZE).contains(size)).ok_or(PageError::Size(name))?
            }
        };
        let position = |name, cursor: &Option<String>| match cursor {
            None => Ok(None),
            Some(text) => scope.decode(text).map(Some).ok_or(PageError::Cursor(name)),
        };
        Ok(PageRequest {
            size,
            backward,
            after: position("after", &self.after)?,
            before: position("before", &self.before)?,
        })
    }
}

impl PageRequest {
    /// Narrows, orders and limits `select` to this page and one row more. `index` is the MySQL index to use.
    ///
    /// The predicate `s <= x AND (s < x OR id < y)` is the one of which every planner makes an index range; a plain
    /// `OR` or a row value is a filter over the whole list on one of the three.
    pub fn select<E, S, I>(&self, select: Select<E>, sort: S, id: I, descending: bool) -> Select<E>
    where
        E: EntityTrait,
        S: ColumnTrait,
        I: ColumnTrait,
    {
        let mut select = select;
        if let Some(position) = self.after {
            select = select.filter(beyond(sort, id, position, descending));
        }
        if let Some(position) = self.before {
            select = select.filter(beyond(sort, id, position, !descending));
        }
        let order = if descending == self.backward { Order::Asc } else { Order::Desc };
        select.order_by(sort, order.clone()).order_by(id, order).limit(self.size + 1)
    }

    /// Cuts the page out of the rows that `select` gave.
    pub fn cut<T>(&self, mut rows: Vec<T>) -> Page<T> {
        let size = usize::try_from(self.size).unwrap_or(usize::MAX);
        let more = rows.len() > size;
        rows.truncate(size);
        if self.backward {
            rows.reverse();
        }
        // Relay: what lies on the side that was not asked about is known only by the cursor given for it.
        let (has_next, has_previous) =
            if self.backward { (self.before.is_some(), more) } else { (more, self.after.is_some()) };
        Page { rows, has_next, has_previous }
    }
}

fn beyond<S: ColumnTrait, I: ColumnTrait>(sort: S, id: I, from: Position, descending: bool) -> SimpleExpr {
    let sort_column = || Expr::col(sort.as_column_ref());
    let id_column = || Expr::col(id.as_column_ref());
    if descending {
        sort_column().lte(from.sort).and(sort_column().lt(from.sort).or(id_column().lt(from.id)))
    } else {
        sort_column().gte(from.sort).and(sort_column().gt(from.sort).or(id_column().gt(from.id)))
    }
}

/// MariaDB and MySQL prefer the plain owner index over the range when one owner has nearly all rows; this names the
/// index for them and leaves the others alone.
pub fn hint_index<E: EntityTrait>(mut select: Select<E>, backend: DbBackend, index: &'static str) -> Select<E> {
    if backend == DbBackend::MySql {
        use sea_orm::sea_query::extension::mysql::{IndexHintScope, MySqlSelectStatementExt};
        QueryTrait::query(&mut select).force_index(index, IndexHintScope::All);
    }
    select
}

/// One page, in the list's order.
#[derive(Clone, Debug)]
pub struct Page<T> {
    pub rows: Vec<T>,
    pub has_next: bool,
    pub has_previous: bool,
}
