//! Admission: the one way for every request of every transport, from what a client sent to what may be executed. The
//! document is found or read, its variables are held against their types, its cost is computed, held against the limit,
//! and taken from the bucket of whoever asks.

use std::sync::Arc;

use async_graphql::Variables;

use super::client::Asker;
use super::documents::Prepared;
use super::door::Door;
use super::guard::cost::MAX_COST;
use super::guard::variables;
use super::house::House;
use super::params::Params;
use super::problem::{Code, Kind, Problem, Refusal};
use super::rate::{Bucket, Exhausted};

/// Points for a request that is refused: what reading it may have taken.
const REFUSED: u64 = 100;
/// Tokens of a document not seen before that cost a point: parsing and validating them is work, too.
const TOKENS_A_POINT: usize = 40;

/// May be executed, once.
#[derive(Debug)]
pub struct Admitted {
    pub prepared: Arc<Prepared>,
    /// Coerced.
    pub variables: Variables,
    /// Of this operation with these variables.
    pub cost: u64,
}

impl<H: House> Door<H> {
    /// Admits a request as it came from a client.
    ///
    /// # Errors
    /// What is wrong with it, all of it of kind `Document`, or `RATE_LIMITED`. Nothing was executed.
    pub async fn admit(&self, params: Params, asker: Asker<'_>) -> Result<Admitted, Refusal> {
        if let Err(problem) = variables::inspect(&params.variables) {
            // Reading them was work, too.
            self.rates.bucket(asker.principal()).charge(REFUSED);
            return Err(problem.into());
        }
        self.admit_with_files(params, asker).await
    }

    /// The same, for a form whose variables were looked through by [`variables::inspect`] before the placeholders of its
    /// files were put in.
    ///
    /// # Errors
    /// As [`Self::admit`].
    pub async fn admit_with_files(&self, params: Params, asker: Asker<'_>) -> Result<Admitted, Refusal> {
        let bucket = self.rates.bucket(asker.principal());
        // Who has nothing left costs us nothing.
        bucket.take(1).map_err(too_many)?;
        let admitted = self.weigh(params, &bucket).await;
        if admitted.as_ref().is_err_and(Refusal::took_work) {
            bucket.charge(REFUSED - 1);
        }
        admitted
    }

    async fn weigh(&self, params: Params, bucket: &Bucket) -> Result<Admitted, Refusal> {
        let found = self.documents.find(&self.house, &params).await?;
        let variables = found.prepared.coerce(params.variables, self.house.types())?;
        let cost = found.prepared.cost(&variables);
        if cost > MAX_COST {
            let message = format!("The operation costs {cost}; at most {MAX_COST} is allowed. Ask for smaller pages.");
            return Err(Problem::document(Code::TooComplex, message).into());
        }
        let points = cost - 1 + (found.read / TOKENS_A_POINT) as u64;
        bucket.take(points).map_err(too_many)?;
        Ok(Admitted { prepared: found.prepared, variables, cost })
    }
}

fn too_many(Exhausted(wait): Exhausted) -> Problem {
    let seconds = u32::try_from(wait.as_millis().div_ceil(1_000)).unwrap_or(u32::MAX).max(1);
    let message = format!("Too many requests. Try again in {seconds} s.");
    Problem::new(Kind::TooManyRequests { retry_after: seconds }, Code::RateLimited, message)
}
