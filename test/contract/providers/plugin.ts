// Starts a provider plugin as the engine does, and calls it. PATH decides whether it is the real plugin or the stand-in.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, constants } from "node:fs/promises";
import { delimiter, dirname, join } from "node:path";
import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import { fromResponse, type JsonObject, type Method, methods, toRequest } from "./messages.ts";

export interface Answer {
  response: JsonObject | null;
  /** In grpc-go's wording, as in the recordings. */
  errors?: string[];
}

export interface PluginOptions {
  engineAddress: string;
  /** The program's folder. Relative paths of resources start here. */
  cwd: string;
  env?: Record<string, string | undefined>;
}

type Rpc = (
  request: object,
  answer: (error: grpc.ServiceError | null, response: object) => void,
) => grpc.ClientUnaryCall;

/** Milliseconds that the engine gives a plugin between SIGINT and SIGKILL. */
const graceMs = 5000;

async function findOnPath(executable: string): Promise<string> {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, executable);
    if (
      await access(path, constants.X_OK).then(
        () => true,
        () => false,
      )
    )
      return path;
  }
  throw new Error(
    `${executable} is not on PATH: put local/providers/bin, or a folder with the real plugins, first on PATH`,
  );
}

function readPort(child: ChildProcess, stderr: () => string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = "";
    child.stdout?.on("data", (chunk) => {
      text += chunk;
      if (text.includes("\n")) resolve(Number(text.slice(0, text.indexOf("\n"))));
    });
    child.once("error", reject);
    child.once("exit", () => reject(new Error(`the plugin ended before it printed its port: ${stderr()}`)));
  });
}

export class Plugin {
  readonly path: string;
  readonly child: ChildProcess;
  readonly client: providerGrpc.ResourceProviderClient;

  private constructor(path: string, child: ChildProcess, client: providerGrpc.ResourceProviderClient) {
    this.path = path;
    this.child = child;
    this.client = client;
  }

  /** @param name of the provider: `random` for pulumi-resource-random */
  static async start(name: string, options: PluginOptions): Promise<Plugin> {
    const path = await findOnPath(`pulumi-resource-${name}`);
    // A new process group, so that the plugin can be interrupted together with what it started.
    const child = spawn(path, [options.engineAddress], {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    let stderr = "";
    child.stderr?.on("data", (chunk) => {
      stderr += chunk;
    });
    const port = await readPort(child, () => stderr);
    const client = new providerGrpc.ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
    const plugin = new Plugin(path, child, client);
    await plugin.handshake(options.engineAddress);
    return plugin;
  }

  private async handshake(engineAddress: string): Promise<void> {
    const request = new providerPb.ProviderHandshakeRequest();
    request.setEngineAddress(engineAddress);
    request.setRootDirectory(dirname(this.path));
    request.setProgramDirectory(dirname(this.path));
    request.setConfigureWithUrn(true);
    request.setSupportsViews(true);
    request.setSupportsRefreshBeforeUpdate(true);
    request.setInvokeWithPreview(true);
    const error = await this.rpc("handshake", request).then(
      () => undefined,
      (failure: grpc.ServiceError) => failure,
    );
    if (error && error.code !== grpc.status.UNIMPLEMENTED) throw error;
  }

  private rpc(name: string, request: object): Promise<object> {
    const method = (this.client as unknown as Record<string, Rpc>)[name];
    if (!method) throw new Error(`no such call: ${name}`);
    return new Promise((resolve, reject) =>
      method.call(this.client, request, (error, response) => (error ? reject(error) : resolve(response))),
    );
  }

  async call(method: Method, request: JsonObject): Promise<Answer> {
    try {
      return { response: fromResponse(await this.rpc(methods[method].rpc, toRequest(method, request))) };
    } catch (failure) {
      const error = failure as grpc.ServiceError;
      if (error.code === undefined) throw failure;
      const name = goNames[error.code] ?? String(error.code);
      return { response: null, errors: [`rpc error: code = ${name} desc = ${error.details}`] };
    }
  }

  async version(): Promise<string> {
    const info = await this.rpc("getPluginInfo", new emptyPb.Empty());
    return (info as { getVersion(): string }).getVersion();
  }

  async cancel(): Promise<void> {
    await this.rpc("cancel", new emptyPb.Empty());
  }

  /** Ends the plugin as the engine does: SIGINT to its group, then SIGKILL. */
  async stop(): Promise<void> {
    this.client.close();
    const { pid } = this.child;
    if (pid === undefined || this.child.exitCode !== null || this.child.signalCode !== null) return;
    const exited = once(this.child, "exit");
    process.kill(-pid, "SIGINT");
    const killer = setTimeout(() => process.kill(-pid, "SIGKILL"), graceMs);
    await exited;
    clearTimeout(killer);
  }
}

const goNames: Record<number, string> = {
  1: "Canceled",
  2: "Unknown",
  3: "InvalidArgument",
  4: "DeadlineExceeded",
  5: "NotFound",
  9: "FailedPrecondition",
  12: "Unimplemented",
  13: "Internal",
  14: "Unavailable",
};
