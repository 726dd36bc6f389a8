import { describe, expect, test } from "vitest";
import { commandLines, devCommands, withoutScreen } from "../../../local/devTexts.ts";
import { textOf } from "../docs/pages.ts";
import { callsOf, expectTyped } from "../docs/typed.ts";

const { scripts } = JSON.parse(textOf("package.json")) as { scripts: Record<string, string> };
const commands = devCommands.map(([command]) => command);

describe("what `npm run dev` says at its end", () => {
  test("has a way to doctor, flyctl, pulumi, a browser and the end of it", () => {
    for (const word of ["doctor", "flyctl", "pulumi", "dev:open", "dev:down", "source"])
      expect(commands.join("\n")).toContain(word);
  });

  test("names only scripts that package.json has", () => {
    const named = commands.flatMap((command) => /^npm run (\S+)/.exec(command)?.[1] ?? []);
    expect(named.filter((name) => !scripts[name])).toEqual([]);
    expect(named.length).toBeGreaterThan(5);
  });

  test("has only calls of flyctl that flyctl takes", () => {
    const calls = commands.flatMap((command) => callsOf("flyctl", command));
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) expect(() => expectTyped(call)).not.toThrow();
  });

  test("stands in two columns", () => {
    expect(
      commandLines([
        ["a", "one"],
        ["bcd", "two"],
      ]),
    ).toEqual(["  a    one", "  bcd  two"]);
  });
});

test("without a screen the way in for another computer's browser is told: the proxy, the certificate authority, the page", () => {
  const way = {
    proxyUrl: "http://127.0.0.1:4420",
    caFile: "/repository/.local/dev/platform/ca.pem",
    url: "https://paperclip-dev.tailnet-dev.ts.net/invite/pcp_bootstrap_1",
  };
  const text = withoutScreen(way);
  expect(text).toContain("ssh -L 4420:127.0.0.1:4420");
  expect(text).toContain(`scp THIS-COMPUTER:${way.caFile}`);
  expect(text).toContain(`--proxy-server=${way.proxyUrl} ${way.url}`);
  expect(text).toContain("https://paperclip-dev.tailnet-dev.ts.net/api/health");
});
