//! Gives products a new version when what describes them changed. The search index, and whoever keeps a copy, takes them
//! over by that.
//!
//! Some at a time: a category may have more products than one transaction should hold.

use contracts::catalog::ProductChange;
use platform_core::id::{AttributeId, CategoryId, ProductId};
use platform_jobs::{JobContext, JobError, JobHandler};

use super::store;
use super::write::touch;
use crate::app::App;
use crate::changes::Change;
use crate::described::DescribeAnew;
use crate::reference::CategoryTree;

/// How many products get their new version together.
const BATCH: u64 = 200;

/// By what products are described.
pub enum Described {
    /// Their category is one of these.
    Categories(Vec<CategoryId>),
    /// They have a value of it.
    Attribute(AttributeId),
}

impl JobHandler<DescribeAnew> for App {
    /// Repeated, it begins at the first product again, which then has one version more.
    async fn run(&self, _: JobContext, job: DescribeAnew) -> Result<(), JobError> {
        let by = match job {
            DescribeAnew::Category(id) => {
                let tree = CategoryTree::load(self.database().read()).await?;
                Described::Categories(tree.with_descendants(id))
            }
            DescribeAnew::Attribute(id) => Described::Attribute(id),
        };
        let mut after: Option<ProductId> = None;
        loop {
            let tx = self.begin().await?;
            let ids = store::product::lock_described(&tx, &by, after, BATCH).await?;
            let Some(last) = ids.last().copied() else { return Ok(()) };
            touch(&tx, self, self.now(), &ids, ProductChange::Updated).await?;
            self.commit(tx, Change::products(ids)).await?;
            after = Some(last);
        }
    }
}
