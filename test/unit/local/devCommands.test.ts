import { expect, test } from "vitest";
import { browserWords } from "../../../local/devBrowser.ts";
import { devCommand } from "../../../local/devCommands.ts";

test("words that `npm run dev` does not take are refused with those that it takes", async () => {
  await expect(devCommand(["destroy"])).rejects.toThrow(
    /takes doctor, pulumi WORDS, flyctl WORDS or open, and not destroy/,
  );
});

test("the browser goes by the tailnet's proxy, keeps a profile of its own, and has its sandbox unless root starts it", () => {
  const words = browserWords("/profile", "http://127.0.0.1:4420", "https://a.b", false);
  expect(words).toEqual(
    expect.arrayContaining(["--user-data-dir=/profile", "--proxy-server=http://127.0.0.1:4420"]),
  );
  expect(words.at(-1)).toBe("https://a.b");
  expect(words).not.toContain("--no-sandbox");
  expect(browserWords("/profile", "http://127.0.0.1:4420", "https://a.b", true)).toContain("--no-sandbox");
});
