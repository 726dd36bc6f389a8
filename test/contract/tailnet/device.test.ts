// What the program does with devices, tried on the local tailnet's API with real devices.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { TailscaleApi } from "../../../components/tailnet/api.ts";
import { allDevices, removeDevice } from "../../../components/tailnet/devices.ts";
import { takeName } from "../../../components/tailnet/takeName.ts";
import { create as checkTailnet } from "../../../components/tailnet/verbs/tailnet.ts";
import { apiKey, keysClient, LocalTailnet, oauthClient } from "../../support/localTailnet.ts";
import { TailnetNode } from "../../support/tailnetNode.ts";
import { inputsOf } from "../../support/verbInputs.ts";

const domain = "tailnet-dev.ts.net";
let tailnet: LocalTailnet;

beforeAll(async () => {
  tailnet = await LocalTailnet.start();
});

afterEach(async () => {
  await tailnet.controls.faults({});
  for (const device of await allDevices(owner())) await removeDevice(owner(), device);
});

afterAll(() => tailnet?.stop());

const owner = () => new TailscaleApi({ TAILSCALE_API_KEY: apiKey, TAILSCALE_BASE_URL: tailnet.url });
const credential = ({ id, secret }: typeof oauthClient) => ({
  TAILSCALE_OAUTH_CLIENT_ID: id,
  TAILSCALE_OAUTH_CLIENT_SECRET: secret,
  TAILSCALE_BASE_URL: tailnet.url,
});
const client = (of: typeof oauthClient) => new TailscaleApi(credential(of));
const names = async () => (await allDevices(owner())).map(({ name }) => name.split(".")[0]).sort();

/** Does the work while this many devices with the app's host name are in the tailnet. */
const withDevices = (count: number, work: () => Promise<void>): Promise<void> =>
  count === 0
    ? work()
    : TailnetNode.use(tailnet, { name: "acme", tags: ["tag:a"] }, () => withDevices(count - 1, work));

describe("a device that got a number", () => {
  const take = (api = owner()) => takeName(api, `acme-1.${domain}`, `acme.${domain}`);

  test("keeps it while another device has the name, and the message says to remove that one", () =>
    withDevices(2, async () => {
      await expect(take()).rejects.toThrow(
        /Another device has the name\. Remove or rename that one .*pulumi up/,
      );
      expect(await names()).toEqual(["acme", "acme-1"]);
    }));

  test("keeps it when the other device is gone, until it is given the name", () =>
    withDevices(2, async () => {
      await tailnet.removeDevice(`acme.${domain}`);
      expect(await names()).toEqual(["acme-1"]);
      await take();
      expect(await names()).toEqual(["acme"]);
    }));

  test("is not renamed without the right to do so; the message names the right, and says how to rename it by hand", () =>
    withDevices(2, async () => {
      await tailnet.removeDevice(`acme.${domain}`);
      await expect(take(client(keysClient))).rejects.toThrow(
        /lacks the scope devices:core[\s\S]*rename it by hand \(Machines, the menu of acme-1, Edit machine name\): https:\S+\/admin\/machines/,
      );
      expect(await names()).toEqual(["acme-1"]);
    }));

  test("in another tailnet than the setting says is not renamed, and the message has the setting", async () => {
    const wrong = takeName(owner(), `acme.${domain}`, "acme.tail1234.ts.net");
    await expect(wrong).rejects.toThrow(`pulumi config set tailnet ${domain}`);
  });
});

test("a device counts as removed only when it is gone, because its name stays taken until then", () =>
  withDevices(1, async () => {
    const [device] = await allDevices(owner());
    if (!device) throw new Error("there is no device");
    await tailnet.controls.faults({ removalDelaySeconds: 3 });
    await removeDevice(owner(), device);
    expect(await names()).toEqual([]);
  }));

test("an API that limits requests is asked again when it allows it, and not before", async () => {
  // Longer than all tries of a client that ignores Retry-After. Whoever asks during that time has to wait all over again.
  await tailnet.controls.faults({ apiLimitSeconds: 5 });
  expect(await names()).toEqual([]);
});

describe("before anything is made, the tags are tried with a key", () => {
  beforeEach(() => {
    vi.stubEnv("TAILSCALE_API_KEY", undefined);
    for (const [name, value] of Object.entries(credential(oauthClient))) vi.stubEnv(name, value);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
  });

  test("that the API makes, and that is gone afterwards", async () => {
    expect(await checkTailnet(withTags("tag:a"))).toEqual({ tailnet: domain });
    const trials = (await tailnet.keys()).filter(({ description }) => description !== "");
    expect(trials).toEqual([]);
  });

  test("and where it refuses, the message says which tags an OAuth client may give", async () => {
    await expect(checkTailnet(withTags("tag:b"))).rejects.toThrow(
      /cannot make keys for tag:b[\s\S]*exactly the client's whole set of tags/,
    );
  });
});

const withTags = (TAGS: string) => inputsOf({ APP: "acme", TAILNET: domain, TAGS, HTTPS: "true" });
