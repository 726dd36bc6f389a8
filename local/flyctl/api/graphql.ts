import { FlyError, Interrupted, messageOf } from "../errors.ts";
import { type GoType, isObject } from "../go/json.ts";
import type { ClientOptions } from "./flaps.ts";
import { namedError, namedStatusError, plainStatusError, readAnswer } from "./graphqlAnswer.ts";
import type { HttpClient, HttpResponse } from "./http.ts";
import { identityHeaders } from "./identity.ts";

/** A GraphQL document on one line: the form in which flyctl sends it and shows it in errors. */
export const document = (text: TemplateStringsArray): string => text.join("").trim().replace(/\s+/g, " ");

export class GraphqlClient {
  readonly #url: string;
  readonly #authorization: string;
  readonly #http: HttpClient;

  constructor(options: ClientOptions) {
    this.#url = `${options.baseUrl}/graphql`;
    this.#authorization = options.authorization;
    this.#http = options.http;
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
      const response = await this.#post(query, { query, variables: variables ?? null });
      if (response.status !== 200) throw plainStatusError(response);
      const answer = decoding(() => readAnswer(response.text));
      if (answer.errors[0]) throw new FlyError(answer.errors[0].message);
      return decoding(() => type.decode(fieldAt(answer.data, path)));
    } catch (error) {
      if (error instanceof Interrupted) throw error;
      throw new FlyError(`failed to run ${query}: ${messageOf(error)}`);
    }
  }

  /** Runs a named operation. Its errors have the wording of a different GraphQL library than those of `run`. */
  async runNamed<T>(
    operationName: string,
    query: string,
    path: string,
    type: GoType<T>,
    variables: Record<string, unknown>,
  ): Promise<T> {
    const response = await this.#post(query, { query, variables, operationName });
    if (response.status !== 200) throw namedStatusError(response);
    const answer = readAnswer(response.text);
    if (answer.errors.length > 0) throw namedError(answer.errors);
    return type.decode(fieldAt(answer.data, path));
  }

  async #post(query: string, body: Record<string, unknown>): Promise<HttpResponse> {
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
    const isMutation = query.startsWith("mutation");
    return isMutation ? this.#http.send(request) : this.#http.sendRepeatable(request);
  }
}

function decoding<T>(decode: () => T): T {
  try {
    return decode();
  } catch (error) {
    throw new FlyError(`decoding response: ${messageOf(error)}`);
  }
}

function fieldAt(data: unknown, path: string): unknown {
  return path.split(".").reduce((value, key) => (isObject(value) ? value[key] : undefined), data);
}
