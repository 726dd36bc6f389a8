import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DockerSocket, dockerSocket } from "../../support/dockerSocket.ts";
import { registryUser, startRegistry } from "../../support/imageRegistry.ts";
import { filesIn, inspectImage, removeImages } from "./images.ts";
import type { JsonObject } from "./messages.ts";
import type { Plugin } from "./plugin.ts";
import { configure, propertiesOf, ResourceCalls, unknown } from "./requests.ts";
import { startWorld, type World } from "./world.ts";

const timeout = 120_000;
const type = "docker:index/image:Image";
const platform = "linux/amd64";

let world: World;
let plugin: Plugin;
let image: ResourceCalls;

/** Modes are set, since the digest contains them and a umask would change them. */
function write(path: string, content: string, mode = 0o644): void {
  const file = join(world.folder, path);
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
}

beforeAll(async () => {
  world = await startWorld();
  plugin = await world.start("docker");
  expect((await configure(plugin)).errors).toBeUndefined();
  image = new ResourceCalls(plugin, type, "image");
}, timeout);

afterAll(() => world?.stop(), timeout);

const local = (name: string, build: JsonObject) => ({
  imageName: `${world.registry.address}/${name}`,
  skipPush: true,
  build,
});
const digestOf = async (build: JsonObject) => {
  const { response, errors } = await image.check({
    imageName: "docker.io/a/b",
    build: { platform, ...build },
  });
  if (errors) throw new Error(errors.join());
  return (response as { inputs: { build: JsonObject } }).inputs.build.contextDigest;
};

describe("the context's digest", () => {
  beforeAll(() => {
    write("app/Dockerfile", "FROM scratch\nCOPY . /\n");
    write("app/a-b", "1\n");
    write("app/a/b", "2\n", 0o755);
    write("app/notes.md", "3\n");
    write("app/keep.md", "4\n");
    write("app/node_modules/x/i.js", "5\n");
    write("app/.dockerignore", "# no notes\nnode_modules\n**/*.md\n!keep.md\n");
    symlinkSync("a/b", join(world.folder, "app/link"));
  });

  test("is the one that the real plugin computes", async () => {
    expect(await digestOf({ context: "app" })).toBe(
      "5efa5edde180e6d6571594ab54f91cfb6d8daa940be0c2c40418ae156525205e",
    );
  });

  test("changes with a file's content, mode and name, and not with what .dockerignore leaves out", async () => {
    const before = await digestOf({ context: "app" });
    write("app/notes.md", "changed\n");
    write("app/node_modules/y", "new\n");
    expect(await digestOf({ context: "app" })).toBe(before);
    write("app/a/b", "2\n", 0o700);
    expect(await digestOf({ context: "app" })).not.toBe(before);
    write("app/a/b", "2\n", 0o755);
    expect(await digestOf({ context: "app" })).toBe(before);
    write("app/keep.md", "changed\n");
    expect(await digestOf({ context: "app" })).not.toBe(before);
  });

  test("takes in a Dockerfile from elsewhere, by whatever name", async () => {
    write("one.Dockerfile", "FROM scratch\n");
    write("two.Dockerfile", "FROM scratch\n");
    const one = await digestOf({ context: "app/a", dockerfile: "one.Dockerfile" });
    expect(await digestOf({ context: "app/a", dockerfile: "two.Dockerfile" })).toBe(one);
    expect(one).toBe("68bae8f657b9a3475b1b06bbb49e45285e142b3fb6368a637d87ab95a913bc46");
  });
});

describe("Check", () => {
  test("fills in what the program leaves open", async () => {
    const { response } = await image.check({
      imageName: `${world.registry.address}/x`,
      build: { context: "ctx" },
    });
    const build = {
      context: "ctx",
      dockerfile: "ctx/Dockerfile",
      platform: expect.stringMatching(/^linux\//),
    };
    expect(response?.inputs).toMatchObject({ buildOnPreview: false, build });
  });

  test("leaves open what is not known yet", async () => {
    const { response } = await image.check({
      imageName: unknown,
      build: { context: "ctx", args: { A: unknown }, platform },
    });
    expect(response?.inputs).toMatchObject({ imageName: unknown, build: { args: { A: unknown } } });
  });

  test.each([
    [{ imageName: "x", build: { context: "ctx" } }, '"x": repository name must be canonical.'],
    [{ imageName: "a.io/B", build: { context: "ctx" } }, "repository name (B) must be lowercase"],
    [
      { imageName: "a.io/b", build: { context: "no" } },
      'could not open dockerfile at relative path "no/Dockerfile"',
    ],
    [
      { imageName: "a.io/b", build: { context: "ctx", dockerfile: "Dockerfile" } },
      'Try setting `dockerfile` to "ctx/Dockerfile"',
    ],
  ])("refuses %j", async (news, text) => {
    expect((await image.check(news)).errors?.[0]).toContain(text);
  });
});

describe("an image", () => {
  test(
    "is built for the target and with the arguments asked for, from the files that .dockerignore leaves",
    async () => {
      write(
        "multi/Dockerfile",
        "FROM scratch AS one\nARG WHO\nLABEL who=$WHO\nCOPY . /\nFROM scratch AS two\n",
      );
      write("multi/kept", "x\n");
      write("multi/secret.env", "x\n");
      write("multi/.dockerignore", "*.env\n");
      const build = {
        context: "multi",
        dockerfile: "multi/Dockerfile",
        target: "one",
        args: { WHO: "me" },
        platform,
      };
      const inputs = local("multi:x", build);
      const made = propertiesOf(await image.create(inputs));
      const { id, labels } = await inspectImage(inputs.imageName);
      expect(made.repoDigest).toBe(id);
      expect(labels).toEqual({ who: "me" });
      const files = await filesIn(inputs.imageName);
      expect(files).toContain("kept");
      expect(files).not.toContain("secret.env");
    },
    timeout,
  );

  test(
    "whose build fails says which step, and pushes nothing",
    async () => {
      write("broken/Dockerfile", "FROM scratch\nCOPY missing /\n");
      const inputs = {
        imageName: `${world.registry.address}/broken`,
        build: { context: "broken", platform },
      };
      const { errors } = await image.create({
        ...inputs,
        build: { ...inputs.build, dockerfile: "broken/Dockerfile" },
      });
      expect(errors?.[0]).toMatch(/^rpc error: code = Unknown desc = error reading build output: .*missing/);
    },
    timeout,
  );

  test("is not built by a preview", async () => {
    const inputs = local("preview:x", { context: "ctx", dockerfile: "ctx/Dockerfile", platform });
    const previewed = await image.create({ ...inputs, buildOnPreview: false }, { preview: true });
    expect(previewed.response).toEqual({ properties: { ...inputs, buildOnPreview: false } });
  });

  test(
    "is pushed with the program's credentials, or else with the docker client's",
    async () => {
      const registry = await startRegistry({ withPassword: true });
      const build = { context: "ctx", dockerfile: "ctx/Dockerfile", platform };
      const imageName = `${registry.address}/private/image:tag`;
      const credentials = { server: registry.address, ...registryUser };
      const pinned = new RegExp(`^${registry.address}/private/image@sha256:[0-9a-f]{64}$`);
      expect(
        propertiesOf(await image.create({ imageName, build, registry: credentials })).repoDigest,
      ).toMatch(pinned);
      const wrong = await image.create({ imageName, build, registry: { ...credentials, password: "wrong" } });
      expect(wrong.errors?.[0]).toContain("error reading push output: ");
      const auth = Buffer.from(`${registryUser.username}:${registryUser.password}`).toString("base64");
      write("docker-config/config.json", JSON.stringify({ auths: { [registry.address]: { auth } } }));
      expect(propertiesOf(await image.create({ imageName, build })).repoDigest).toMatch(pinned);
      write("docker-config/config.json", "{}");
      await removeImages(registry.address);
      await registry.stop();
    },
    timeout,
  );

  test("does not change with the password alone", async () => {
    const registry = { server: "s", username: "u", password: "one" };
    const olds = { __inputs: { imageName: "x", registry } };
    const diff = async (changed: JsonObject) =>
      (await image.diff(olds, {}, { imageName: "x", registry: { ...registry, ...changed } })).response;
    expect(await diff({ password: "two" })).toEqual({ changes: "DIFF_NONE" });
    expect(await diff({ server: "t" })).toMatchObject({ detailedDiff: { registry: { kind: "UPDATE" } } });
  });
});

describe("the daemon", () => {
  let other: DockerSocket;
  const client = { DOCKER_HOST: undefined as string | undefined, DOCKER_CONFIG: "" };

  beforeAll(async () => {
    other = await dockerSocket(join(world.folder, "other.sock"));
    client.DOCKER_CONFIG = join(world.folder, "client");
    const docker = (...words: string[]) =>
      execa("docker", ["context", ...words], {
        env: client as Record<string, string>,
      });
    await docker("create", "other", "--docker", `host=${other.host}`);
    await docker("use", "other");
    other.connections = 0;
  });

  afterAll(() => other?.close());

  test("is not that of the docker client's context", async () => {
    await configure(await world.start("docker", client));
    expect(other.connections).toBe(0);
  });

  test("is that of DOCKER_HOST where the program names none", async () => {
    const answer = await configure(await world.start("docker", { ...client, DOCKER_HOST: other.host }));
    expect(answer.errors).toBeUndefined();
    expect(other.connections).toBeGreaterThan(0);
  });
});

test("Configure fails where no daemon answers", async () => {
  const alone = await world.start("docker", { DOCKER_HOST: `unix://${world.folder}/no.sock` });
  expect((await configure(alone)).errors).toEqual([
    "rpc error: code = Unknown desc = docker native provider returned an unexpected error from Configure: " +
      "failed to connect to any docker daemon",
  ]);
});
