// Repeats by graphql-js what the reference of the generated tests answered: the same schema, values and faults, but
// graphql-js validates, coerces arguments, collects fields, completes values and spreads nulls.
//
// usage: node check.mjs FOLDER
//
// The folder holds what `tests/universe/record.rs` wrote. The data must be equal to the byte (so keys stand in the same
// order), errors must have the same paths (messages are each executor's own), the same fields must be asked for, and
// mutations must run in the same order.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { buildSchema, executeSync, parse, validate, version } from "graphql";

const folder = process.argv[2];
if (!folder) {
  console.error("usage: node check.mjs FOLDER");
  process.exit(2);
}

/** Equal texts for equal values, as `universe/values.rs` writes them. */
function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const fields = Object.entries(value).map(([key, each]) => `${key}=${canonical(each)}`);
  return `(${fields.sort().join(",")})`;
}

/** What a resolver hands to graphql-js for a recorded worth. */
function resolved(worth) {
  if (worth === null) return null;
  if (Array.isArray(worth)) return worth.map(resolved);
  if ("error" in worth) return new Error(worth.error);
  return "leaf" in worth ? worth.leaf : worth;
}

/** Sorted paths of errors. */
const paths = (errors = []) => errors.map((error) => JSON.stringify(error.path ?? null)).sort().join(" ");

/** One event of an operation by graphql-js, and what it asked for. */
function run(schema, document, operation, event) {
  const asked = new Set();
  const strangers = [];
  const effects = [];
  const root = document.definitions.find((each) => each.kind === "OperationDefinition").operation;
  const result = executeSync({
    schema,
    document,
    variableValues: operation.variables,
    rootValue: { type: root[0].toUpperCase() + root.slice(1), id: "" },
    typeResolver: (object) => object.type,
    fieldResolver: (object, given, _, info) => {
      const call = `${info.fieldName}${canonical(given)}`;
      if (info.parentType.name === "Mutation" && operation.effects.includes(call)) effects.push(call);
      const place = `${object.type} ${object.id} ${call} ${effects.length}`;
      if (Object.hasOwn(event.values, place)) asked.add(place);
      else if (!info.fieldName.startsWith("none")) strangers.push(place);
      return resolved(event.values[place] ?? null);
    },
  });
  return { result, asked, strangers, effects };
}

/** What differs between the reference's answer and that of graphql-js. */
function differences(schema, document, operation, event) {
  const { result, asked, strangers, effects } = run(schema, document, operation, event);
  const expected = event.answer;
  const found = [];
  const data = JSON.stringify(result.data ?? null);
  if (data !== JSON.stringify(expected.data ?? null)) found.push(`the data differs; graphql-js: ${data}`);
  if (paths(result.errors) !== paths(expected.errors)) {
    const told = (result.errors ?? []).map((error) => `${JSON.stringify(error.path)} ${error.message}`);
    found.push(`the errors differ; graphql-js: ${told.join("; ") || "none"}`);
  }
  if (strangers.length > 0) found.push(`graphql-js alone asks for ${strangers.join(", ")}`);
  const others = Object.keys(event.values).filter((place) => !asked.has(place));
  if (others.length > 0) found.push(`graphql-js does not ask for ${others.join(", ")}`);
  if (JSON.stringify(effects) !== JSON.stringify(operation.effects)) {
    found.push(`mutations ran as ${effects.join(", ")} instead of ${operation.effects.join(", ")}`);
  }
  return found;
}

const counts = { operations: 0, answers: 0, values: 0, errors: 0, fields: 0 };
const wrong = [];

function check(universe, schema, operation) {
  const shown = `universe ${universe}\n${operation.query}\n${operation.scenario}`;
  const document = parse(operation.query);
  const refused = validate(schema, document);
  counts.operations += 1;
  if (refused.length > 0) {
    wrong.push(`${shown}\ngraphql-js refuses it: ${refused.map((error) => error.message).join("; ")}`);
    return;
  }
  for (const event of operation.events) {
    counts.answers += 1;
    counts.values += Object.keys(event.values).length;
    counts.errors += event.answer.errors ? 1 : 0;
    counts.fields += (event.answer.errors ?? []).length;
    const found = differences(schema, document, operation, event);
    if (found.length > 0) wrong.push(`${shown}\n${found.join("\n")}\nreference: ${JSON.stringify(event.answer)}`);
  }
}

for (const file of readdirSync(folder)) {
  const [head, ...operations] = readFileSync(join(folder, file), "utf8").trimEnd().split("\n").map((line) => JSON.parse(line));
  const schema = buildSchema(head.schema);
  for (const operation of operations) check(head.universe, schema, operation);
}

console.log(
  `${counts.operations} operations, ${counts.answers} answers over ${counts.values} resolved fields; ` +
    `${counts.errors} answers with ${counts.fields} errors in all; graphql-js ${version}: ${wrong.length} differ`,
);
if (wrong.length > 0) {
  console.error(wrong.sort((one, other) => one.length - other.length).slice(0, 3).join("\n\n"));
  process.exit(1);
}
if (counts.operations === 0) {
  console.error(`${folder} holds no operations`);
  process.exit(1);
}
