import { describe, expect, test } from "vitest";
import { monthlyPrice, volumeMonthlyPrice } from "../../../components/fly/prices.ts";
import { textOf } from "./pages.ts";

const readme = textOf("README.md").replaceAll(/\s+/g, " ");

describe("README says what costs money or becomes public before somebody finds out:", () => {
  test.each([
    [
      "Tailscale's free plan is for six people",
      /Tailscale's plan Personal costs nothing for up to six people/,
    ],
    [
      "Pulumi's free tier is for one person, and a team has its own backend",
      /Pulumi's tier Free is for one person; a team uses its own backend/,
    ],
    ["traffic from North America and Europe", /from North America and Europe \| 0\.02 \|/],
    [
      "traffic from Asia Pacific, Oceania and South America",
      /from Asia Pacific, Oceania and South America \| 0\.04 \|/,
    ],
    ["traffic from Africa and India", /from Africa and India \| 0\.12 \|/],
    [
      "prices have a region and a date",
      /list prices in US dollars a month, for region `ams`, from its page of 20\d\d-\d\d-\d\d/,
    ],
    [
      "the app's name is in the certificates' logs",
      /(the app's name becomes public|The name of an HTTPS certificate is public)/,
    ],
    ["an OAuth client wants the whole set of its tags", /makes keys for its whole set of tags only/],
    [
      "a tag that was only just made shows after a reload",
      /does not offer a tag that was only just made, reload the page/,
    ],
  ])("%s", (_, line) => {
    expect(readme).toMatch(line);
  });

  test("the prices of its table are those that doctor reckons with", () => {
    for (const size of ["shared-cpu-1x", "shared-cpu-2x", "shared-cpu-4x"])
      expect(readme).toContain(`| ${size} with 1 GB | ${monthlyPrice(size, 1024, "ams").toFixed(2)} |`);
    const total = monthlyPrice("shared-cpu-1x", 1024, "ams") + volumeMonthlyPrice(3);
    expect(readme).toContain(`**${total.toFixed(2)}**`);
  });
});
