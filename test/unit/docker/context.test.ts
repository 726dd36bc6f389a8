import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";

const docker = join(import.meta.dirname, "../../../docker");
const lines = (name: string) => readFileSync(join(docker, name), "utf8").split("\n");

/** What the Dockerfile copies from the build context. */
const copied = lines("Dockerfile")
  .filter((line) => line.startsWith("COPY ") && !line.includes("--from="))
  .flatMap((line) =>
    line
      .split(" ")
      .slice(1, -1)
      .filter((word) => !word.startsWith("--")),
  );

test("the builder is sent all that the Dockerfile copies", () => {
  const sent = lines(".dockerignore").flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
  expect(copied.filter((path) => !sent.includes(path.split("/")[0] ?? ""))).toEqual([]);
});

test("and nothing that it does not copy", () => {
  const top = copied.map((path) => path.split("/")[0]);
  const sent = lines(".dockerignore").flatMap((line) => (line.startsWith("!") ? [line.slice(1)] : []));
  expect(sent.filter((path) => !top.includes(path))).toEqual([]);
});

test("each copy sets the mode, so that a checkout's umask is not part of the image", () => {
  const copies = lines("Dockerfile").filter((line) => line.startsWith("COPY ") && !line.includes("--from="));
  expect(copies.filter((line) => !/^COPY --chmod=\d{3} /.test(line))).toEqual([]);
});

test("what it copies is there", () => {
  const missing = copied.filter((path) => !path.includes("*") && !existsSync(join(docker, path)));
  expect(missing).toEqual([]);
});
