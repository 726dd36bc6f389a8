/** A test's control of a stack's local Fly.io, and calls of its API without flyctl. */
export interface FlyControl {
  /** Calls the API. The test fails unless the call succeeds. */
  api(method: string, path: string, body?: unknown): Promise<void>;
  /** See local/fly/conditions.ts. */
  conditions(input: object): Promise<void>;
  /** See local/fly/faults.ts. */
  fail(fault: object): Promise<void>;
}

export function flyControl(env: Readonly<Record<string, string>>): FlyControl {
  async function api(method: string, path: string, body?: unknown): Promise<void> {
    const response = await fetch(`${env.FLY_FLAPS_BASE_URL}${path}`, {
      method,
      headers: { authorization: `Bearer ${env.FLY_API_TOKEN}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
  }
  return {
    api,
    conditions: (input) => api("PUT", "/_emulator/conditions", input),
    fail: (fault) => api("POST", "/_emulator/faults", fault),
  };
}
