import { sortedEntries } from "../go/json.ts";
import { Port, Service, ServiceCheck } from "../types/service.ts";
import type { Config, HttpService } from "./schema.ts";

/** [http_service] as the service on ports 80 and 443 that it is short for. */
export function toMachineService(http: HttpService): Service {
  const port = (number: number, handlers: string[]) => ({ ...Port.zero(), port: number, handlers });
  return {
    ...Service.zero(),
    protocol: "tcp",
    internal_port: http.internal_port,
    ports: [{ ...port(80, ["http"]), force_https: http.force_https }, port(443, ["http", "tls"])],
    autostop: http.auto_stop_machines,
    autostart: http.auto_start_machines,
    min_machines_running: http.min_machines_running,
    checks: http.checks.map((check) => ({
      ...ServiceCheck.zero(),
      ...check,
      type: "http",
      headers: headerList(check),
    })),
  };
}

export const headerList = ({
  headers,
}: {
  headers: Record<string, string>;
}): { name: string; values: string[] }[] =>
  sortedEntries(headers).map(([name, value]) => ({ name, values: [value] }));

/** The URL of the app. Undefined if it has no HTTP service. */
export const appUrl = ({ app, http_service: http }: Config): string | undefined =>
  http && http.internal_port > 0 ? `https://${app}.fly.dev/` : undefined;
