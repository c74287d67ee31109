//! The documents that clients send: each is parsed, measured and validated once, and kept by its hash in the form in which
//! it is executed. Only what passed is kept, and no more than some megabytes of it, the most asked-for first. A client
//! may then name a document by its hash (automatic persisted queries); on a server with a safelist, no other documents
//! are taken than the listed ones.

mod known;
mod validate;

use std::sync::Arc;

use async_graphql::Variables;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use moka::sync::Cache;
use sha2::{Digest, Sha256};

pub use known::{Known, ManifestError};
pub use validate::ValidateOnly;

use super::guard::cost::Formula;
use super::guard::{self, lexer, omitted, typename, variables};
use super::house::House;
use super::params::{Hash, Params};
use super::problem::{Code, Problem, Refusal};
use super::shape::Shape;
use super::types::Types;

/// Of all kept documents, as [`Prepared::weight`] estimates them.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// Bytes that a token takes up in the syntax tree and the shape of its answer; about what a heap profile showed.
const BYTES_PER_TOKEN: usize = 160;

/// Which documents are taken.
#[derive(Clone, Debug, Default)]
pub struct Rules {
    /// By hash, whatever was sent before.
    pub known: Known,
    /// No others than those.
    pub only_known: bool,
    /// `__schema` and `__type` may be asked for.
    pub introspection: bool,
}

/// One operation of a document, ready to be executed any number of times.
#[derive(Debug)]
pub struct Prepared {
    document: ExecutableDocument,
    pub kind: OperationType,
    pub shape: Arc<Shape>,
    formula: Formula,
    tokens: usize,
}

/// What a client named, and what it took to find it.
#[derive(Debug)]
pub struct Found {
    pub prepared: Arc<Prepared>,
    /// Tokens that had to be parsed and validated for it; 0 where it was kept.
    pub read: usize,
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    hash: Hash,
    operation: Option<Box<str>>,
}

/// Cheap to clone.
#[derive(Clone, Debug)]
pub struct Documents {
    rules: Arc<Rules>,
    kept: Cache<Key, Arc<Prepared>>,
}

impl Documents {
    pub fn new(rules: Rules) -> Self {
        let weigh = |_: &Key, prepared: &Arc<Prepared>| u32::try_from(prepared.weight()).unwrap_or(u32::MAX);
        Self { rules: Arc::new(rules), kept: Cache::builder().max_capacity(MAX_BYTES).weigher(weigh).build() }
    }

    /// The operation that a request means.
    ///
    /// # Errors
    /// What is wrong with the document, of kind `Document`; `PERSISTED_QUERY_NOT_FOUND` where only a hash was sent, and
    /// nothing of it is kept: the client sends the text along then.
    pub async fn find<H: House>(&self, house: &H, params: &Params) -> Result<Found, Refusal> {
        let key = Key { hash: named(params)?, operation: params.operation_name.as_deref().map(Into::into) };
        let known = self.rules.known.text(&key.hash);
        if self.rules.only_known && known.is_none() {
            return Err(not_listed().into());
        }
        if let Some(prepared) = self.kept.get(&key) {
            return Ok(Found { prepared, read: 0 });
        }
        let text = params.query.as_deref().or(known).ok_or_else(not_found)?;
        let prepared = self.prepare(house, text, params.operation_name.as_deref()).await?;
        self.kept.insert(key, Arc::clone(&prepared));
        Ok(Found { read: prepared.tokens, prepared })
    }

    async fn prepare<H: House>(&self, house: &H, text: &str, name: Option<&str>) -> Result<Arc<Prepared>, Refusal> {
        let parsed = guard::parse(text)?;
        if !self.rules.introspection {
            guard::refuse_introspection(&parsed.document)?;
        }
        guard::merge::check(&parsed.document, house.types())?;
        let document = guard::choose(&parsed.document, name)?;
        guard::conditions::refuse_others_than_booleans(&document)?;
        validate::validate(house.validator(), typename::expose(parsed.document)?, name).await?;
        Ok(Arc::new(Prepared::new(document, parsed.tokens, house.types())))
    }
}

/// The hash of the document that is meant.
fn named(params: &Params) -> Result<Hash, Problem> {
    let Some(text) = &params.query else {
        return params.hash.ok_or_else(|| Problem::malformed("The parameter `query` is missing."));
    };
    lexer::refuse_long(text)?;
    let hash = Sha256::digest(text.as_bytes()).into();
    match params.hash {
        Some(claimed) if claimed != hash => Err(Problem::malformed("`sha256Hash` is not the hash of `query`.")),
        _ => Ok(hash),
    }
}

fn not_found() -> Problem {
    // The words that clients of the protocol look for where they do not look at the code.
    Problem::document(Code::PersistedQueryNotFound, "PersistedQueryNotFound")
}

fn not_listed() -> Problem {
    Problem::document(Code::DocumentNotKnown, "This server takes listed documents only, and this is none of them.")
}

impl Prepared {
    fn new(document: ExecutableDocument, tokens: usize, types: &Types) -> Self {
        let kind = document.operations.iter().next().map_or(OperationType::Query, |(_, operation)| operation.node.ty);
        let (shape, formula) = (Arc::new(Shape::of(&document, types)), Formula::of(&document, types));
        Self { document, kind, shape, formula, tokens }
    }

    /// The variables of a request as its operation takes them, with their defaults.
    ///
    /// # Errors
    /// `BAD_REQUEST`
    pub fn coerce(&self, given: Variables, types: &Types) -> Result<Variables, Problem> {
        match self.document.operations.iter().next() {
            Some((_, operation)) => variables::coerce(&operation.node.variable_definitions, given, types.inputs()),
            None => Ok(given),
        }
    }

    /// What it costs with these variables, which are coerced.
    pub fn cost(&self, variables: &Variables) -> u64 {
        self.formula.cost(variables)
    }

    /// The document to execute with these variables, which are coerced.
    pub fn document(&self, variables: &Variables) -> ExecutableDocument {
        let mut document = self.document.clone();
        omitted::drop_omitted(&mut document, variables);
        document
    }

    /// Bytes.
    fn weight(&self) -> usize {
        1_024 + self.tokens * BYTES_PER_TOKEN
    }
}

#[cfg(test)]
mod tests;
