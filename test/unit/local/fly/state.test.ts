import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { KeyedQueue } from "../../../../local/fly/keyedQueue.ts";
import { setState } from "../../../../local/fly/machines/state.ts";
import { waitForState } from "../../../../local/fly/machines/waitForState.ts";
import { changeEmitter } from "../../../../local/fly/platform.ts";
import { Recorder } from "../../../../local/fly/recorder.ts";
import { applySeed, type Seed } from "../../../../local/fly/seed.ts";
import {
  findToken,
  organizationBySlug,
  organizationsOfUser,
  slugOf,
} from "../../../../local/fly/store/accounts.ts";
import {
  type App,
  createApp,
  findApp,
  networkById,
  networkByName,
} from "../../../../local/fly/store/apps.ts";
import { type Database, openDatabase } from "../../../../local/fly/store/database.ts";
import { allocateAddress } from "../../../../local/fly/store/ipAddresses.ts";
import { insertMachine } from "../../../../local/fly/store/machines.ts";
import { listSecrets, secretsOf, setSecrets } from "../../../../local/fly/store/secrets.ts";

const seed: Seed = {
  users: [{ email: "dev@example.test", name: "Dev" }],
  organizations: [
    { slug: "dev", name: "Dev", type: "PERSONAL", members: ["dev@example.test"] },
    { slug: "acme", name: "Acme", members: ["dev@example.test"] },
    { slug: "rivals", name: "Rivals" },
  ],
  tokens: [{ kind: "org", user: "dev@example.test", organization: "acme", valueFrom: "TOKEN" }],
  apps: [{ name: "taken", organization: "rivals" }],
};

function seeded(): Database {
  const database = openDatabase(":memory:");
  applySeed(database, seed, { TOKEN: "secret" });
  return database;
}

function newApp(database: Database, name = "app"): App {
  const acme = organizationBySlug(database, "acme", "");
  return createApp(database, name, acme?.id ?? "", "");
}

describe("the seed", () => {
  test("makes users, organisations, tokens and taken names, and nothing twice", () => {
    const database = seeded();
    applySeed(database, seed, { TOKEN: "secret" });
    const token = findToken(database, "secret");
    expect(token).toMatchObject({ kind: "org", appName: null });
    const organizations = organizationsOfUser(database, token?.userId ?? "");
    expect(organizations.map(slugOf)).toEqual(["personal", "acme"]);
    expect(findApp(database, "taken")).toBeDefined();
  });

  test("keeps no token in clear", () => {
    const rows = JSON.stringify(seeded().prepare("SELECT * FROM tokens").all());
    expect(rows).not.toContain("secret");
  });

  test.each([
    ["a token without a value", { tokens: [{ kind: "user", user: "dev@example.test" }] }, "value"],
    [
      "a variable that is not set",
      { tokens: [{ kind: "user", user: "dev@example.test", valueFrom: "NONE" }] },
      "NONE",
    ],
    ["an unknown user", { tokens: [{ kind: "user", user: "x@y.z", value: "t" }] }, "x@y.z"],
    ["an unknown organisation", { apps: [{ name: "a", organization: "nosuch" }] }, "nosuch"],
    [
      "a deploy token without an app",
      { tokens: [{ kind: "deploy", user: "u", organization: "acme", value: "t" }] },
      "app",
    ],
  ])("with %s is refused, and nothing of it is kept", (_what, more, message) => {
    const database = openDatabase(":memory:");
    expect(() => applySeed(database, { ...seed, ...more } as Seed, { TOKEN: "secret" })).toThrow(message);
    expect(database.prepare("SELECT * FROM users").all()).toEqual([]);
  });
});

describe("secrets", () => {
  test("have one version for each call, and a machine that starts gets the newest of each", () => {
    const database = seeded();
    const app = newApp(database);
    expect(secretsOf(database, app)).toEqual({});
    expect(setSecrets(database, app, { A: "1", B: "2" })).toBe(1);
    expect(secretsOf(database, app)).toEqual({ A: "1", B: "2" });
    expect(setSecrets(database, app, { A: "3", C: "4" })).toBe(2);
    expect(secretsOf(database, app)).toEqual({ A: "3", B: "2", C: "4" });
    expect(setSecrets(database, app, { B: null, NONE: null })).toBe(3);
    expect(secretsOf(database, app)).toEqual({ A: "3", C: "4" });
  });

  test("are told by digests: equal for equal values of an app, never the value", () => {
    const database = seeded();
    const [one, other] = [newApp(database, "one"), newApp(database, "other")];
    for (const app of [one, other]) setSecrets(database, app, { A: "same", B: "same", C: "different" });
    const digests = (name: string) => {
      const app = findApp(database, name) as App;
      return listSecrets(database, app).map((secret) => secret.digest);
    };
    const [a, b, c] = digests("one");
    expect(a).toMatch(/^[0-9a-f]{16}$/);
    expect(b).toBe(a);
    expect(c).not.toBe(a);
    expect(digests("other")[0]).not.toBe(a);
  });
});

describe("the state", () => {
  test("is there again after it was closed", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fly-state-"));
    try {
      const first = openDatabase(folder);
      applySeed(first, seed, { TOKEN: "secret" });
      newApp(first, "kept");
      const recorder = new Recorder(first);
      recorder.finish(recorder.begin(), {
        requestId: "1",
        method: "GET",
        path: "/",
        userAgent: "",
        status: 200,
      });
      first.close();
      const second = openDatabase(folder);
      expect(findApp(second, "kept")).toMatchObject({ name: "kept" });
      expect(new Recorder(second).list()).toMatchObject([{ method: "GET", status: 200 }]);
      second.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("of another schema is refused with what to do", () => {
    const folder = mkdtempSync(path.join(tmpdir(), "fly-state-"));
    try {
      const database = openDatabase(folder);
      database.exec("PRAGMA user_version = 99");
      database.close();
      expect(() => openDatabase(folder)).toThrow("delete the folder");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("recorded requests", () => {
  test("stand in the order in which they came, however long they took", () => {
    const recorder = new Recorder(seeded());
    const [slow, fast] = [recorder.begin(), recorder.begin()];
    const entry = { requestId: "", method: "GET", userAgent: "", status: 200 };
    recorder.finish(fast, { ...entry, path: "/fast" });
    recorder.finish(slow, { ...entry, path: "/slow" });
    expect(recorder.list().map((request) => request.path)).toEqual(["/slow", "/fast"]);
  });
});

describe("a wait for a machine", () => {
  function withMachine() {
    const database = seeded();
    const platform = { database, changes: changeEmitter() };
    const app = newApp(database);
    const machine = { id: "m", appId: app.id, name: "m", region: "sjc", state: "starting" } as const;
    const config = { image: "a" };
    const rest = {
      config,
      imageRef: "a",
      imageLabels: {},
      instanceId: "1",
      privateIp: "::",
      skipsSecrets: 0 as const,
    };
    insertMachine(database, { ...machine, ...rest });
    return platform;
  }

  test("ends when the machine is in the state", async () => {
    const platform = withMachine();
    const waiting = waitForState(platform, "m", ["started"], 10_000);
    setState(platform, "m", "started", { hasStarted: 1 });
    expect(await waiting).toBe(true);
    expect(platform.changes.listenerCount("m")).toBe(0);
  });

  test("ends without it when the time is over or the client has gone", async () => {
    const platform = withMachine();
    expect(await waitForState(platform, "m", ["stopped"], 1)).toBe(false);
    const gone = new AbortController();
    const waiting = waitForState(platform, "m", ["stopped"], 10_000, gone.signal);
    gone.abort();
    expect(await waiting).toBe(false);
    expect(platform.changes.listenerCount("m")).toBe(0);
  });
});

describe("a keyed queue", () => {
  test("runs works of one key in turn, even after one that failed, and of two keys side by side", async () => {
    const queue = new KeyedQueue();
    const seen: string[] = [];
    const gate = Promise.withResolvers<void>();
    const failing = queue.run("a", async () => {
      await gate.promise;
      seen.push("a1");
      throw new Error("no");
    });
    const next = queue.run("a", async () => seen.push("a2"));
    await queue.run("b", async () => seen.push("b1"));
    gate.resolve();
    await expect(failing).rejects.toThrow("no");
    await next;
    expect(seen).toEqual(["b1", "a1", "a2"]);
    await queue.idle();
  });
});

describe("a private address", () => {
  const wanted = { type: "private_v6", region: "", network: "", serviceName: "" } as const;

  test("that names no network is in the organization's default one, not in the app's own", () => {
    const database = seeded();
    const acme = organizationBySlug(database, "acme", "");
    const app = createApp(database, "isolated", acme?.id ?? "", "its-own");
    const { networkId, address } = allocateAddress(database, app, wanted);
    const standard = networkByName(database, acme?.id ?? "", "default");
    expect(networkId).toBe(standard?.id);
    expect(address).toContain(standard?.prefix);
    expect(address).not.toContain(networkById(database, app.networkId).prefix);
  });

  test("is in the network that is named, of the organization that is named", () => {
    const database = seeded();
    const [acme, dev] = ["acme", "dev"].map((slug) => organizationBySlug(database, slug, "") ?? { id: "" });
    const app = createApp(database, "isolated", acme?.id ?? "", "its-own");
    expect(allocateAddress(database, app, { ...wanted, network: "its-own" }).networkId).toBe(app.networkId);
    const { networkId } = allocateAddress(database, app, { ...wanted, organizationId: dev?.id });
    expect(networkById(database, networkId ?? "").organizationId).toBe(dev?.id);
  });
});
