//! Paging by keyset: the caller's four arguments checked, cursors that cannot be forged or carried over to another
//! list, and the page cut out of the rows. Ties of the sort column are broken by id; never an OFFSET.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sea_orm::sea_query::{Expr, ExprTrait, SimpleExpr};
use sea_orm::{
    ColumnTrait, DbBackend, EntityTrait, Order, QueryFilter, QueryOrder, QuerySelect, QueryTrait, Select, Value,
};
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

/// What a list is ordered by before the id: as the database compares it, and as a cursor holds it.
pub trait SortKey: Clone {
    fn value(&self) -> Value;
    fn to_bytes(&self) -> Vec<u8>;
    fn from_bytes(bytes: &[u8]) -> Option<Self>;
}

impl SortKey for i64 {
    fn value(&self) -> Value {
        (*self).into()
    }

    fn to_bytes(&self) -> Vec<u8> {
        self.to_be_bytes().to_vec()
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        Some(Self::from_be_bytes(bytes.try_into().ok()?))
    }
}

/// For a list that can be ordered by either.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NumberOrBytes {
    Number(i64),
    Bytes(Vec<u8>),
}

impl SortKey for NumberOrBytes {
    fn value(&self) -> Value {
        match self {
            Self::Number(number) => number.value(),
            Self::Bytes(bytes) => bytes.clone().into(),
        }
    }

    fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Number(number) => [&[0], number.to_bytes().as_slice()].concat(),
            Self::Bytes(bytes) => [&[1], bytes.as_slice()].concat(),
        }
    }

    fn from_bytes(bytes: &[u8]) -> Option<Self> {
        match bytes.split_first()? {
            (0, number) => i64::from_bytes(number).map(Self::Number),
            (1, bytes) => Some(Self::Bytes(bytes.to_vec())),
            _ => None,
        }
    }
}

/// A place in a list: behind (or before) the row with this sort value and id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Position<S = i64> {
    pub sort: S,
    pub id: Uuid,
}

/// Which list a cursor belongs to: its name, its order, what it is filtered by, and whose it is.
#[derive(Clone, Debug)]
pub struct Scope {
    key: Key,
    name: String,
}

/// Bytes of an id, and of a signature.
const SIXTEEN: usize = 16;

/// Characters of a cursor: no sort value is half as long.
const MAX_CURSOR: usize = 2048;

impl Scope {
    pub fn new(key: &Key, list: &str, order: &str, owner: Uuid) -> Self {
        Self { key: key.clone(), name: format!("{list}/{order}/{owner}") }
    }

    /// The sort value, the id, and the signature of both.
    pub fn encode<S: SortKey>(&self, position: &Position<S>) -> String {
        let mut bytes = position.sort.to_bytes();
        bytes.extend(position.id.as_bytes());
        let signature = self.key.sign(&[self.name.as_bytes(), &bytes]);
        bytes.extend(signature);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    pub fn decode<S: SortKey>(&self, cursor: &str) -> Option<Position<S>> {
        if cursor.len() > MAX_CURSOR {
            return None;
        }
        let bytes = URL_SAFE_NO_PAD.decode(cursor).ok()?;
        let (body, signature) = bytes.split_at_checked(bytes.len().checked_sub(SIXTEEN)?)?;
        if !self.key.verify(&[self.name.as_bytes(), body], signature) {
            return None;
        }
        let (sort, id) = body.split_at_checked(body.len().checked_sub(SIXTEEN)?)?;
        Some(Position { sort: S::from_bytes(sort)?, id: Uuid::from_slice(id).ok()? })
    }
}

/// The arguments, checked.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct PageRequest<S = i64> {
    pub size: u64,
    /// `last` was given: the page is read from the list's end (or from `before`) towards its beginning.
    pub backward: bool,
    pub after: Option<Position<S>>,
    pub before: Option<Position<S>>,
}

impl PageArgs {
    pub fn check<S: SortKey>(&self, scope: &Scope) -> Result<PageRequest<S>, PageError> {
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

impl<K: SortKey> PageRequest<K> {
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
        if let Some(position) = &self.after {
            select = select.filter(beyond(sort, id, position, descending));
        }
        if let Some(position) = &self.before {
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

fn beyond<S, I, K>(sort: S, id: I, from: &Position<K>, descending: bool) -> SimpleExpr
where
    S: ColumnTrait,
    I: ColumnTrait,
    K: SortKey,
{
    let sort_column = || Expr::col(sort.as_column_ref());
    let id_column = || Expr::col(id.as_column_ref());
    let at = || from.sort.value();
    if descending {
        sort_column().lte(at()).and(sort_column().lt(at()).or(id_column().lt(from.id)))
    } else {
        sort_column().gte(at()).and(sort_column().gt(at()).or(id_column().gt(from.id)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Keys;

    #[test]
    fn a_cursor_brings_back_its_place_whatever_the_list_is_ordered_by() {
        let key = Keys::derive(&"a secret for tests, of 32 characters at least".into()).cursors;
        let scope = Scope::new(&key, "images", "any", Uuid::nil());
        let id = Uuid::from_u128(7);
        for sort in [
            NumberOrBytes::Number(i64::MIN),
            NumberOrBytes::Number(0),
            NumberOrBytes::Bytes(Vec::new()),
            NumberOrBytes::Bytes(vec![0; 8]),
            NumberOrBytes::Bytes(vec![0xff; 512]),
        ] {
            let position = Position { sort, id };
            let cursor = scope.encode(&position);
            assert!(cursor.len() <= MAX_CURSOR);
            assert_eq!(scope.decode(&cursor), Some(position));
            // The same bytes mean something else to a list of numbers.
            assert_eq!(scope.decode::<i64>(&cursor), None);
        }
        assert_eq!(scope.decode::<i64>(&"A".repeat(22)), None);
    }
}
