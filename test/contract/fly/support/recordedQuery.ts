import { readFileSync } from "node:fs";
import {
  buildSchema,
  type GraphQLArgument,
  type GraphQLOutputType,
  getNamedType,
  isInterfaceType,
  isObjectType,
} from "graphql";
import type { GraphqlShape } from "../../flyctl/graphqlShape.ts";

// The recordings contain what a GraphQL document asks for, not its text. This file writes a document that asks for the same.

const schema = buildSchema(
  readFileSync(new URL("../../../../local/fly/graphql/schema.graphql", import.meta.url), "utf8"),
);

/** Arguments that flyctl writes into its documents instead of sending them as variables. */
const literals: Record<string, unknown> = { type: "container", first: 200 };

/** Variables whose name differs from that of their argument. */
const variableOf: Record<string, string[]> = {
  name: ["appName"],
  slug: ["slug", "orgSlug"],
  type: ["addOnType"],
  first: ["limit"],
  organizationId: ["org"],
  ref: ["imageRef"],
};

interface Field {
  alias: string | undefined;
  name: string;
  arguments: string[];
  children: Map<string, Field>;
}

export interface QueryText {
  query: string;
  operationName: string | null;
  variables: Record<string, unknown>;
}

export function recordedQuery(shape: GraphqlShape, recorded: Record<string, unknown>): QueryText {
  const roots = new Map<string, Field>();
  for (const path of shape.selects) addPath(roots, path.split("."));
  const rootType = shape.type === "mutation" ? schema.getMutationType() : schema.getQueryType();
  const declared: string[] = [];
  const variables: Record<string, unknown> = {};
  const body = selection(roots, rootType ?? undefined);
  const name = shape.name ?? "";
  const declaration = declared.length > 0 ? `(${declared.join(", ")})` : "";
  return {
    query: `${shape.type} ${name}${declaration} ${body}`,
    operationName: shape.name,
    variables,
  };

  function selection(fields: Map<string, Field>, type: GraphQLOutputType | undefined): string {
    return `{ ${[...fields.values()].map((field) => write(field, type)).join(" ")} }`;
  }

  function write(field: Field, type: GraphQLOutputType | undefined): string {
    if (field.name.startsWith("…")) {
      const on = field.name.slice(1);
      return `... on ${on} ${selection(field.children, schema.getType(on) as GraphQLOutputType)}`;
    }
    const named = getNamedType(type);
    const definition =
      isObjectType(named) || isInterfaceType(named) ? named.getFields()[field.name] : undefined;
    const given = field.arguments.map((argument) => {
      const variable = `v${declared.length}`;
      const declaredType = definition?.args.find(({ name: one }: GraphQLArgument) => one === argument)?.type;
      declared.push(`$${variable}: ${String(declaredType ?? "String")}`);
      variables[variable] = variableFor(argument, recorded);
      return `${argument}: $${variable}`;
    });
    const call = given.length > 0 ? `(${given.join(", ")})` : "";
    const below = field.children.size > 0 ? ` ${selection(field.children, definition?.type)}` : "";
    return `${field.alias ? `${field.alias}: ` : ""}${field.name}${call}${below}`;
  }
}

function variableFor(argument: string, recorded: Record<string, unknown>): unknown {
  // The generated client has a separate variable for each field of an input.
  if (argument === "input") return recorded.input ?? recorded;
  const name = [argument, ...(variableOf[argument] ?? [])].find((one) => one in recorded);
  return name === undefined ? (literals[argument] ?? null) : recorded[name];
}

function addPath(fields: Map<string, Field>, [step = "", ...rest]: string[]): void {
  const field = fields.get(step) ?? parseStep(step);
  fields.set(step, field);
  if (rest.length > 0) addPath(field.children, rest);
}

/** `alias:field(argument,argument)`. */
function parseStep(step: string): Field {
  const parts = /^(?:(?<alias>\w+):)?(?<name>…?\w*)(?:\((?<args>[\w,]*)\))?$/u.exec(step)?.groups;
  return {
    alias: parts?.alias,
    name: parts?.name ?? step,
    arguments: parts?.args?.split(",") ?? [],
    children: new Map(),
  };
}

/** Reduces a recorded GraphQL answer to what the document asked for. The recorded server answered more. */
export function askedFor(shape: GraphqlShape, data: unknown): unknown {
  const roots = new Map<string, Field>();
  for (const path of shape.selects) addPath(roots, path.split("."));
  return pick(roots, data);
}

function pick(fields: Map<string, Field>, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => pick(fields, item));
  if (value === null || typeof value !== "object" || fields.size === 0) return value;
  const picked: Record<string, unknown> = {};
  for (const field of fields.values()) {
    if (field.name.startsWith("…")) Object.assign(picked, pick(field.children, value));
    const key = field.alias ?? field.name;
    if (key in value) picked[key] = pick(field.children, (value as Record<string, unknown>)[key]);
  }
  return picked;
}
