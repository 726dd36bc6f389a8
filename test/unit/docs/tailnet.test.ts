import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { tailnetPolicy } from "../../../components/tailnet/policy.ts";

/** A page of the documentation, as one line. */
const page = async (name: string) =>
  (await readFile(join(import.meta.dirname, "../../..", name), "utf8")).replaceAll(/\s+/g, " ");

test("the README says that the app's name becomes public with its certificate, and what people type", async () => {
  const readme = await page("README.md");
  expect(readme).toMatch(/anybody can find `APP\.TAILNET` in the logs of Certificate Transparency/);
  expect(readme).toContain("`http://APP` and `http://APP.TAILNET` lead to `https://APP.TAILNET`");
});

test("the README has the scopes that are needed to see a switch that is off, and says what people of other tailnets need", async () => {
  const readme = await page("README.md");
  for (const word of ["dns:read", "feature_settings:read", "networking_settings:read", "autogroup:shared"])
    expect(readme).toContain(`\`${word}\``);
});

test("the rules that docs/rights.md explains are those that the policy's text has", async () => {
  const rights = await page("docs/rights.md");
  const text = tailnetPolicy({ tags: ["tag:paperclip"], https: true });
  const rules = text.match(/\{"src".*?"ip": \["\*"\]\}/g) ?? [];
  expect(rules).toHaveLength(2);
  for (const rule of rules) expect(rights).toContain(`\`${rule}\``);
});

test("docs/security.md says what Tailnet Lock asks of the client, and that tailscaled's log can leave the machine", async () => {
  const security = await page("docs/security.md");
  expect(security).toContain("`tailscale lock sign nodekey:… tlpub:…`");
  expect(security).toContain("unless the setting `tailscaleLogs` turns it on");
});
