import { expect, test } from "vitest";
import { priceText } from "../../live/price.ts";
import { effective, type LiveEquipment, liveSettings, variableOf } from "../../live/settings.ts";

const account = {
  FLY_API_TOKEN: "FlyV1 fm2_x",
  TAILSCALE_OAUTH_CLIENT_ID: "k1",
  TAILSCALE_OAUTH_CLIENT_SECRET: "tskey-client-x",
  LIVE_TAILNET: "tail1234.ts.net",
  LIVE_ANTHROPIC_KEY: "sk-ant-api03-x",
};

const equipped = (environment: Record<string, string>): LiveEquipment => ({
  environment,
  flyctl: true,
  docker: "answers",
  missingPrograms: [],
});

test("everything that a run lacks is named at once, each with the command that fixes it", () => {
  const nothing = {
    environment: {},
    flyctl: false,
    docker: "silent" as const,
    missingPrograms: ["tailscaled"],
  };
  const error = (() => {
    try {
      liveSettings(nothing);
      return "";
    } catch (caught) {
      return (caught as Error).message;
    }
  })();
  expect(error).toMatch(/^npm run test:live needs 7 things fixed:/);
  for (const line of [
    /flyctl is not on the PATH\n +curl/,
    /FLY_API_TOKEN is not set\n +export FLY_API_TOKEN=/,
    /no Tailscale credential is set.*\n +export TAILSCALE_OAUTH_CLIENT_ID=/,
    /Docker does not answer/,
    /tailscaled is not on the PATH\n +curl/,
    /tailnet to try it in is not named\n +export LIVE_TAILNET=/,
    /no credential for Claude\n +read -rs LIVE_ANTHROPIC_KEY/,
  ])
    expect(error).toMatch(line);
});

test("any setting of the program is given by its own name, secrets apart from the others, lists and tables as JSON", () => {
  const settings = liveSettings(
    equipped({
      ...account,
      LIVE_VOLUME_SIZE: "5gb",
      LIVE_TAGS: '["tag:trial"]',
      LIVE_EXTRA_SECRETS: '{"GITHUB_TOKEN":"ghp_x"}',
    }),
  );
  expect(settings).toEqual({
    plain: { region: "ams", tailnet: "tail1234.ts.net", volumeSize: "5gb", tags: ["tag:trial"] },
    secret: { anthropicKey: "sk-ant-api03-x", "extraSecrets.GITHUB_TOKEN": "ghp_x" },
  });
  expect(variableOf("tailscaleUserspace")).toBe("LIVE_TAILSCALE_USERSPACE");
});

test("what is not given is the program's default, and a list is one", () => {
  const settings = liveSettings(equipped({ ...account, LIVE_REGION: "iad" }));
  const values = ["region", "organization", "tags"].map((key) => effective(settings, key));
  expect(values).toEqual(["iad", "personal", ["tag:paperclip"]]);
});

test("a misspelt variable, the app's name and a broken list are refused before anything is made, without their values", () => {
  const wrong = { LIVE_REGOIN: "iad", LIVE_APP_NAME: "acme", LIVE_TAGS: '["tag:' };
  expect(() => liveSettings(equipped({ ...account, ...wrong }))).toThrow(
    /LIVE_REGOIN is no setting[\s\S]*LIVE_APP_NAME is given, and the name is the run's own[\s\S]*LIVE_TAGS is no JSON/,
  );
  expect(() => liveSettings(equipped({ ...account, ...wrong }))).not.toThrow(/"tag:/);
});

test("the price is that of machine and volume for an hour, in the run's region", () => {
  // 5.92 + 0.45 dollars for 720 hours.
  expect(priceText(liveSettings(equipped(account)))).toMatch(
    /^0\.009 US dollars an hour in ams: shared-cpu-1x 5\.92 and volume 0\.45 a month/,
  );
  const larger = { ...account, LIVE_SIZE: "shared-cpu-4x", LIVE_MEMORY: "2gb", LIVE_REGION: "nrt" };
  expect(priceText(liveSettings(equipped(larger)))).toMatch(/^about 0\.018 US dollars an hour in nrt/);
});
