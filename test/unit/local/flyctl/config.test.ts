import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FlagSet } from "../../../../local/flyctl/cli/flagSet.ts";
import { ConfigDirectory } from "../../../../local/flyctl/config/configDirectory.ts";
import { Environment } from "../../../../local/flyctl/config/environment.ts";
import { SecretVersions } from "../../../../local/flyctl/config/secretVersions.ts";
import { readSettings } from "../../../../local/flyctl/config/settings.ts";
import { Tokens } from "../../../../local/flyctl/config/tokens.ts";

let home: string;
let path: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "flyctl-config-"));
  path = join(home, "fly");
});
afterEach(() => rmSync(home, { recursive: true }));

const directoryOf = (): ConfigDirectory => new ConfigDirectory(new Environment({ FLY_CONFIG_DIR: path }));

describe("the configuration directory", () => {
  test("is made for its owner only", () => {
    directoryOf().ensure();
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  test("is refused where a file stands", () => {
    writeFileSync(path, "");
    expect(() => directoryOf().ensure()).toThrow(
      `the path to the config directory (${path}) is occupied by not a directory`,
    );
  });

  test("keeps what else is in config.yml when a secrets version changes", () => {
    directoryOf().ensure();
    writeFileSync(join(path, "config.yml"), "access_token: fo1_x\napp_secrets_minvers:\n    other: 7\n");
    const versions = new SecretVersions(directoryOf());
    versions.set("app", 3);
    expect(directoryOf().read()).toEqual({
      access_token: "fo1_x",
      app_secrets_minvers: { app: 3, other: 7 },
    });
    versions.delete("other");
    expect([versions.of("app"), versions.of("other")]).toEqual([3, undefined]);
  });
});

describe("settings", () => {
  const read = (variables: Record<string, string>, argv: string[] = []) => {
    const known = [{ name: "org", type: "string" as const }];
    return readSettings(new Environment(variables), directoryOf(), new FlagSet(known, argv));
  };

  test("take the first token variable that is there, even if it is empty", () => {
    expect(read({ FLY_ACCESS_TOKEN: "fo1_a", FLY_API_TOKEN: "fo1_b" }).tokens.all).toBe("fo1_a");
    expect(read({ FLY_ACCESS_TOKEN: "", FLY_API_TOKEN: "fo1_b" }).tokens.isEmpty).toBe(true);
  });

  test("have three base URLs that do not follow one another", () => {
    const { apiBaseUrl, flapsBaseUrl, uiexBaseUrl } = read({ FLY_API_BASE_URL: "http://127.0.0.1:1" });
    expect([apiBaseUrl, flapsBaseUrl, uiexBaseUrl]).toEqual([
      "http://127.0.0.1:1",
      "https://api.machines.dev",
      "https://api.fly.io",
    ]);
  });

  test("take the organization from the flag, then FLY_ORG, then FLY_ORGANIZATION", () => {
    const variables = { FLY_ORG: "two", FLY_ORGANIZATION: "three" };
    expect(read(variables, ["--org", "one"]).organization).toBe("one");
    expect(read(variables).organization).toBe("two");
    expect(read({ FLY_ORGANIZATION: "three" }).organization).toBe("three");
  });
});

describe("tokens", () => {
  const macaroon = `fm2_${Buffer.from([0x94, 1, 2, 3]).toString("base64")}`;

  test("lose what introduces them", () => {
    expect(new Tokens(" Bearer FlyV1 fo1_x ").all).toBe("fo1_x");
  });

  test("prefer macaroons for the Machines API and send everything to GraphQL", () => {
    const tokens = new Tokens(`fo1_x,${macaroon}`);
    expect([tokens.scheme, tokens.preferred, tokens.all]).toEqual(["FlyV1", macaroon, `${macaroon},fo1_x`]);
  });

  test("drop a macaroon that cannot be decoded, but count it as a token", () => {
    const tokens = new Tokens("fm2_made-up");
    expect([tokens.isEmpty, tokens.all, tokens.scheme]).toEqual([false, "", "Bearer"]);
  });
});
