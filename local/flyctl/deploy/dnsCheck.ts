import { Resolver } from "node:dns/promises";
import { isIP } from "node:net";
import { type IpAssignment, ipAssignments } from "../api/ipAssignments.ts";
import { messageOf } from "../errors.ts";
import { appUrl } from "../flyToml/services.ts";
import type { Deployment } from "./deployment.ts";

const patience = 60_000;

/** Asks Google's resolver, past the machine's own, whether the app's addresses are known; only warns. */
export async function checkDns({ invocation, config }: Deployment): Promise<void> {
  const { streams, log } = invocation;
  const url = appUrl(config);
  let assignments: IpAssignment[];
  try {
    assignments = await ipAssignments(invocation, config.app);
  } catch (error) {
    log.terminalWarn(`DNS checks failed: ${messageOf(error)}\n`);
    return;
  }
  if (!url || assignments.length === 0) return;
  const { hostname } = new URL(url);
  streams.error(`Checking DNS configuration for ${hostname}\n`);
  const problem = await verify(invocation.http, hostname, assignments);
  if (!problem) {
    streams.error("✓ DNS configuration verified\n");
    return;
  }
  streams.error(`WARNING: DNS verification failed: ${problem}\n`);
  streams.error("Your app is deployed but DNS may take a few minutes to propagate globally\n");
  log.terminalWarn(`DNS checks failed: ${problem}\n`);
}

async function verify(
  http: Deployment["invocation"]["http"],
  hostname: string,
  assignments: IpAssignment[],
): Promise<string | undefined> {
  const anycast = assignments.filter(({ ip }) => !/^f[cd]/i.test(ip));
  const wanted = {
    A: anycast.filter(({ ip, region, shared }) => isIP(ip) === 4 && (region === "global" || shared)).length,
    AAAA: anycast.filter(({ ip, region }) => isIP(ip) === 6 && region === "global").length,
  };
  const deadline = Date.now() + patience;
  for (let pause = 1000; ; pause = Math.min(5000, pause * 1.5)) {
    const problem = await ask(hostname, wanted, deadline);
    if (!problem || Date.now() + pause > deadline) return problem;
    await http.pause(pause);
  }
}

async function ask(
  hostname: string,
  wanted: { A: number; AAAA: number },
  deadline: number,
): Promise<string | undefined> {
  const resolver = new Resolver({ timeout: Math.max(1000, deadline - Date.now()), tries: 1 });
  resolver.setServers(["8.8.8.8"]);
  for (const type of ["A", "AAAA"] as const) {
    try {
      const answers = await resolver.resolve(hostname, type).catch(noAnswers);
      if (answers.length !== wanted[type]) {
        return `expected ${wanted[type]} ${type} records for ${hostname}., got ${answers.length}`;
      }
    } catch (error) {
      return messageOf(error);
    }
  }
  return undefined;
}

/** A name that does not exist is an answer too. */
function noAnswers(error: NodeJS.ErrnoException): string[] {
  if (error.code === "ENOTFOUND" || error.code === "ENODATA") return [];
  throw error;
}
