import type { IncomingHttpHeaders, OutgoingHttpHeaders } from "node:http";
import type { MachineConfig, Service, ServicePort } from "./machines/config.ts";

/** The target that a Host header names. */
export interface RequestedHost {
  app: string;
  /** `APP.flycast` goes through the app's private address, `APP.fly.dev` through a public one. */
  isPrivate: boolean;
  /** Port of the service on the app's address. */
  port: number;
  hostname: string;
}

/** @returns undefined if the header names no `APP.flycast` or `APP.fly.dev` */
export function readHost(header: string | undefined): RequestedHost | undefined {
  const parts = /^(?<hostname>(?<app>[a-z0-9-]+)\.(?<domain>flycast|fly\.dev))(?::(?<port>\d+))?$/i.exec(
    header ?? "",
  )?.groups;
  if (!parts?.app || !parts.hostname) return undefined;
  return {
    app: parts.app.toLowerCase(),
    isPrivate: parts.domain?.toLowerCase() === "flycast",
    port: Number(parts.port ?? 80),
    hostname: parts.hostname.toLowerCase(),
  };
}

/** The port of a Host header; 80 if it names none. */
export const portOf = (header: string | undefined) => Number(/:(\d+)$/.exec(header ?? "")?.[1] ?? 80);

export interface Listener {
  service: Service;
  port: ServicePort;
}

/** The machine's service that handles HTTP on this port of the app. */
export function findListener(config: MachineConfig, port: number): Listener | undefined {
  for (const service of config.services ?? []) {
    const found = (service.ports ?? []).find((one) => one.port === port && one.handlers?.includes("http"));
    if (found) return { service, port: found };
  }
  return undefined;
}

function isTls({ handlers }: ServicePort): boolean {
  return handlers?.includes("tls") ?? false;
}

/** Where `force_https` redirects a request that came without TLS. */
export function httpsRedirect(listener: Listener, host: RequestedHost, path: string): string | undefined {
  if (!listener.port.force_https || isTls(listener.port)) return undefined;
  return `https://${host.hostname}${path}`;
}

/** The headers that the machine gets: the client's own, plus the client's address and how it connected. */
export function forwardedHeaders(
  headers: IncomingHttpHeaders,
  listener: Listener,
  host: RequestedHost,
  client: string,
): OutgoingHttpHeaders {
  const before = headers["x-forwarded-for"];
  return {
    ...headers,
    "x-forwarded-for": before ? `${before}, ${client}` : client,
    "x-forwarded-proto": isTls(listener.port) ? "https" : "http",
    "x-forwarded-port": String(host.port),
    "x-forwarded-ssl": isTls(listener.port) ? "on" : "off",
    "fly-client-ip": client,
    "fly-forwarded-proto": isTls(listener.port) ? "https" : "http",
    "fly-forwarded-port": String(host.port),
    via: "1.1 fly.io",
  };
}
