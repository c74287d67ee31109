//! Connections: <https://relay.dev/graphql/connections.htm>.

use async_graphql::SimpleObject;

use crate::page::{Page, Position, Scope, SortKey};

/// Where a page stands in its list.
#[derive(SimpleObject)]
pub struct PageInfo {
    /// Going forward: there is more behind this page. Going backward: `before` was given.
    pub has_next_page: bool,
    /// Going backward: there is more before this page. Going forward: `after` was given.
    pub has_previous_page: bool,
    /// The cursor of the first edge; null when the page is empty.
    pub start_cursor: Option<String>,
    /// The cursor of the last edge; null when the page is empty.
    pub end_cursor: Option<String>,
}

/// What a page says of itself.
pub fn page_info<T, S: SortKey>(page: &Page<T>, scope: &Scope, position: impl Fn(&T) -> Position<S>) -> PageInfo {
    let cursor = |row: Option<&T>| row.map(|row| scope.encode(&position(row)));
    PageInfo {
        has_next_page: page.has_next,
        has_previous_page: page.has_previous,
        start_cursor: cursor(page.rows.first()),
        end_cursor: cursor(page.rows.last()),
    }
}
