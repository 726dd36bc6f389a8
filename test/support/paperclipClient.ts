import pWaitFor from "p-wait-for";
import { request } from "undici";

/** A person at a browser, as far as Paperclip's API can tell: asks by the public name and keeps its session cookie. */
export class PaperclipClient {
  private readonly baseUrl: string;
  private readonly publicUrl: string;
  private readonly headers: Record<string, string>;
  private cookie = "";

  /**
   * @param baseUrl where to connect
   * @param publicUrl what Paperclip believes its address is
   * @param headers what a proxy on the way asks for
   */
  constructor(baseUrl: string, publicUrl: string, headers: Record<string, string> = {}) {
    this.baseUrl = baseUrl;
    this.publicUrl = publicUrl;
    this.headers = headers;
  }

  /** The same person at a server that has moved. */
  at(baseUrl: string): PaperclipClient {
    const moved = new PaperclipClient(baseUrl, this.publicUrl);
    moved.cookie = this.cookie;
    return moved;
  }

  async call<T>(method: "GET" | "POST", path: string, body?: object): Promise<{ status: number; body: T }> {
    const { host, origin } = new URL(this.publicUrl);
    const headers: Record<string, string> = { host, origin, "x-forwarded-proto": "https", ...this.headers };
    if (this.cookie) headers.cookie = this.cookie;
    if (body) headers["content-type"] = "application/json";
    const response = await request(`${this.baseUrl}${path}`, {
      method,
      headers,
      body: body ? JSON.stringify(body) : null,
    });
    const cookies = [response.headers["set-cookie"] ?? []].flat();
    if (cookies.length > 0) this.cookie = cookies.map((cookie) => cookie.split(";")[0]).join("; ");
    const text = await response.body.text();
    const json = response.headers["content-type"]?.includes("json");
    return { status: response.statusCode, body: (json ? JSON.parse(text) : text) as T };
  }

  /** A call that has to succeed; returns the body. */
  async ok<T>(method: "GET" | "POST", path: string, body?: object): Promise<T> {
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

  /** Signs up and accepts the first administrator's invitation. */
  async becomeAdministrator(inviteUrl: string): Promise<void> {
    await this.ok("POST", "/api/auth/sign-up/email", {
      email: "operator@example.test",
      password: "correct horse battery staple",
      name: "Operator",
    });
    const token = inviteUrl.split("/").at(-1);
    await this.ok("POST", `/api/invites/${token}/accept`, { requestType: "human" });
  }
}
