import {
  any,
  bool,
  duration,
  float,
  type Infer,
  int,
  map,
  omitEmpty,
  pointer,
  slice,
  string,
  struct,
} from "../go/json.ts";
import { Guest } from "../types/guest.ts";
import { autostop, Concurrency, HttpOptions, Port, TlsOptions } from "../types/service.ts";

// fly.toml, key by key in the order in which flyctl sends it along with a release.

const processes = { processes: omitEmpty(slice(string)) };
const checkTimes = {
  interval: omitEmpty(pointer(duration)),
  timeout: omitEmpty(pointer(duration)),
  grace_period: omitEmpty(pointer(duration)),
};
const checkRequest = {
  method: omitEmpty(pointer(string)),
  path: omitEmpty(pointer(string)),
  protocol: omitEmpty(pointer(string)),
  tls_skip_verify: omitEmpty(pointer(bool)),
  tls_server_name: omitEmpty(pointer(string)),
  headers: omitEmpty(map(string)),
};

const TcpCheck = struct("appconfig.ServiceTCPCheck", checkTimes);
const HttpCheck = struct("appconfig.ServiceHTTPCheck", { ...checkTimes, ...checkRequest });
const MachineCheck = struct("appconfig.ServiceMachineCheck", {
  command: omitEmpty(slice(string)),
  image: omitEmpty(string),
  entrypoint: omitEmpty(slice(string)),
  kill_signal: omitEmpty(pointer(string)),
  kill_timeout: omitEmpty(pointer(duration)),
});

const autoMachines = {
  auto_stop_machines: omitEmpty(pointer(autostop)),
  auto_start_machines: omitEmpty(pointer(bool)),
  min_machines_running: omitEmpty(pointer(int)),
};

const HttpService = struct("appconfig.HTTPService", {
  internal_port: omitEmpty(int),
  force_https: omitEmpty(bool),
  ...autoMachines,
  ...processes,
  concurrency: omitEmpty(pointer(Concurrency)),
  tls_options: omitEmpty(pointer(TlsOptions)),
  http_options: omitEmpty(pointer(HttpOptions)),
  checks: omitEmpty(slice(HttpCheck)),
  machine_checks: omitEmpty(slice(MachineCheck)),
});

const TomlService = struct("appconfig.Service", {
  protocol: omitEmpty(string),
  internal_port: omitEmpty(int),
  ...autoMachines,
  ports: omitEmpty(slice(Port)),
  concurrency: omitEmpty(pointer(Concurrency)),
  tcp_checks: omitEmpty(slice(TcpCheck)),
  http_checks: omitEmpty(slice(HttpCheck)),
  machine_checks: omitEmpty(slice(MachineCheck)),
  ...processes,
});

const Compute = struct("appconfig.Compute", {
  size: omitEmpty(string),
  memory: omitEmpty(string),
  ...guestFields(),
  ...processes,
});

// A [[vm]] section has the fields of a guest beside its own.
function guestFields() {
  return Guest.fields as { [K in keyof Guest]: import("../go/json.ts").GoType<Guest[K]> };
}

const TopLevelCheck = struct("appconfig.ToplevelCheck", {
  port: omitEmpty(pointer(int)),
  type: omitEmpty(pointer(string)),
  ...checkTimes,
  ...checkRequest,
  ...processes,
});

const TomlMount = struct("appconfig.Mount", {
  source: omitEmpty(string),
  destination: omitEmpty(string),
  initial_size: omitEmpty(string),
  snapshot_retention: omitEmpty(pointer(int)),
  scheduled_snapshots: omitEmpty(pointer(bool)),
  auto_extend_size_threshold: omitEmpty(int),
  auto_extend_size_increment: omitEmpty(string),
  auto_extend_size_limit: omitEmpty(string),
  ...processes,
});

const TomlFile = struct("appconfig.File", {
  guest_path: omitEmpty(string),
  local_path: omitEmpty(string),
  secret_name: omitEmpty(string),
  raw_value: omitEmpty(string),
  ...processes,
});

const Build = struct("appconfig.Build", {
  builder: omitEmpty(string),
  args: omitEmpty(map(string)),
  buildpacks: omitEmpty(slice(string)),
  image: omitEmpty(string),
  settings: omitEmpty(map(any)),
  builtin: omitEmpty(string),
  dockerfile: omitEmpty(string),
  ignorefile: omitEmpty(string),
  "build-target": omitEmpty(string),
  compose: omitEmpty(pointer(struct("appconfig.BuildCompose", { file: omitEmpty(string) }))),
  compression: omitEmpty(string),
  compression_level: omitEmpty(pointer(int)),
});

const Deploy = struct("appconfig.Deploy", {
  strategy: omitEmpty(string),
  max_unavailable: omitEmpty(pointer(float)),
  wait_timeout: omitEmpty(pointer(duration)),
  release_command: omitEmpty(string),
  release_command_timeout: omitEmpty(pointer(duration)),
  release_command_vm: omitEmpty(pointer(Compute)),
  seed_command: omitEmpty(string),
});

const Experimental = struct("appconfig.Experimental", {
  cmd: omitEmpty(slice(string)),
  entrypoint: omitEmpty(slice(string)),
  exec: omitEmpty(slice(string)),
  auto_rollback: omitEmpty(bool),
  enable_consul: omitEmpty(bool),
  enable_etcd: omitEmpty(bool),
  lazy_load_images: omitEmpty(bool),
  attached: struct("appconfig.Attached", {
    secrets: struct("appconfig.AttachedSecrets", { export: omitEmpty(map(string)) }),
  }),
  machine_config: omitEmpty(string),
});

export const Config = struct("appconfig.Config", {
  app: omitEmpty(string),
  primary_region: omitEmpty(string),
  kill_signal: omitEmpty(pointer(string)),
  kill_timeout: omitEmpty(pointer(duration)),
  swap_size_mb: omitEmpty(pointer(int)),
  console_command: omitEmpty(string),
  experimental: omitEmpty(pointer(Experimental)),
  build: omitEmpty(pointer(Build)),
  deploy: omitEmpty(pointer(Deploy)),
  env: omitEmpty(map(string)),
  processes: omitEmpty(map(string)),
  mounts: omitEmpty(slice(TomlMount)),
  http_service: omitEmpty(pointer(HttpService)),
  services: omitEmpty(slice(TomlService)),
  checks: omitEmpty(map(TopLevelCheck)),
  files: omitEmpty(slice(TomlFile)),
  host_dedication_id: omitEmpty(string),
  machine_config: omitEmpty(string),
  container: omitEmpty(string),
  machine_checks: omitEmpty(slice(MachineCheck)),
  restart: omitEmpty(
    slice(struct("appconfig.Restart", { policy: omitEmpty(string), retries: omitEmpty(int), ...processes })),
  ),
  vm: omitEmpty(slice(Compute)),
  statics: omitEmpty(
    slice(
      struct("appconfig.Static", {
        guest_path: omitEmpty(string),
        url_prefix: omitEmpty(string),
        tigris_bucket: string,
        index_document: omitEmpty(string),
      }),
    ),
  ),
  metrics: omitEmpty(
    slice(
      struct("appconfig.Metrics", {
        port: omitEmpty(int),
        path: omitEmpty(string),
        https: omitEmpty(bool),
        ...processes,
      }),
    ),
  ),
});

export type Config = Infer<typeof Config>;
export type Compute = Infer<typeof Compute>;
export type TomlService = Infer<typeof TomlService>;
export type TomlMount = Infer<typeof TomlMount>;
export type TomlFile = Infer<typeof TomlFile>;
export const newDeploySection = (): NonNullable<Config["deploy"]> => Deploy.zero();
