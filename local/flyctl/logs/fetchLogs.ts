import { STATUS_CODES } from "node:http";
import { identityHeaders } from "../api/identity.ts";
import { FlyError } from "../errors.ts";
import { any, type Infer, int, slice, string, struct } from "../go/json.ts";
import { parseGoJson } from "../go/parseJson.ts";
import type { Invocation } from "../invocation.ts";

export const LogEntry = struct("fly.LogEntry", {
  level: string,
  instance: string,
  message: string,
  region: string,
  timestamp: string,
  meta: struct("fly.Meta", {
    Instance: string,
    Region: string,
    Event: struct("", { Provider: string }),
    HTTP: struct("", {
      Request: struct("", { ID: string, Method: string, Version: string }),
      Response: struct("", { status_code: int }),
    }),
    Error: struct("", { Code: int, Message: string }),
    URL: struct("", { Full: string }),
  }),
});
export type LogEntry = Infer<typeof LogEntry>;

const Page = struct("", {
  data: slice(struct("", { id: any, attributes: LogEntry })),
  meta: struct("", { next_token: string }),
});

/** Fly refuses the logs because the token or the app is wrong. */
export class LogsRefused extends FlyError {}

/** One page of an app's logs. @param token of this page, from the previous page */
export async function fetchLogs(
  { http, settings }: Invocation,
  app: string,
  token: string,
  filter: { region?: string; instance?: string },
): Promise<{ entries: LogEntry[]; nextToken: string }> {
  const query = new URLSearchParams();
  if (filter.instance) query.set("instance", filter.instance);
  query.set("next_token", token);
  if (filter.region) query.set("region", filter.region);
  const response = await http.sendRepeatable({
    method: "GET",
    url: `${settings.apiBaseUrl}/api/v1/apps/${app}/logs?${query}`,
    headers: {
      ...identityHeaders(),
      Authorization: `${settings.tokens.scheme} ${settings.tokens.preferred}`,
    },
  });
  if (response.status !== 200) throw refusal(response.status);
  const { data, meta } = Page.decode(parseGoJson(response.text));
  return { entries: data.map(({ attributes }) => attributes), nextToken: meta.next_token };
}

function refusal(status: number): FlyError {
  const text = `${status} ${STATUS_CODES[status] ?? ""}`;
  return [401, 403, 404].includes(status) ? new LogsRefused(text) : new FlyError(text);
}
