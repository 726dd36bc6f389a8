import { describe, expect, test } from "vitest";
import { formatDuration, parseDuration } from "../../../../local/flyctl/go/duration.ts";
import { binaryBytes, relativeTime, timeAgo } from "../../../../local/flyctl/go/humanize.ts";
import { goJson, int, omitEmpty, pointer, slice, string, struct } from "../../../../local/flyctl/go/json.ts";
import { parseGoJson } from "../../../../local/flyctl/go/parseJson.ts";
import { gigabytesOfDisk, mebibytesOfMemory, parseSize } from "../../../../local/flyctl/go/size.ts";
import { normalTime, rfc822 } from "../../../../local/flyctl/go/time.ts";

const second = 1000;
const hour = 3600 * second;
const day = 24 * hour;

describe("durations", () => {
  test.each([
    ["1m30s", 90e9, "1m30s"],
    ["90s", 90e9, "1m30s"],
    ["5m", 300e9, "5m0s"],
    ["1.5h", 5400e9, "1h30m0s"],
    ["250ms", 250e6, "250ms"],
    ["0", 0, "0s"],
    ["-2s", -2e9, "-2s"],
  ])("%s", (text, nanoseconds, written) => {
    expect(parseDuration(text)).toBe(nanoseconds);
    expect(formatDuration(nanoseconds)).toBe(written);
  });

  test.each([
    ["5", 'time: missing unit in duration "5"'],
    ["5x", 'time: unknown unit "x" in duration "5x"'],
    ["soon", 'time: invalid duration "soon"'],
  ])("%s is none", (text, message) => {
    expect(() => parseDuration(text)).toThrow(message);
  });
});

describe("sizes", () => {
  test.each([
    ["512", 512],
    ["1gb", 1024],
    ["1.5GiB", 1536],
    ["256mb", 256],
  ])("%s of memory", (text, megabytes) => {
    expect(parseSize(text, mebibytesOfMemory)).toBe(megabytes);
  });

  test("of a disk count in thousands", () => {
    expect(parseSize("10gb", gigabytesOfDisk)).toBe(10);
    expect(() => parseSize("5x", gigabytesOfDisk)).toThrow("invalid size: invalid suffix: 'x'");
  });
});

describe("structs in JSON", () => {
  const Inner = struct("fly.Inner", { count: omitEmpty(int) });
  const Outer = struct("fly.Outer", { name: string, list: slice(Inner), inner: omitEmpty(pointer(Inner)) });

  test("have all their keys in order, unknown ones dropped, and empty ones left out where Go does", () => {
    const decoded = Outer.decode({ list: [{ count: 0 }, { COUNT: 2 }], other: 1 });
    expect(goJson(Outer.encode(decoded))).toBe('{"name":"","list":[{},{"count":2}]}');
  });

  test("name the field and its struct if a value has the wrong type", () => {
    expect(() => Outer.decode({ list: [{ count: "x" }] })).toThrow(
      "json: cannot unmarshal string into Go struct field Inner.list.count of type int",
    );
  });

  test("escape what HTML takes for markup", () => {
    expect(goJson("<a & b>")).toBe('"\\u003ca \\u0026 b\\u003e"');
  });

  test.each([
    ["", "EOF"],
    ['{"a"', "unexpected EOF"],
    ["<html>", "invalid character '<' looking for beginning of value"],
  ])("do not come from %j", (text, message) => {
    expect(() => parseGoJson(text)).toThrow(message);
  });
});

describe("times", () => {
  test("are written without zeros that say nothing", () => {
    expect(normalTime("2026-11-22T11:26:39.890Z")).toBe("2026-11-22T11:26:39.89Z");
    expect(rfc822("2026-11-22T11:26:39Z")).toBe("22 Nov 26 11:26 UTC");
  });

  test.each([
    [500, "now"],
    [second, "1 second ago"],
    [3 * hour, "3 hours ago"],
    [8 * day, "1 week ago"],
    [600 * day, "2 years ago"],
  ])("%i ms ago is %s", (distance, text) => {
    expect(timeAgo(0, distance)).toBe(text);
  });

  test.each([
    [500, "just now"],
    [125 * second, "2m5s ago"],
    [25 * hour, "Jan 1 1970 00:00"],
  ])("%i ms ago is %s in short", (distance, text) => {
    expect(relativeTime(0, distance)).toBe(text);
  });

  test("bytes are counted in powers of 1024", () => {
    expect([binaryBytes(1_048_576), binaryBytes(5)]).toEqual(["1.0 MiB", "5 B"]);
  });
});
