import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { findDocker } from "../../../../components/image/dockerDaemon.ts";

let folder: string;
let system: string;
let desktop: string;
let link: string;
let colima: string;

beforeAll(() => {
  // A contributor's own daemon plays no part in these tests.
  vi.stubEnv("DOCKER_HOST", undefined);
  folder = mkdtempSync(join(tmpdir(), "sockets-"));
  const [a, b, c, d] = ["system", "desktop", "link", "colima"].map((name) => join(folder, name)) as [
    string,
    string,
    string,
    string,
  ];
  for (const path of [a, b, d]) writeFileSync(path, "");
  symlinkSync(b, c);
  [system, desktop, link, colima] = [`unix://${a}`, `unix://${b}`, `unix://${c}`, `unix://${d}`];
});

afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/**
 * Finds the daemon on a machine whose current context is at `context`, whose provider tries the hosts `provider`, and where the hosts
 * `answering` answer.
 */
const find = (context: string | undefined, provider: string[], answering: string[], dockerHost?: string) =>
  findDocker(dockerHost, {
    contextHost: () => context,
    answersAt: (host) => answering.includes(host),
    providerHosts: provider,
  });

describe("the daemon that Pulumi's provider finds is docker's", () => {
  test("where DOCKER_HOST is set, whatever the context", () => {
    expect(find(colima, [system], [system, colima], colima)).toBe("answers");
  });

  test("where the context is at the system's socket", () => {
    expect(find(system, [system, desktop], [system])).toBe("answers");
  });

  test("where the system's socket is a link to the context's, as with Docker Desktop", () => {
    expect(find(desktop, [link], [link, desktop])).toBe("answers");
  });

  test("where the context is at one of the later sockets and nobody answers at the first", () => {
    expect(find(desktop, [system, desktop], [desktop])).toBe("answers");
  });
});

describe("it is another one, or none", () => {
  test("where the context is at a socket that the provider does not try", () => {
    expect(find(colima, [`unix://${folder}/nothing`], [colima])).toBe("elsewhere");
  });

  test("where another daemon answers at the socket that it tries first", () => {
    expect(find(desktop, [system, desktop], [system, desktop])).toBe("elsewhere");
  });
});

describe("nothing answers", () => {
  test("if DOCKER_HOST leads nowhere", () => {
    expect(find(system, [system], [system], "unix:///nonexistent/docker.sock")).toBe("silent");
  });

  test("where there is no docker command, which pushes the image", () => {
    expect(find(undefined, [system], [system])).toBe("silent");
  });

  test("where the context's daemon is off, even when another one answers", () => {
    expect(find(colima, [system], [system])).toBe("silent");
  });
});
