import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import fs from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { filesFor } from "../../../docker/server/files.js";
import { placesIn } from "../../../docker/server/places.js";

/** An agent's process that swaps a folder with a link to one of the server's, back and forth as fast as it can, until it is ended. */
const exchanging = `
  const fs = require("node:fs");
  const [, folder, secrets] = process.argv;
  const make = () => {
    fs.mkdirSync(folder + ".folder/deep", { recursive: true });
    fs.writeFileSync(folder + ".folder/key", "of the agent");
  };
  fs.symlinkSync(secrets, folder + ".link");
  const quietly = (act) => { try { act(); } catch {} };
  console.log("ready");
  for (;;) {
    quietly(make);
    quietly(() => fs.renameSync(folder + ".folder", folder));
    quietly(() => fs.renameSync(folder, folder + ".folder"));
    quietly(() => fs.renameSync(folder + ".link", folder));
    quietly(() => fs.renameSync(folder, folder + ".link"));
  }`;

let base: string;
let secrets: string;
let folder: string;
let agent: ChildProcess;
let files: typeof fs;

beforeEach(async () => {
  base = fs.mkdtempSync("/tmp/races-test-");
  secrets = join(base, "instances/default/secrets");
  folder = join(base, "instances/default/workspaces/agent/folder");
  fs.mkdirSync(join(secrets, "deep"), { recursive: true });
  fs.mkdirSync(join(folder, ".."), { recursive: true });
  fs.writeFileSync(join(secrets, "key"), "of the server");
  files = filesFor(placesIn({ volume: base, temporary: [] }), []) as typeof fs;
  agent = spawn(process.execPath, ["--eval", exchanging, folder, secrets], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (agent.stdout) await once(agent.stdout, "data");
});

afterEach(async () => {
  agent.kill("SIGKILL");
  await once(agent, "exit");
  fs.rmSync(base, { recursive: true });
});

const quietly = <Result>(act: () => Result): Result | undefined => {
  try {
    return act();
  } catch {
    return undefined;
  }
};

/** Enough tries for the swap to fall between a check and the use hundreds of times. */
const often = 5_000;
/** In milliseconds: the two processes possibly share a busy core. */
const patience = 120_000;

test(
  "a folder that is exchanged for a link while it is read yields nothing of the server's",
  () => {
    const key = join(folder, "key");
    // Paperclip's own way: first check where the path leads, then read.
    const lookFirst = () => (fs.realpathSync(key) === key ? fs.readFileSync(key, "utf8") : "");
    let beaten = false;
    const deadline = Date.now() + patience / 2;
    while (!beaten && Date.now() < deadline) beaten = quietly(lookFirst) === "of the server";
    expect(beaten, "the agent's exchange is a real one: a look before the use does not help").toBe(true);

    const found = new Set<string | undefined>();
    for (let times = 0; times < often; times++) found.add(quietly(() => files.readFileSync(key, "utf8")));
    expect(found).toContain("of the agent");
    expect(found).not.toContain("of the server");
  },
  patience,
);

test(
  "a folder that is exchanged for a link while it is written, copied and removed changes nothing of the server's",
  async () => {
    for (let times = 0; times < often / 10; times++) {
      quietly(() => files.writeFileSync(join(folder, "new"), ""));
      quietly(() => files.mkdirSync(join(folder, "made/deep"), { recursive: true }));
      quietly(() => files.chmodSync(join(folder, "key"), 0o777));
      await files.promises.cp(join(folder, "key"), join(folder, "copy")).catch(() => {});
      await files.promises.rm(folder, { recursive: true }).catch(() => {});
    }
    expect(fs.readdirSync(secrets).sort()).toEqual(["deep", "key"]);
    expect(fs.readdirSync(join(secrets, "deep"))).toEqual([]);
    expect(fs.statSync(join(secrets, "key")).mode & 0o777).toBe(0o644);
  },
  patience,
);
