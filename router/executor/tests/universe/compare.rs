//! One operation through the router and through the one server that knows everything.

use std::collections::{BTreeMap, BTreeSet};
use std::panic::AssertUnwindSafe;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};

use apollo_compiler::Schema;
use futures::{FutureExt, StreamExt};
use router_composition::{Subgraph, compose};
use router_executor::{ExecutionRequest, Executor, Response};
use router_planner::{Batching, PlanContext, Planner, QueryPlan};
use router_schema::authorization::{Authority, filter};
use router_schema::{ExpandedOperation, Operation, OperationKind, Supergraph};
use router_transport::Transport;
use serde_json::{Value as Json, json};

use super::build;
use super::dice::Dice;
use super::model::Model;
use super::record;
use super::sdl;
use super::serve::{EVENTS, Run, Server};
use super::values::{Mode, Scenario};
use crate::generator::{Generator, variables};

/// A supergraph of its own, with its servers.
pub struct Universe {
    pub model: Arc<Model>,
    pub supergraph: Arc<Supergraph>,
    planners: [Planner; 2],
    executor: Executor,
    servers: Vec<Arc<Server>>,
    whole: Server,
}

/// What is known of an operation after it was compared.
pub struct Compared {
    pub query: String,
    pub scenario: Scenario,
    pub expanded: ExpandedOperation,
    pub plan: Arc<QueryPlan>,
    /// Messages of the reference's errors.
    pub errors: Vec<String>,
    pub lost: bool,
    /// What differs.
    pub wrong: Option<String>,
    /// The reference's side of it, where records are wanted.
    pub record: Option<Json>,
}

impl Universe {
    pub fn new(seed: u64) -> Self {
        let model = Arc::new(build::model(seed));
        let sources: Vec<_> = (0..model.subgraphs)
            .map(|subgraph| Subgraph {
                name: format!("s{subgraph}"),
                url: format!("http://s{subgraph}"),
                sdl: sdl::of_subgraph(&model, subgraph),
            })
            .collect();
        let composed = compose(&sources).unwrap_or_else(|errors| {
            let sources: Vec<_> =
                sources.iter().map(|each| format!("# {}\n{}", each.name, each.sdl)).collect();
            panic!("universe {seed} does not compose: {errors:#?}\n{}", sources.join("\n"))
        });
        let supergraph = Arc::new(Supergraph::parse(&composed.supergraph_sdl).unwrap());
        let idle = Run::new(Scenario::new(&mut Dice::new(0)));
        let servers: Vec<_> = (0..model.subgraphs)
            .map(|subgraph| {
                let text = sdl::of_server(&model, subgraph);
                let schema = Schema::parse_and_validate(&text, "subgraph")
                    .unwrap_or_else(|errors| panic!("universe {seed}: {}\n{text}", errors.errors));
                let (model, run) = (Arc::clone(&model), Mutex::new(Arc::clone(&idle)));
                Arc::new(Server { model, subgraph: Some(subgraph), schema, run })
            })
            .collect();
        let transports: BTreeMap<String, Arc<dyn Transport>> = servers
            .iter()
            .enumerate()
            .map(|(subgraph, server)| (format!("s{subgraph}"), Arc::clone(server) as Arc<dyn Transport>))
            .collect();
        let executor = Executor::new(Arc::clone(&supergraph), transports).unwrap();
        let whole = Server {
            model: Arc::clone(&model),
            subgraph: None,
            schema: Schema::parse_and_validate(supergraph.api().schema().to_string(), "api").unwrap(),
            run: Mutex::new(idle),
        };
        let planners = [Batching::SameInputs, Batching::SameStage]
            .map(|batching| Planner::new(Arc::clone(&supergraph)).with_batching(batching));
        Self { model, supergraph, planners, executor, servers, whole }
    }

    /// The operation of a seed, in the circumstances of that seed.
    pub async fn compare(&self, seed: u64) -> Compared {
        let mut dice = Dice::new(seed);
        let query = Generator::new(dice.seed()).operation(&self.supergraph);
        let scenario = Scenario::new(&mut dice);
        self.compare_query(&query, scenario, &self.planners[dice.below(2)]).await
    }

    async fn compare_query(&self, query: &str, scenario: Scenario, planner: &Planner) -> Compared {
        let operation = Operation::parse(&self.supergraph, query, None).unwrap();
        let Json::Object(given) = variables(query) else { panic!("variables are an object") };
        let coerced = operation.coerce_variables(&self.supergraph, &given.clone().into()).unwrap();
        let mut expanded = operation.expand(&self.supergraph, &operation.flags(&coerced));
        filter(&self.supergraph, &mut expanded, &authority(&scenario));
        let labels = scenario.labels.iter().map(|label| Arc::from(label.as_str())).collect();
        let plan = match planner.plan(&expanded, &PlanContext { labels }) {
            Ok(plan) => Arc::new(plan),
            Err(error) => panic!("{error}\n{query}\n{scenario:?}"),
        };
        let request = ExecutionRequest {
            operation: Arc::new(operation),
            plan: Arc::clone(&plan),
            variables: coerced,
            caller: None,
            headers: Arc::default(),
            deadline: None,
            room: None,
        };
        let run = Run::new(scenario.clone());
        self.servers.iter().for_each(|server| *server.run.lock().unwrap() = Arc::clone(&run));
        let answers = AssertUnwindSafe(self.route(request, expanded.kind)).catch_unwind().await;
        let reference = Run::new(scenario.clone());
        *self.whole.run.lock().unwrap() = Arc::clone(&reference);
        let events = if expanded.kind == OperationKind::Subscription { EVENTS } else { 1 };
        let mut recorded = Vec::new();
        let mut expected = Vec::new();
        for event in 0..events {
            let answer = self.whole.answer(query, &given, event);
            if let Some(values) = &reference.values {
                recorded.push((std::mem::take(&mut *values.lock().unwrap()), answer.clone()));
            }
            expected.push(answer);
        }
        let record =
            reference.values.as_ref().map(|_| record::operation(query, &given, &reference, recorded));

        let mut wrong: Vec<String> = run.violations.lock().unwrap().clone();
        wrong.extend(reference.violations.lock().unwrap().clone());
        match &answers {
            Ok(answers) => {
                let hidden = reference.input_failed.load(Ordering::SeqCst);
                let lost = run.lost.load(Ordering::SeqCst);
                wrong.extend(differences(&expected, answers, hidden, lost));
            }
            Err(_) => wrong.push("the executor panics".to_owned()),
        }
        let (ran, should_run) = (run.effects.lock().unwrap(), reference.effects.lock().unwrap());
        // A subgraph does not notice that its own value is none of the type, and goes on with what it was asked to do.
        let goes_on = scenario.mode == Mode::Wrong && ran.starts_with(&should_run);
        if *ran != *should_run && !goes_on {
            wrong.push(format!("mutations ran as {ran:?} instead of {should_run:?}"));
        }
        let wrong = (!wrong.is_empty()).then(|| {
            let shown: Vec<String> = expected.iter().map(ToString::to_string).collect();
            let got = answers.map(|answers| answers.join("\n         ")).unwrap_or_default();
            format!(
                "{}\n{query}\n{:?}\nexpected {}\ngot      {got}\n{plan}",
                wrong.join("\n"),
                scenario,
                shown.join("\n         ")
            )
        });
        let errors = expected.iter().flat_map(errors_of).map(|error| error["message"].to_string()).collect();
        let lost = run.lost.load(Ordering::SeqCst);
        Compared { query: query.to_owned(), scenario, expanded, plan, errors, lost, wrong, record }
    }

    async fn route(&self, request: ExecutionRequest, kind: OperationKind) -> Vec<String> {
        let text = |response: Response| String::from_utf8(response.into_bytes().to_vec()).unwrap();
        if kind != OperationKind::Subscription {
            return vec![text(self.executor.execute(request).await)];
        }
        match self.executor.subscribe(request).await {
            Ok(events) => events.map(text).collect().await,
            Err(response) => vec![text(response)],
        }
    }

    pub fn planner(&self) -> &Planner {
        &self.planners[0]
    }

    /// What its clients see.
    pub fn api(&self) -> String {
        self.supergraph.api().schema().to_string()
    }

    pub fn sdl(&self) -> String {
        (0..self.model.subgraphs)
            .map(|each| format!("# s{each}\n{}\n", sdl::of_subgraph(&self.model, each)))
            .collect()
    }
}

fn authority(scenario: &Scenario) -> Authority {
    let all = |names: &BTreeSet<&'static str>| names.iter().map(|name| Arc::from(*name)).collect();
    Authority {
        authenticated: scenario.authenticated,
        scopes: all(&scenario.scopes),
        policies: all(&scenario.policies),
    }
}

fn errors_of(answer: &Json) -> Vec<&Json> {
    answer["errors"].as_array().into_iter().flatten().collect()
}

/// What differs between the answers that are expected and those that came. `lost`: of an entity that its subgraph denies, the server that knows everything has a `null` in each field, with an
/// error where it must not be; the router has no entity, which is an error only where there must be one.
fn differences(expected: &[Json], answers: &[String], input_failed: bool, lost: bool) -> Vec<String> {
    let mut wrong = Vec::new();
    // A subscription that cannot be opened is refused as a whole.
    if let [answer] = answers
        && expected.len() > 1
        && !answer.starts_with(r#"{"data""#)
    {
        let away = |answer: &Json| {
            errors_of(answer).iter().any(|error| error["message"].to_string().contains("away"))
        };
        return if expected.iter().all(away) {
            wrong
        } else {
            vec!["the subscription is refused".to_owned()]
        };
    }
    if expected.len() != answers.len() {
        // Nothing in it has to be fetched: there is one event.
        return if expected.windows(2).all(|pair| pair[0] == pair[1]) && answers.len() == 1 {
            differences(&expected[..1], answers, input_failed, lost)
        } else {
            vec![format!("{} answers instead of {}", answers.len(), expected.len())]
        };
    }
    for (expected, text) in expected.iter().zip(answers) {
        if !text.starts_with(&format!(r#"{{"data":{}"#, expected["data"])) {
            wrong.push("the data differs".to_owned());
        }
        let answer: Json = serde_json::from_str(text).unwrap();
        let is_told = |error: &&Json| !error["message"].to_string().contains("resolver error: denied");
        let told: Vec<&Json> = errors_of(expected).into_iter().filter(|_| !lost).filter(is_told).collect();
        // In which event an input failed is not noted.
        let is_unsure = input_failed && answers.len() > 1;
        if !is_unsure && !lost && errors_of(&answer).is_empty() != (told.is_empty() && !input_failed) {
            wrong.push("there are errors in one answer alone".to_owned());
        }
        for error in told {
            let path = nulled(&expected["data"], error);
            let explains = |other: &&Json| {
                let other = other["path"].as_array().into_iter().flatten();
                path.iter().zip(other).all(|(mine, theirs)| *mine == theirs)
            };
            if !errors_of(&answer).iter().any(explains) {
                wrong.push(format!("no error explains {}", json!(path)));
            }
        }
    }
    wrong
}

/// The part of an error's path that leads to the `null` it is the reason of.
fn nulled<'e>(mut data: &Json, error: &'e Json) -> Vec<&'e Json> {
    let mut path = Vec::new();
    for element in error["path"].as_array().into_iter().flatten() {
        if data.is_null() {
            break;
        }
        data = match element {
            Json::String(key) => &data[key],
            index => &data[usize::try_from(index.as_u64().unwrap()).unwrap()],
        };
        path.push(element);
    }
    path
}
