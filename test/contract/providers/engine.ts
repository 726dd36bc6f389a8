// The part of the engine that a plugin calls back: it keeps what plugins log.
import grpc from "@grpc/grpc-js";
import engineGrpc from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import type enginePb from "@pulumi/pulumi/proto/engine_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";

interface LogLine {
  severity: "debug" | "info" | "warning" | "error";
  message: string;
  urn: string;
  /** Shown only while it is the newest line of its resource. */
  ephemeral: boolean;
}

export interface Engine {
  address: string;
  log: LogLine[];
  stop(): void;
}

const severities = ["debug", "info", "warning", "error"] as const;

/** Listens on a free loopback port. */
export async function startEngine(): Promise<Engine> {
  const log: LogLine[] = [];
  const server = new grpc.Server();
  server.addService(engineGrpc.EngineService, {
    log(call: grpc.ServerUnaryCall<enginePb.LogRequest, unknown>, answer: grpc.sendUnaryData<emptyPb.Empty>) {
      log.push({
        severity: severities[call.request.getSeverity()] ?? "error",
        message: call.request.getMessage(),
        urn: call.request.getUrn(),
        ephemeral: call.request.getEphemeral(),
      });
      answer(null, new emptyPb.Empty());
    },
  });
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  return { address: `127.0.0.1:${port}`, log, stop: () => server.forceShutdown() };
}
