// The engine as a plugin sees it: where to log, and whether it is still there.
import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import type { Severity } from "./provider.ts";

const healthCheckMs = 5 * 60 * 1000;

export interface LogEntry {
  severity: Severity;
  message: string;
  urn: string;
  ephemeral: boolean;
}

export class Engine {
  readonly #client: engineGrpc.EngineClient;

  constructor(address: string) {
    this.#client = new engineGrpc.EngineClient(address, grpc.credentials.createInsecure());
  }

  /** Drops a line that cannot be delivered, so that no operation fails because of its log. */
  log(entry: LogEntry): Promise<void> {
    const request = new enginePb.LogRequest();
    request.setSeverity(severities[entry.severity]);
    request.setMessage(entry.message);
    request.setUrn(entry.urn);
    request.setEphemeral(entry.ephemeral);
    return new Promise((resolve) => this.#client.log(request, () => resolve()));
  }

  /** Calls `gone` once the engine no longer answers, so that no plugin outlives a crashed engine. */
  watch(gone: () => void): void {
    const check = () =>
      this.#client.makeUnaryRequest(
        "/grpc.health.v1.Health/Check",
        () => Buffer.alloc(0),
        () => undefined,
        undefined,
        (error) => {
          if (!error || error.code === grpc.status.UNIMPLEMENTED) return;
          clearInterval(timer);
          gone();
        },
      );
    const timer = setInterval(check, healthCheckMs);
    timer.unref();
  }
}

const severities = {
  debug: enginePb.LogSeverity.DEBUG,
  info: enginePb.LogSeverity.INFO,
  warning: enginePb.LogSeverity.WARNING,
  error: enginePb.LogSeverity.ERROR,
};
