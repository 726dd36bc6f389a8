/**
 * Runs flyctl once and records it in the form of test/contract/recordings: a line in the file FLYCTL_RECORDINGS with the arguments, the
 * output, and each request with its answer, without secrets. To its caller it behaves as flyctl.
 */
import { appendFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";
import { onPath } from "../../../local/toolchain/onPath.ts";
import type { Probe, RecordedRequest } from "../../contract/flyctl/recordings.ts";
import { startRelay } from "./relay.ts";
import { withoutSecrets } from "./withoutSecrets.ts";

/** The addresses of Fly.io's three interfaces, unless the environment has others. Source: flyctl's config.go and uiexutil. */
const origins = {
  FLY_API_BASE_URL: "https://api.fly.io",
  FLY_FLAPS_BASE_URL: "https://api.machines.dev",
  FLY_UIEX_BASE_URL: "https://api.fly.io",
};

const argv = process.argv.slice(2);
const own = join(import.meta.dirname, "bin");
const path = (process.env.PATH ?? "").split(delimiter).filter((folder) => folder !== own);
const flyctl = await onPath("flyctl", path.join(delimiter));
if (!flyctl) {
  console.error("flyctl is not on the PATH; install it: curl -L https://fly.io/install.sh | sh");
  process.exit(1);
}

const requests: RecordedRequest[] = [];
const relays = await Promise.all(
  Object.entries(origins).map(async ([variable, origin]) => ({
    variable,
    ...(await startRelay(process.env[variable] || origin, (request) => requests.push(request))),
  })),
);
const env = {
  PATH: path.join(delimiter),
  ...Object.fromEntries(relays.map(({ variable, url }) => [variable, url])),
};
const running = execa(flyctl, argv, {
  env,
  stdin: "inherit",
  stdout: ["pipe", "inherit"],
  stderr: ["pipe", "inherit"],
  stripFinalNewline: false,
  reject: false,
  cleanup: false,
});
// A terminal's Ctrl-C reaches flyctl directly. This process only waits for flyctl's reaction.
for (const signal of ["SIGINT", "SIGTERM"] as const)
  process.on(signal, () => signal === "SIGTERM" && running.kill(signal));
const { exitCode, stdout, stderr } = await running;
await Promise.all(relays.map(({ stop }) => stop()));

const recording: Probe = {
  probe: argv.slice(0, 2).join("-"),
  argv,
  exit: exitCode ?? 1,
  stdout,
  stderr,
  requests,
};
const file = process.env.FLYCTL_RECORDINGS;
if (file) await appendFile(file, `${JSON.stringify(withoutSecrets(recording))}\n`, { mode: 0o600 });
process.exit(exitCode ?? 1);
