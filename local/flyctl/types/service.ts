import {
  any,
  bool,
  duration,
  type GoType,
  type Infer,
  int,
  map,
  omitEmpty,
  pointer,
  slice,
  string,
  struct,
} from "../go/json.ts";

export type Autostop = "off" | "stop" | "suspend";

/** Read from `"off"`, `"stop"`, `"suspend"` or a boolean; written as `false`, `true` or `"suspend"`. */
export const autostop: GoType<Autostop> = {
  goName: "fly.MachineAutostop",
  zero: () => "off",
  isEmpty: (value) => value === "off",
  encode: (value) => (value === "suspend" ? value : value === "stop"),
  decode(value) {
    if (value === null || value === undefined) return "off";
    if (typeof value === "boolean") return value ? "stop" : "off";
    if (typeof value !== "string") throw new Error("autostop value is not a valid bool or string");
    if (value !== "off" && value !== "stop" && value !== "suspend") {
      throw new Error(`invalid autostop string value "${value}"`);
    }
    return value;
  },
};

export const TlsOptions = struct("fly.TLSOptions", {
  alpn: omitEmpty(slice(string)),
  versions: omitEmpty(slice(string)),
  default_self_signed: omitEmpty(pointer(bool)),
});

export const HttpOptions = struct("fly.HTTPOptions", {
  compress: omitEmpty(pointer(bool)),
  response: omitEmpty(
    pointer(
      struct("fly.HTTPResponseOptions", { headers: omitEmpty(map(any)), pristine: omitEmpty(pointer(bool)) }),
    ),
  ),
  h2_backend: omitEmpty(pointer(bool)),
  idle_timeout: omitEmpty(pointer(int)),
  headers_read_timeout: omitEmpty(pointer(int)),
  replay_cache: omitEmpty(slice(any)),
});

export const Port = struct("fly.MachinePort", {
  port: omitEmpty(pointer(int)),
  start_port: omitEmpty(pointer(int)),
  end_port: omitEmpty(pointer(int)),
  handlers: omitEmpty(slice(string)),
  force_https: omitEmpty(bool),
  tls_options: omitEmpty(pointer(TlsOptions)),
  http_options: omitEmpty(pointer(HttpOptions)),
  proxy_proto_options: omitEmpty(pointer(struct("fly.ProxyProtoOptions", { version: omitEmpty(string) }))),
});

const HttpHeader = struct("fly.MachineHTTPHeader", {
  name: omitEmpty(string),
  values: omitEmpty(slice(string)),
});

export const checkTimes = {
  interval: omitEmpty(pointer(duration)),
  timeout: omitEmpty(pointer(duration)),
  grace_period: omitEmpty(pointer(duration)),
};

export const checkRequest = {
  method: omitEmpty(pointer(string)),
  path: omitEmpty(pointer(string)),
  protocol: omitEmpty(pointer(string)),
  tls_skip_verify: omitEmpty(pointer(bool)),
  tls_server_name: omitEmpty(pointer(string)),
  headers: omitEmpty(slice(HttpHeader)),
};

export const ServiceCheck = struct("fly.MachineServiceCheck", {
  port: omitEmpty(pointer(int)),
  type: omitEmpty(pointer(string)),
  ...checkTimes,
  ...checkRequest,
});

export const Concurrency = struct("fly.MachineServiceConcurrency", {
  type: omitEmpty(string),
  hard_limit: omitEmpty(int),
  soft_limit: omitEmpty(int),
});

export const Service = struct("fly.MachineService", {
  protocol: omitEmpty(string),
  internal_port: omitEmpty(int),
  autostop: omitEmpty(pointer(autostop)),
  autostart: omitEmpty(pointer(bool)),
  min_machines_running: omitEmpty(pointer(int)),
  ports: omitEmpty(slice(Port)),
  checks: omitEmpty(slice(ServiceCheck)),
  concurrency: omitEmpty(pointer(Concurrency)),
  force_instance_key: pointer(string),
  force_instance_description: omitEmpty(pointer(string)),
});

export type Service = Infer<typeof Service>;
export type Port = Infer<typeof Port>;
export type ServiceCheck = Infer<typeof ServiceCheck>;

/** Whether the port, or one of its range, is neither 80 nor 443. */
export function hasNonHttpPorts(port: Port): boolean {
  if (port.port !== null && port.port !== 80 && port.port !== 443) return true;
  if (port.start_port === null && port.end_port === null) return false;
  const first = port.start_port ?? 0;
  const count = (port.end_port ?? 65535) - first + 1;
  const inRange = (wanted: number) => first <= wanted && wanted < first + count;
  if (count > 2) return true;
  return count === 2 ? !(inRange(80) && inRange(443)) : count === 1 && !inRange(80) && !inRange(443);
}

export function containsPort(port: Port, wanted: number): boolean {
  if (port.port === wanted) return true;
  if (port.start_port === null && port.end_port === null) return false;
  return (port.start_port ?? 0) <= wanted && wanted <= (port.end_port ?? 65535);
}
