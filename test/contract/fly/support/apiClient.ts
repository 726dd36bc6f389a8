import pWaitFor from "p-wait-for";
import type { RecordedRequest } from "../../../../local/fly/recorder.ts";

/** The fields of a machine that the tests read. */
export interface MachineAnswer {
  id: string;
  state: string;
  instance_id: string;
  private_ip: string;
  nonce?: string;
  host_status: string;
  config: { image: string; env?: Record<string, string>; mounts?: { volume: string }[] };
  events: { type: string; status: string; request?: { exit_event: ExitEvent; restart_count: number } }[];
  checks: { name: string; status: string; output: string }[];
}

interface ExitEvent {
  exit_code: number;
  oom_killed: boolean;
  requested_stop: boolean;
  restarting: boolean;
}

export interface Answer<Body> {
  status: number;
  body: Body;
  requestId: string;
}

/** Calls the emulator as a client without flyctl does. */
export class ApiClient {
  readonly url: string;
  readonly #token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.#token = token;
  }

  /** Accepts an answer with any status. */
  async call<Body = unknown>(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer<Body>> {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${this.#token}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const parsed = text === "" ? undefined : JSON.parse(text);
    return { status: response.status, body: parsed, requestId: response.headers.get("fly-request-id") ?? "" };
  }

  /** The body of a successful answer. Any other answer is an error. */
  async ok<Body = unknown>(method: string, path: string, body?: unknown): Promise<Body> {
    const answer = await this.call<Body>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  }

  graphql<Data = unknown>(query: string, variables: Record<string, unknown> = {}) {
    return this.call<{ data: Data; errors?: { message: string }[] }>("POST", "/graphql", {
      query,
      variables,
    });
  }

  /** Creates an app in its own network, so that no other app of the test affects it. */
  async createApp(name: string, network = name): Promise<void> {
    await this.ok("POST", "/v1/apps", { name, org_slug: "acme", network });
  }

  async createVolume(app: string, more: Record<string, unknown> = {}): Promise<{ id: string }> {
    return this.ok("POST", `/v1/apps/${app}/volumes`, { name: "data", region: "sjc", size_gb: 1, ...more });
  }

  createMachine(app: string, config: object, more: object = {}): Promise<MachineAnswer> {
    return this.ok("POST", `/v1/apps/${app}/machines`, { config, region: "sjc", ...more });
  }

  /** Creates a machine and waits until it has started. */
  async startedMachine(app: string, config: object, more: object = {}): Promise<MachineAnswer> {
    const { id } = await this.createMachine(app, config, more);
    await this.wait(app, id, "started");
    return this.machine(app, id);
  }

  machine(app: string, id: string): Promise<MachineAnswer> {
    return this.ok("GET", `/v1/apps/${app}/machines/${id}`);
  }

  async wait(app: string, id: string, state: string): Promise<void> {
    await this.ok("GET", `/v1/apps/${app}/machines/${id}/wait?state=${state}&timeout=60`);
  }

  /** Polls the machine until it is as it should be. */
  async until(app: string, id: string, isAsItShouldBe: (machine: MachineAnswer) => boolean) {
    let machine = await this.machine(app, id);
    const look = async () => {
      machine = await this.machine(app, id);
      return isAsItShouldBe(machine);
    };
    try {
      await pWaitFor(look, { interval: 100, timeout: 60_000 });
    } catch {
      throw new Error(`the machine is still ${JSON.stringify(machine)}`);
    }
    return machine;
  }

  exec(app: string, id: string, cmd: string, more: object = {}) {
    return this.ok<{ exit_code: number; stdout: string; stderr: string }>(
      "POST",
      `/v1/apps/${app}/machines/${id}/exec`,
      { cmd, ...more },
    );
  }

  /** @returns the new version of the app's secrets */
  async setSecrets(app: string, values: Record<string, string>): Promise<number> {
    return (await this.ok<{ version: number }>("POST", `/v1/apps/${app}/secrets`, { values })).version;
  }

  /** The messages on the newest page of an app's logs. */
  async logs(app: string): Promise<string[]> {
    const page = await this.ok<{ data: { attributes: { message: string } }[] }>(
      "GET",
      `/api/v1/apps/${app}/logs`,
    );
    return page.data.map(({ attributes }) => attributes.message);
  }

  /** The requests that the emulator has recorded since the last `forgetRequests`. */
  requests(): Promise<RecordedRequest[]> {
    return this.ok("GET", "/_emulator/requests");
  }

  async forgetRequests(): Promise<void> {
    await this.ok("DELETE", "/_emulator/requests");
  }

  async fail(fault: object): Promise<void> {
    await this.ok("POST", "/_emulator/faults", fault);
  }
}
