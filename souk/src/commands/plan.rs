//! `souk plan`: how the router would answer an operation.

use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use router_planner::{PlanContext, Planner};
use router_schema::{Operation, Supergraph};

use crate::cli::PlanArgs;
use crate::{output, supergraph};

pub fn run(args: &PlanArgs) -> Result<ExitCode> {
    let sdl = match &args.supergraph {
        Some(file) => {
            fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?
        }
        None => supergraph::SUPERGRAPH.to_owned(),
    };
    let document = match Path::new(&args.operation) {
        file if file.is_file() => fs::read_to_string(file)?,
        _ => args.operation.clone(),
    };
    let supergraph = Arc::new(Supergraph::parse(&sdl).context("the supergraph is not valid")?);
    let operation = match Operation::parse(&supergraph, &document, args.operation_name.as_deref()) {
        Ok(operation) => operation,
        Err(errors) => {
            for error in errors {
                output::error(&error.to_string());
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let variables = serde_json::from_str(&args.variables).context("--variables is not a JSON object")?;
    let variables = operation.coerce_variables(&supergraph, &variables)?;
    let expanded = operation.expand(&supergraph, &operation.flags(&variables));
    let plan = Planner::new(supergraph).plan(&expanded, &PlanContext::default())?;
    if args.json {
        output::line(&serde_json::to_string_pretty(&plan)?);
    } else {
        output::line(&plan.to_string());
    }
    Ok(ExitCode::SUCCESS)
}
