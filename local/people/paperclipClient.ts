import pWaitFor from "p-wait-for";
import { type Dispatcher, request } from "undici";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A person at a browser, for Paperclip's API: uses the public name and keeps the session cookie. */
export class PaperclipClient {
  private readonly baseUrl: string;
  private readonly publicUrl: string;
  private readonly options: { dispatcher?: Dispatcher; address?: string };
  private cookie = "";

  /**
   * @param baseUrl where to connect
   * @param publicUrl what Paperclip believes its address is
   * @param options.dispatcher how to connect, e.g. through the proxy of a laptop in the tailnet
   * @param options.address the person's address in the tailnet, where no tailscaled adds it
   */
  constructor(
    baseUrl: string,
    publicUrl: string,
    options: { dispatcher?: Dispatcher; address?: string } = {},
  ) {
    this.baseUrl = baseUrl;
    this.publicUrl = publicUrl;
    this.options = options;
  }

  /** The same person at a server that has moved. */
  at(baseUrl: string): PaperclipClient {
    const moved = new PaperclipClient(baseUrl, this.publicUrl);
    moved.cookie = this.cookie;
    return moved;
  }

  /** The cookies, as `NAME=VALUE`. With them, a client is signed in as this person. */
  get session(): string[] {
    return this.cookie ? this.cookie.split("; ") : [];
  }

  /** @param page the page that asks, as the browser says in `Referer` */
  call<T>(method: Method, path: string, body?: object, page?: string): Promise<{ status: number; body: T }> {
    return this.send(method, path, body && JSON.stringify(body), page);
  }

  /** A call with a body that is JSON already, or is said to be. */
  async send<T>(
    method: Method,
    path: string,
    json?: string,
    page = this.publicUrl,
  ): Promise<{ status: number; body: T }> {
    const { host, origin } = new URL(this.publicUrl);
    const headers: Record<string, string> = { host, origin, referer: page, "x-forwarded-proto": "https" };
    const { dispatcher, address } = this.options;
    if (address) headers["x-forwarded-for"] = address;
    if (this.cookie) headers.cookie = this.cookie;
    if (json) headers["content-type"] = "application/json";
    const response = await request(`${this.baseUrl}${path}`, {
      method,
      headers,
      body: json ?? null,
      // A server that closes a reused connection must not fail the test.
      reset: true,
      ...(dispatcher ? { dispatcher } : {}),
    });
    const cookies = [response.headers["set-cookie"] ?? []].flat();
    if (cookies.length > 0) this.cookie = cookies.map((cookie) => cookie.split(";")[0]).join("; ");
    const text = await response.body.text();
    const isJson = response.headers["content-type"]?.includes("json");
    return { status: response.statusCode, body: (isJson ? JSON.parse(text) : text) as T };
  }

  /** A call that must succeed; returns the body. */
  async ok<T>(method: Method, path: string, body?: object, page?: string): Promise<T> {
    const answer = await this.call<T>(method, path, body, page);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Waits until a page answers with success. */
  async eventually(path: string): Promise<void> {
    const answers = async () => (await this.call("GET", path).catch(() => undefined))?.status === 200;
    await pWaitFor(answers, { interval: 200, timeout: 180_000 });
  }

  /** Signs up on the page of the first administrator's invitation, and accepts it. */
  async becomeAdministrator(inviteUrl: string): Promise<void> {
    const account = {
      email: "operator@example.test",
      password: "correct horse battery staple",
      name: "Operator",
    };
    await this.ok("POST", "/api/auth/sign-up/email", account, inviteUrl);
    const token = inviteUrl.split("/").at(-1);
    await this.ok("POST", `/api/invites/${token}/accept`, { requestType: "human" });
  }
}
