import { FlyError } from "../errors.ts";
import { Port, Service } from "../types/service.ts";

interface PortMapping {
  internalPort: number;
  protocol: string;
  port: Pick<Port, "port" | "start_port" | "end_port">;
  handlers: string[];
}

/** The services with the `--port` flags applied, e.g. `443:80/tcp:http:tls`; those without a port are dropped. */
export function applyPortFlags(services: Service[], flags: string[]): Service[] {
  const changed = structuredClone(services);
  for (const flag of flags) {
    const { internalPort, protocol, port, handlers } = parseMapping(flag);
    let service = changed.findLast(
      (candidate) => candidate.internal_port === internalPort && candidate.protocol === protocol,
    );
    if (!service) {
      service = { ...Service.zero(), internal_port: internalPort, protocol };
      changed.push(service);
    }
    if (handlers.length === 1 && handlers[0] === "-") service.ports = [];
    else setPort(service, { ...Port.zero(), ...port, handlers });
  }
  return changed.filter(({ ports }) => ports.length > 0);
}

function setPort(service: Service, wanted: Port): void {
  const same = service.ports.filter(
    ({ port, start_port }) =>
      (port !== null && port === wanted.port) || (start_port !== null && start_port === wanted.start_port),
  );
  for (const port of same) {
    port.handlers = wanted.handlers;
    if (wanted.start_port !== null) port.end_port = wanted.end_port;
  }
  if (same.length === 0) service.ports.push(wanted);
}

function parseMapping(text: string): PortMapping {
  const [ports = "", protocolAndHandlers, ...rest] = text.split("/");
  if (rest.length > 0) throw new FlyError("port must be at most two elements (ports/protocol:handler)");
  const [protocol = "tcp", ...handlers] = protocolAndHandlers?.split(":") ?? [];
  const { internalPort, ...port } = parsePorts(ports);
  return { internalPort: internalPort || (port.port ?? port.start_port ?? 0), protocol, port, handlers };
}

function parsePorts(text: string): PortMapping["port"] & { internalPort: number } {
  const [external = "", internal, ...rest] = text.split(":");
  if (rest.length > 0) throw new FlyError("port definition must be at most 2 elements (external:internal)");
  const none = { start_port: null, end_port: null };
  if (internal === undefined) return { ...none, port: parsePort(external, "invalid port"), internalPort: 0 };
  const internalPort = parsePort(internal, "invalid machine (internal) port");
  const [first = "", last, ...more] = external.split("-");
  if (more.length > 0) {
    throw new FlyError("external port must be at most 2 elements (port, or range start-end)");
  }
  if (last === undefined) return { ...none, port: parsePort(first, "invalid external port"), internalPort };
  // flyctl reads the start of a range for its end, too.
  const start = parsePort(first, "invalid start port for port range");
  return { port: null, start_port: start, end_port: start, internalPort };
}

function parsePort(text: string, problem: string): number {
  if (/^[+-]?\d+$/.test(text)) return Number(text);
  throw new FlyError(`${problem}: strconv.Atoi: parsing ${JSON.stringify(text)}: invalid syntax`);
}
