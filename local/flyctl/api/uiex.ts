import { FlyError, messageOf } from "../errors.ts";
import { goJson } from "../go/json.ts";
import { parseGoJson } from "../go/parseJson.ts";
import type { HttpClient } from "./http.ts";
import { identityHeaders } from "./identity.ts";

interface UiexOptions {
  body?: unknown;
  /** Whether 201 counts as success like 200. */
  acceptsCreated?: boolean;
  /** Send even if the run was interrupted, with a timeout of one second. */
  afterInterrupt?: boolean;
}

/** Fly's REST API for organizations, builds and releases, which exists besides GraphQL. */
export class UiexClient {
  readonly #baseUrl: string;
  readonly #token: string;
  readonly #http: HttpClient;

  constructor(options: { baseUrl: string; token: string; http: HttpClient }) {
    this.#baseUrl = options.baseUrl;
    this.#token = options.token;
    this.#http = options.http;
  }

  /**
   * @param failure error text for a status other than 200, e.g. `failed to create release`
   * @throws FlyError with the status and the body, which holds the server's reason
   */
  async call(failure: string, method: string, path: string, options: UiexOptions = {}): Promise<unknown> {
    const { body, acceptsCreated, afterInterrupt } = options;
    const response = await this.#http.send({
      method,
      url: `${this.#baseUrl}/api/v1${path}`,
      headers: {
        ...identityHeaders(),
        Authorization: `Bearer ${this.#token}`,
        "Content-Type": "application/json",
      },
      ...(body === undefined ? {} : { body: `${goJson(body)}\n` }),
      ...(afterInterrupt ? { timeout: 1000, outlivesInterrupt: true } : {}),
    });
    if (response.status !== 200 && !(acceptsCreated && response.status === 201)) {
      throw new FlyError(`${failure} (status ${response.status}): ${response.text}`, {
        status: response.status,
      });
    }
    try {
      return parseGoJson(response.text);
    } catch (error) {
      throw new FlyError(`failed to decode response: ${messageOf(error)}`);
    }
  }
}
