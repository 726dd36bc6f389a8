/**
 * `node components/fly/flyctlGate.ts ARGUMENTS`: flyctl on a machine whose way to Fly.io leads through a proxy. It gets a proxy of its own, on
 * loopback, that passes on what is for Fly.io and refuses everything else. A process of its own, because flyctl may outlive the verb.
 */
import { execa } from "execa";
import { RequestError, Server } from "proxy-chain";
import { getProxyForUrl } from "proxy-from-env";
import { neededHosts, through } from "./egress.ts";

const hosts = neededHosts(process.env);

const gate = new Server({
  host: "127.0.0.1",
  port: 0,
  prepareRequestFunction({ hostname }) {
    if (!hosts.includes(hostname)) throw new RequestError(`flyctl needs nothing of ${hostname}`, 403);
    return { upstreamProxyUrl: getProxyForUrl(`https://${hostname}`) || null };
  },
});

// A terminal's Ctrl-C reaches flyctl by itself; the gate stays open until flyctl has ended.
process.on("SIGINT", () => undefined);

await gate.listen();
const flyctl = execa("flyctl", process.argv.slice(2), {
  env: through(`http://127.0.0.1:${gate.port}`),
  stdio: "inherit",
  reject: false,
});
process.on("SIGTERM", () => flyctl.kill("SIGTERM"));
const { exitCode, shortMessage } = await flyctl;
if (exitCode === undefined) process.stderr.write(`Error: ${shortMessage}\n`);
process.exitCode = exitCode ?? 1;
await gate.close(true);
