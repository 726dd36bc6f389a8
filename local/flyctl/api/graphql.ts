import { FlyError, Interrupted, messageOf } from "../errors.ts";
import { type GoType, isObject } from "../go/json.ts";
import type { Metrics } from "../telemetry/metrics.ts";
import type { Tracer } from "../telemetry/tracer.ts";
import type { HttpClient, HttpResponse } from "./http.ts";
import { identityHeaders } from "./identity.ts";

/** A GraphQL document on one line, as it goes over the wire and stands in flyctl's errors. */
export const document = (text: TemplateStringsArray): string => text.join("").trim().replace(/\s+/g, " ");

interface Answer {
  data: Record<string, unknown> | null;
  errors: { message: string; path: (string | number)[] }[];
}

export interface ClientOptions {
  baseUrl: string;
  authorization: string;
  http: HttpClient;
  tracer: Tracer;
  metrics: Metrics;
}

export class GraphqlClient {
  readonly #url: string;
  readonly #authorization: string;
  readonly #http: HttpClient;
  readonly #tracer: Tracer;
  readonly #metrics: Metrics;

  constructor(options: ClientOptions) {
    this.#url = `${options.baseUrl}/graphql`;
    this.#authorization = options.authorization;
    this.#http = options.http;
    this.#tracer = options.tracer;
    this.#metrics = options.metrics;
  }

  /**
   * Runs a query or mutation and decodes one field of its answer.
   * @param path of the field in `data`, e.g. `app.ipAddresses.nodes`
   */
  async run<T>(
    query: string,
    path: string,
    type: GoType<T>,
    variables?: Record<string, unknown>,
  ): Promise<T> {
    try {
      const answer = await this.#post(query, { query, variables: variables ?? null });
      if (answer.errors[0]) throw new FlyError(answer.errors[0].message);
      return type.decode(fieldAt(answer.data, path), "");
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      throw new FlyError(`failed to run ${query}: ${messageOf(error)}`);
    }
  }

  /** Runs a named operation; its errors are worded by another GraphQL library than those of `run`. */
  async runNamed<T>(
    operationName: string,
    query: string,
    path: string,
    type: GoType<T>,
    variables: Record<string, unknown>,
  ): Promise<T> {
    const answer = await this.#post(query, { query, variables, operationName }, namedStatusError);
    if (answer.errors.length > 0) {
      throw new FlyError(
        answer.errors.map(({ message, path: at }) => `input: ${joined(at)}${message}\n`).join(""),
      );
    }
    return type.decode(fieldAt(answer.data, path), "");
  }

  async #post(
    query: string,
    body: Record<string, unknown>,
    statusError: (response: HttpResponse) => Error = plainStatusError,
  ): Promise<Answer> {
    const request = {
      method: "POST",
      url: this.#url,
      headers: {
        ...identityHeaders(),
        Authorization: this.#authorization,
        "Content-Type": "application/json; charset=utf-8",
        Accept: "application/json; charset=utf-8",
      },
      body: JSON.stringify(body),
    };
    return this.#tracer.span("web.graphql", async () => {
      const isMutation = query.startsWith("mutation");
      const response = await this.#metrics.timed("graphql", () =>
        isMutation ? this.#http.send(request) : this.#http.sendRepeatable(request),
      );
      if (response.status !== 200) throw statusError(response);
      return readAnswer(response.text);
    });
  }
}

const plainStatusError = ({ status }: HttpResponse): Error =>
  new FlyError(`server returned a non-200 status code: ${status}`);

const namedStatusError = ({ status, text }: HttpResponse): Error =>
  new FlyError(`returned error ${status}: ${text}`);

const joined = (path: (string | number)[]): string => (path.length > 0 ? `${path.join(".")} ` : "");

function readAnswer(text: string): Answer {
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch (error) {
    throw new FlyError(`decoding response: ${messageOf(error)}`);
  }
  const { data, errors } = (body ?? {}) as { data?: Answer["data"]; errors?: unknown[] };
  return {
    data: data ?? null,
    errors: (errors ?? []).filter(isObject).map(({ message, path }) => ({
      message: String(message),
      path: (path as (string | number)[] | undefined) ?? [],
    })),
  };
}

function fieldAt(data: unknown, path: string): unknown {
  return path.split(".").reduce((value, key) => (isObject(value) ? value[key] : undefined), data);
}
