import { sortedEntries } from "../go/json.ts";
import { containsPort, hasNonHttpPorts, Port, Service, ServiceCheck } from "../types/service.ts";
import type { Config, TomlService } from "./schema.ts";

type Checks = TomlService["http_checks"][number];

/** All services, [http_service] first as the ports 80 and 443 that it stands for. */
export function allServices(config: Config): TomlService[] {
  return config.http_service ? [fromHttpService(config.http_service), ...config.services] : config.services;
}

function fromHttpService(http: NonNullable<Config["http_service"]>): TomlService {
  const port = (number: number, handlers: string[]) => ({
    ...Port.zero(),
    port: number,
    handlers,
    http_options: http.http_options,
  });
  return {
    protocol: "tcp",
    internal_port: http.internal_port,
    auto_stop_machines: http.auto_stop_machines,
    auto_start_machines: http.auto_start_machines,
    min_machines_running: http.min_machines_running,
    ports: [
      { ...port(80, ["http"]), force_https: http.force_https },
      { ...port(443, ["http", "tls"]), tls_options: http.tls_options },
    ],
    concurrency: http.concurrency,
    tcp_checks: [],
    http_checks: http.checks,
    machine_checks: http.machine_checks,
    processes: http.processes,
  };
}

export function toMachineService(service: TomlService): Service {
  return {
    ...Service.zero(),
    protocol: service.protocol,
    internal_port: service.internal_port,
    ports: service.ports,
    concurrency: service.concurrency,
    autostop: service.auto_stop_machines,
    autostart: service.auto_start_machines,
    min_machines_running: service.min_machines_running,
    checks: [
      ...service.tcp_checks.map((check) => ({ ...ServiceCheck.zero(), ...check, type: "tcp" })),
      ...service.http_checks.map((check) => ({
        ...check,
        port: null,
        type: "http",
        headers: headerList(check),
      })),
    ],
  };
}

export const headerList = ({ headers }: Pick<Checks, "headers">): { name: string; values: string[] }[] =>
  sortedEntries(headers).map(([name, value]) => ({ name, values: [value] }));

/** Which public addresses the services need: a shared IPv4 will do for plain HTTP and HTTPS only. */
export function ipKind(config: Config): "shared" | "dedicated" {
  const needsDedicated = config.services.some(
    ({ protocol, ports }) => protocol === "udp" || (protocol === "tcp" && ports.some(isUnusualPort)),
  );
  return needsDedicated ? "dedicated" : "shared";
}

function isUnusualPort(port: Port): boolean {
  const handlers = port.handlers.join(" ");
  if (hasNonHttpPorts(port)) return true;
  if (containsPort(port, 80) && handlers !== "http") return true;
  return containsPort(port, 443) && handlers !== "http tls" && handlers !== "tls http";
}

/** Where the app will answer; undefined if nothing of it speaks HTTP. */
export function appUrl(config: Config): string | undefined {
  const host = `${config.app}.fly.dev`;
  if (config.http_service && config.http_service.internal_port > 0) return `https://${host}/`;
  const httpPorts = config.services
    .flatMap(({ ports }) => ports)
    .filter(({ port, handlers }) => port !== null && handlers.includes("http"));
  const numbers = (secure: boolean) =>
    httpPorts
      .filter(({ handlers }) => handlers.includes("tls") === secure)
      .map(({ port }) => port ?? 0)
      .sort((a, b) => a - b);
  const [https, http] = [numbers(true), numbers(false)];
  if (https.includes(443)) return `https://${host}/`;
  if (http.includes(80)) return `http://${host}/`;
  if (https[0] !== undefined) return `https://${host}:${https[0]}/`;
  return http[0] === undefined ? undefined : `http://${host}:${http[0]}/`;
}
