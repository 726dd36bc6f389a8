/**
 * `node components/fly/flyctlGate.ts ARGUMENTS` runs flyctl on a machine that reaches Fly.io through a proxy. flyctl gets a proxy of its own,
 * on loopback: it forwards requests to Fly.io and refuses all others. It is a separate process, because flyctl can outlive the verb.
 */
import { execa } from "execa";
import { RequestError, Server } from "proxy-chain";
import { getProxyForUrl } from "proxy-from-env";
import { neededHosts, viaProxy } from "./egress.ts";

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
  env: viaProxy(`http://127.0.0.1:${gate.port}`),
  stdio: "inherit",
  reject: false,
});
process.on("SIGTERM", () => flyctl.kill("SIGTERM"));
const { exitCode, shortMessage } = await flyctl;
if (exitCode === undefined) process.stderr.write(`Error: ${shortMessage}\n`);
process.exitCode = exitCode ?? 1;
await gate.close(true);
