import { request } from "undici";
import type { Ports } from "./ports.ts";

/**
 * A request through Fly's proxy to the app's private address, as its Flycast name leads there. Paperclip knows itself by its name in
 * the tailnet, so that name is given as the one that was asked for.
 */
export function throughProxy(ports: Ports, outputs: Record<string, string>, path: string) {
  const headers = { host: `${outputs.appName}.flycast`, "x-forwarded-host": new URL(outputs.url ?? "").host };
  return request(`http://127.0.0.1:${ports.proxy}${path}`, { headers });
}
