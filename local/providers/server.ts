// Serves a provider in the way the engine expects of an executable pulumi-resource-NAME: the engine's address is an argument, the first
// line on stdout is the port, SIGINT ends it.
import grpc from "@grpc/grpc-js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import { Engine } from "./engine.ts";
import { handlersOf } from "./handlers.ts";
import type { Provider } from "./provider.ts";

/** The engine's own limit. */
const maxMessageBytes = 400 * 1024 * 1024;

/** The engine puts flags for logging and tracing before its address. */
function engineAddress(argv: string[]): string | undefined {
  return argv.findLast((argument) => !argument.startsWith("-"));
}

/** Listens on a free port of the loopback until the engine interrupts. It finishes the calls under way first. */
export async function serve(provider: Provider, argv: string[]): Promise<void> {
  const address = engineAddress(argv);
  const engine = address ? new Engine(address) : undefined;
  const server = new grpc.Server({
    "grpc.max_receive_message_length": maxMessageBytes,
    "grpc.max_send_message_length": maxMessageBytes,
  });
  server.addService(providerGrpc.ResourceProviderService, handlersOf(provider, engine));
  const end = () => server.tryShutdown(() => process.exit(0));
  process.on("SIGINT", end);
  engine?.watch(end);
  const port = await new Promise<number>((resolve, reject) =>
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    ),
  );
  process.stdout.write(`${port}\n`);
}
