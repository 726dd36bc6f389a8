import {
  bool,
  duration,
  type Infer,
  int,
  map,
  omitEmpty,
  pointer,
  slice,
  string,
  struct,
} from "../go/json.ts";
import { autostop } from "../types/service.ts";

// The keys of our fly.toml, in the order in which flyctl sends them with a release.

const checkTimes = {
  interval: omitEmpty(pointer(duration)),
  timeout: omitEmpty(pointer(duration)),
  grace_period: omitEmpty(pointer(duration)),
};
const checkRequest = {
  method: omitEmpty(pointer(string)),
  path: omitEmpty(pointer(string)),
  headers: omitEmpty(map(string)),
};

const HttpCheck = struct("appconfig.ServiceHTTPCheck", { ...checkTimes, ...checkRequest });

const HttpService = struct("appconfig.HTTPService", {
  internal_port: omitEmpty(int),
  force_https: omitEmpty(bool),
  auto_stop_machines: omitEmpty(pointer(autostop)),
  auto_start_machines: omitEmpty(pointer(bool)),
  min_machines_running: omitEmpty(pointer(int)),
  checks: omitEmpty(slice(HttpCheck)),
});

const Compute = struct("appconfig.Compute", { size: omitEmpty(string), memory: omitEmpty(string) });

const TopLevelCheck = struct("appconfig.ToplevelCheck", {
  port: omitEmpty(pointer(int)),
  type: omitEmpty(pointer(string)),
  ...checkTimes,
  ...checkRequest,
});

const TomlMount = struct("appconfig.Mount", {
  source: omitEmpty(string),
  destination: omitEmpty(string),
  auto_extend_size_threshold: omitEmpty(int),
  auto_extend_size_increment: omitEmpty(string),
  auto_extend_size_limit: omitEmpty(string),
});

const Deploy = struct("appconfig.Deploy", { strategy: omitEmpty(string) });

export const Config = struct("appconfig.Config", {
  app: omitEmpty(string),
  primary_region: omitEmpty(string),
  kill_signal: omitEmpty(pointer(string)),
  kill_timeout: omitEmpty(pointer(duration)),
  swap_size_mb: omitEmpty(pointer(int)),
  deploy: omitEmpty(pointer(Deploy)),
  env: omitEmpty(map(string)),
  mounts: omitEmpty(slice(TomlMount)),
  http_service: omitEmpty(pointer(HttpService)),
  checks: omitEmpty(map(TopLevelCheck)),
  restart: omitEmpty(slice(struct("appconfig.Restart", { policy: omitEmpty(string) }))),
  vm: omitEmpty(slice(Compute)),
});

export type Config = Infer<typeof Config>;
export type Compute = Infer<typeof Compute>;
export type HttpService = Infer<typeof HttpService>;
export type TomlMount = Infer<typeof TomlMount>;
export const newDeploySection = (): NonNullable<Config["deploy"]> => Deploy.zero();
