// plugin.ts NAME [ENGINE]: what bin/pulumi-resource-NAME runs. Only the provider asked for is loaded: the engine waits for it.
import { flushCompileCache } from "node:module";
import type { Provider } from "./provider.ts";
import { serve } from "./server.ts";

const providers: Record<string, () => Promise<Provider>> = {
  command: async () => (await import("./command.ts")).commandProvider,
  docker: async () => (await import("./docker.ts")).dockerProvider,
  random: async () => (await import("./random.ts")).randomProvider,
  tailscale: async () => (await import("./tailscale.ts")).tailscaleProvider,
};

const [name = "", ...argv] = process.argv.slice(2);
const load = providers[name];
if (!load)
  throw new Error(`there is a stand-in for ${Object.keys(providers).join(", ")}, but none for "${name}"`);
await serve(await load(), argv);
// Now and not at the end, since the engine kills its plugins.
flushCompileCache();
