//! What catalog says of the lines of a cart: asked once for all of them, and only if somebody wants to know.

use std::collections::HashMap;

use orders_entities::cart_line;
use platform_core::id::OfferId;
use platform_identity::Caller;
use tokio::sync::OnceCell;

use super::error::CartError;
use crate::app::App;
use crate::peers::catalog::{CheckedLine, LineProblem, LineProblemCode, WantedLine, check_lines};

/// Of the lines of one cart.
pub struct LineChecks {
    lines: Vec<WantedLine>,
    answers: OnceCell<HashMap<OfferId, CheckedLine>>,
}

impl LineChecks {
    pub fn new(lines: &[cart_line::Model]) -> Self {
        let lines = lines.iter().map(wanted).collect();
        Self { lines, answers: OnceCell::new() }
    }

    /// Why a line cannot be bought as it stands.
    pub async fn problem(
        &self,
        app: &App,
        caller: &Caller,
        line: &cart_line::Model,
    ) -> Result<Option<LineProblem>, CartError> {
        let ask = || async {
            let answers = check_lines(app.peers(), caller, &self.lines).await?;
            Ok::<_, CartError>(answers.into_iter().map(|answer| (answer.offer_id, answer)).collect())
        };
        let answers = self.answers.get_or_try_init(ask).await?;
        Ok(answers.get(&line.offer_id).and_then(|answer| problem(answer, line.quantity)))
    }
}

pub fn wanted(line: &cart_line::Model) -> WantedLine {
    WantedLine { offer_id: line.offer_id, quantity: line.quantity }
}

/// What keeps `quantity` of a checked offer from being bought.
pub fn problem(checked: &CheckedLine, quantity: i32) -> Option<LineProblem> {
    let code = match checked.problem {
        Some(code) if code.keeps_out() => Some(code),
        _ => (checked.available < i64::from(quantity)).then_some(LineProblemCode::InsufficientStock),
    };
    let available = i32::try_from(checked.available).unwrap_or(i32::MAX);
    code.map(|code| LineProblem { offer_id: checked.offer_id, code, requested: quantity, available })
}
