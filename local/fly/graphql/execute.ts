import { readFileSync } from "node:fs";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { buildSchema, type DocumentNode, execute, GraphQLError, parse, validate } from "graphql";
import { z } from "zod";
import { ApiError, notEmulated } from "../apiError.ts";
import type { ApiContext } from "../machinesApi/context.ts";
import { parseBody } from "../requestBody.ts";
import { mutations } from "./mutations.ts";
import { queries } from "./queries.ts";

const schema = buildSchema(readFileSync(new URL("./schema.graphql", import.meta.url), "utf8"));

const body = z.strictObject({
  query: z.string(),
  variables: z.record(z.string(), z.unknown()).nullish(),
  operationName: z.string().nullish(),
});

/** Answers 200 with `data` or `errors`, as Fly does, and 501 for an operation that the schema does not have. */
export function graphqlRoute(api: FastifyInstance, context: ApiContext): void {
  api.post("/graphql", async (request) => {
    const input = parseBody(body, request.body);
    const document = parseDocument(input.query);
    const invalid = validate(schema, document);
    if (invalid.length > 0) throw notEmulated(invalid.map((error) => error.message).join(" "));
    const result = await execute({
      schema,
      document,
      rootValue: rootValue(context, request),
      variableValues: input.variables ?? {},
      operationName: input.operationName ?? null,
    });
    for (const { originalError, message } of result.errors ?? []) {
      if (originalError instanceof ApiError && originalError.httpStatus === 501) throw originalError;
      if (originalError) context.platform.log.warn({ message }, "a GraphQL field failed");
    }
    return result;
  });
}

function rootValue(context: ApiContext, request: FastifyRequest) {
  const graphql = { ...context, principal: request.principal };
  return { ...queries(graphql), ...mutations(graphql) };
}

function parseDocument(query: string): DocumentNode {
  try {
    return parse(query);
  } catch (error) {
    if (error instanceof GraphQLError) throw new ApiError(400, error.message);
    throw error;
  }
}
