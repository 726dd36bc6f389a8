import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type DockerSocket, dockerSocket } from "../../support/dockerSocket.ts";
import { filesIn, inspectImage } from "./images.ts";
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

/** Sets the mode, because the digest contains it and a umask would change it. */
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

/** The inputs as the SDK sends them. */
const inputsOf = (name: string, build: JsonObject) => ({
  imageName: `${world.imagePrefix}/${name}`,
  skipPush: true,
  buildOnPreview: false,
  build,
});
const digestOf = async (context: string) => {
  const { response, errors } = await image.check(inputsOf("digest", { platform, context }));
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
    expect(await digestOf("app")).toBe("5efa5edde180e6d6571594ab54f91cfb6d8daa940be0c2c40418ae156525205e");
  });

  test("changes with a file's content, mode and name, and not with what .dockerignore leaves out", async () => {
    const before = await digestOf("app");
    write("app/notes.md", "changed\n");
    write("app/node_modules/y", "new\n");
    expect(await digestOf("app")).toBe(before);
    write("app/a/b", "2\n", 0o700);
    expect(await digestOf("app")).not.toBe(before);
    write("app/a/b", "2\n", 0o755);
    expect(await digestOf("app")).toBe(before);
    write("app/keep.md", "changed\n");
    expect(await digestOf("app")).not.toBe(before);
  });
});

/** Builds from the inputs that Check answers. */
async function build(inputs: JsonObject) {
  return image.create((await image.check(inputs)).response?.inputs as JsonObject);
}

describe("Check", () => {
  test("fills in what the program leaves open", async () => {
    const { response } = await image.check(inputsOf("x", { context: "ctx" }));
    const build = {
      context: "ctx",
      dockerfile: "ctx/Dockerfile",
      platform: expect.stringMatching(/^linux\//),
      contextDigest: expect.stringMatching(/^[0-9a-f]{64}$/),
    };
    expect(response?.inputs).toEqual({ ...inputsOf("x", build) });
  });

  test("leaves open what is not known yet", async () => {
    const news = { ...inputsOf("x", { context: "ctx", args: { A: unknown }, platform }), imageName: unknown };
    const { response } = await image.check(news);
    expect(response?.inputs).toMatchObject({ imageName: unknown, build: { args: { A: unknown } } });
  });

  test("refuses a context without a Dockerfile", async () => {
    expect((await image.check(inputsOf("x", { context: "no", platform }))).errors?.[0]).toContain(
      'could not open dockerfile at relative path "no/Dockerfile"',
    );
  });
});

describe("an image", () => {
  test(
    "is built with the arguments asked for, from the files that .dockerignore leaves",
    async () => {
      write("multi/Dockerfile", "FROM scratch\nARG WHO\nLABEL who=$WHO\nCOPY . /\n");
      write("multi/kept", "x\n");
      write("multi/secret.env", "x\n");
      write("multi/.dockerignore", "*.env\n");
      const inputs = inputsOf("multi:x", { context: "multi", args: { WHO: "me" }, platform });
      const made = propertiesOf(await build(inputs));
      const { id, labels } = await inspectImage(inputs.imageName);
      expect(made).toMatchObject({
        imageName: inputs.imageName,
        repoDigest: id,
        dockerfile: "Dockerfile",
        context: "multi",
        platform,
        registryServer: "",
      });
      expect(labels).toEqual({ who: "me" });
      const files = await filesIn(inputs.imageName);
      expect(files).toContain("kept");
      expect(files).not.toContain("secret.env");
    },
    timeout,
  );

  test(
    "whose build fails says which step",
    async () => {
      write("broken/Dockerfile", "FROM scratch\nCOPY missing /\n");
      const { errors } = await build(inputsOf("broken", { context: "broken", platform }));
      expect(errors?.[0]).toMatch(/^rpc error: code = Unknown desc = error reading build output: .*missing/);
    },
    timeout,
  );

  test("is not built by a preview", async () => {
    const inputs = inputsOf("preview:x", { context: "ctx", dockerfile: "ctx/Dockerfile", platform });
    const previewed = await image.create(inputs, { preview: true });
    expect(previewed.response).toEqual({ properties: inputs });
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
