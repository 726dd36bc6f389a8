import pWaitFor from "p-wait-for";
import { CookieJar } from "tough-cookie";
import { type Dispatcher, request } from "undici";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A person at a browser, for Paperclip's API: uses the public name and keeps cookies. Like many browsers, it sends no referrer. */
export class PaperclipClient {
  private readonly baseUrl: string;
  private readonly publicUrl: string;
  private readonly options: { dispatcher?: Dispatcher; address?: string };
  private cookies = new CookieJar();

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
    moved.cookies = this.cookies.cloneSync() as CookieJar;
    return moved;
  }

  /** The cookies, as `NAME=VALUE`. With them, a client is signed in as this person. */
  get session(): string[] {
    return this.cookies.getCookiesSync(this.publicUrl).map((cookie) => cookie.cookieString());
  }

  call<T>(method: Method, path: string, body?: object): Promise<{ status: number; body: T }> {
    return this.send(method, path, body && JSON.stringify(body));
  }

  /** A call with a body that is JSON already, or is said to be. */
  async send<T>(method: Method, path: string, json?: string): Promise<{ status: number; body: T }> {
    const { host, origin } = new URL(this.publicUrl);
    const asked = new URL(path, this.publicUrl).href;
    const headers: Record<string, string> = { host, origin, "x-forwarded-proto": "https" };
    const { dispatcher, address } = this.options;
    if (address) headers["x-forwarded-for"] = address;
    const cookie = this.cookies.getCookieStringSync(asked);
    if (cookie) headers.cookie = cookie;
    if (json) headers["content-type"] = "application/json";
    const response = await request(`${this.baseUrl}${path}`, {
      method,
      headers,
      body: json ?? null,
      // A server that closes a reused connection must not fail the test.
      reset: true,
      ...(dispatcher ? { dispatcher } : {}),
    });
    for (const one of [response.headers["set-cookie"] ?? []].flat()) this.cookies.setCookieSync(one, asked);
    const text = await response.body.text();
    const isJson = response.headers["content-type"]?.includes("json");
    return { status: response.statusCode, body: (isJson ? JSON.parse(text) : text) as T };
  }

  /** A call that must succeed; returns the body. */
  async ok<T>(method: Method, path: string, body?: object): Promise<T> {
    const answer = await this.call<T>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: HTTP ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  /** Waits until a page answers with success. */
  async eventually(path: string): Promise<void> {
    const answers = async () => (await this.call("GET", path).catch(() => undefined))?.status === 200;
    await pWaitFor(answers, { interval: 200, timeout: 180_000 });
  }

  /** Opens the page of an invitation, by its link. Its account can be made from then on. */
  async openInvitation(link: string): Promise<void> {
    const { pathname, search } = new URL(link);
    await this.ok("GET", `${pathname}${search}`);
  }

  /** Makes an account on the page of an invitation, and accepts it. */
  async join(link: string, account: { email: string; password: string; name: string }): Promise<void> {
    await this.openInvitation(link);
    await this.ok("POST", "/api/auth/sign-up/email", account);
    await this.ok("POST", `/api/invites/${link.split("/").at(-1)}/accept`, { requestType: "human" });
  }

  /** Joins with the first administrator's invitation. */
  becomeAdministrator(link: string): Promise<void> {
    const account = {
      email: "operator@example.test",
      password: "correct horse battery staple",
      name: "Operator",
    };
    return this.join(link, account);
  }
}
