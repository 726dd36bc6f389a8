import { beforeEach, expect, test, vi } from "vitest";

type Reaches = typeof import("../../../docker/build/reaches.mjs");
let build: Reaches;

beforeEach(async () => {
  vi.resetModules();
  build = await import("../../../docker/build/reaches.mjs");
});

const place = (file: string) => `/usr/local/lib/paperclip/node_modules/${file}`;

/** The modules of a Paperclip that every reach fits. */
function modules() {
  return [...Map.groupBy(build.reaches, ({ file }) => file)].map(([file, reaches]) => ({
    file,
    text: reaches.map(({ text }) => text).join("\n"),
  }));
}

test("what the image leans on is replaced, each in its place", () => {
  for (const { file, text } of modules()) {
    const changed = build.reachInto(place(file), text);
    for (const { becomes } of build.reaches.filter((reach) => reach.file === file))
      expect(changed).toContain(becomes);
  }
  expect(build.missedReaches()).toEqual([]);
});

test("a Paperclip that no longer has it fails the build, which names the reach and its place", () => {
  const [gone, ...rest] = build.reaches;
  for (const { file, text } of modules())
    build.reachInto(place(file), text.replace(gone?.text ?? "", "something else"));
  const missed = build.missedReaches();
  expect(missed).toHaveLength(1);
  expect(missed[0]).toContain(gone?.name);
  expect(missed[0]).toContain(gone?.file);
  expect(rest.length).toBeGreaterThan(0);
});

test("a text that occurs twice fails the build", () => {
  const [first] = build.reaches;
  if (!first) throw new Error("there are no reaches");
  for (const { file, text } of modules())
    build.reachInto(place(file), file === first.file ? `${text}\n${first.text}` : text);
  expect(build.missedReaches()[0]).toContain("2 times, not once");
});

test("a module of another package with the same name stays as it is", () => {
  const [first] = build.reaches;
  expect(build.reachInto("/somewhere/else/app.js", first?.text ?? "")).toBe(first?.text);
});
