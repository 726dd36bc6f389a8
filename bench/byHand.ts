/** What a person types to deploy without the program: flyctl, docker and Tailscale's admin console, without a pause. */
import { randomBytes } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { volume } from "../components/fly/flyToml.ts";
import { tailnetDomain } from "../local/platform/tailnet.ts";
import { benchToml } from "./flyToml.ts";
import { build, folders } from "./images.ts";
import type { Phases } from "./upPhases.ts";
import type { Bench } from "./workshop.ts";

export class ByHand {
  readonly #app: string;
  readonly #folder: string;
  readonly #bench: Bench;
  readonly #args: Record<string, string>;

  /** @param args build arguments of the image */
  constructor(folder: string, bench: Bench, args: Record<string, string>) {
    this.#app = `by-hand-${randomBytes(3).toString("hex")}`;
    this.#folder = folder;
    this.#bench = bench;
    this.#args = args;
  }

  get #image(): string {
    return `${this.#bench.platform.env.FLY_REGISTRY_HOST}/${this.#app}:latest`;
  }

  /** Where the app is open to the tailnet. */
  get url(): string {
    return `https://${this.#app}.${tailnetDomain}`;
  }

  /** Deploys for the first time, until the app is open in the tailnet and has an invitation. */
  async deploy(): Promise<Phases> {
    const app = this.#app;
    await this.#writeFlyToml();
    await this.#flyctl(["apps", "create", app, "--org", "personal", "--network", app, "--yes"]);
    const size = ["--region", "ams", "--size", "3", "--yes"];
    await this.#flyctl(["volumes", "create", volume.name, "--app", app, ...size]);
    await this.#flyctl(["ips", "allocate-v6", "--private", "--network", app, "--app", app]);
    await this.#flyctl(["secrets", "import", "--stage", "--app", app], await this.#secrets());
    await this.#flyctl(["auth", "docker"]);
    const image = await seconds(() => this.#buildAndPush());
    const release = await seconds(() => this.#release());
    const tailnet = await seconds(() => this.#bench.laptop.eventually(`${this.url}/api/health`));
    const invitation = await seconds(() => this.#invite());
    return { image, release, tailnet, invitation };
  }

  /** Deploys again. A person cannot know that nothing has changed, so this does all of the work. */
  async deployAgain(): Promise<void> {
    await this.#buildAndPush();
    await this.#release();
  }

  async destroy(): Promise<void> {
    await this.#flyctl(["apps", "destroy", this.#app, "--yes"]);
  }

  /** Removes the image's name from the daemon. */
  async forget(): Promise<void> {
    await execa("docker", ["image", "rm", this.#image], { reject: false });
  }

  async #buildAndPush() {
    await build(folders.ours, this.#image, this.#args);
    await execa("docker", ["push", "--quiet", this.#image], { env: this.#env });
  }

  async #release() {
    const where = ["--app", this.#app, "--config", join(this.#folder, "fly.toml"), "--image", this.#image];
    const flags = ["--ha=false", "--no-public-ips", "--dns-checks=false", "--wg=false", "--yes"];
    await this.#flyctl(["deploy", ...where, ...flags]);
  }

  async #invite() {
    const [machine] = JSON.parse(await this.#flyctl(["machine", "list", "--app", this.#app, "--json"]));
    await this.#flyctl(["machine", "exec", machine.id, "paperclip-invite", "--app", this.#app]);
  }

  async #secrets(): Promise<string> {
    const secret = () => randomBytes(32).toString("hex");
    const values = {
      BETTER_AUTH_SECRET: secret(),
      PAPERCLIP_AGENT_JWT_SECRET: secret(),
      TAILSCALE_AUTH_KEY: await this.#bench.makeKey(),
    };
    return Object.entries(values)
      .map(([name, value]) => `${name}=${value}\n`)
      .join("");
  }

  async #writeFlyToml() {
    const controlServer = this.#bench.platform.tailnet.controlUrl;
    const text = benchToml({ appName: this.#app, controlServer });
    await writeFile(join(this.#folder, "fly.toml"), text);
  }

  /** Otherwise the registry's password would stay in the home folder of the person who measures. */
  get #env() {
    return { ...this.#bench.platform.env, DOCKER_CONFIG: join(this.#folder, "docker") };
  }

  async #flyctl(words: string[], input = ""): Promise<string> {
    return (await execa("flyctl", words, { env: this.#env, input })).stdout;
  }
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return (performance.now() - started) / 1000;
}
