import {
  bool,
  duration,
  type GoType,
  type Infer,
  int,
  omitEmpty,
  pointer,
  slice,
  string,
  struct,
} from "../go/json.ts";

type Autostop = "off" | "stop" | "suspend";

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

export const Port = struct("fly.MachinePort", {
  port: omitEmpty(pointer(int)),
  handlers: omitEmpty(slice(string)),
  force_https: omitEmpty(bool),
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
  headers: omitEmpty(slice(HttpHeader)),
};

export const ServiceCheck = struct("fly.MachineServiceCheck", {
  port: omitEmpty(pointer(int)),
  type: omitEmpty(pointer(string)),
  ...checkTimes,
  ...checkRequest,
});

export const Service = struct("fly.MachineService", {
  protocol: omitEmpty(string),
  internal_port: omitEmpty(int),
  autostop: omitEmpty(pointer(autostop)),
  autostart: omitEmpty(pointer(bool)),
  min_machines_running: omitEmpty(pointer(int)),
  ports: omitEmpty(slice(Port)),
  checks: omitEmpty(slice(ServiceCheck)),
  force_instance_key: pointer(string),
  force_instance_description: omitEmpty(pointer(string)),
});

export type Service = Infer<typeof Service>;
export type Port = Infer<typeof Port>;
export type ServiceCheck = Infer<typeof ServiceCheck>;
