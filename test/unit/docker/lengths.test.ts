import { describe, expect, test } from "vitest";
import {
  excessOf,
  isLargeDrawing,
  longestText,
  withinLengths,
  withoutNul,
} from "../../../docker/server/lengths.js";

const long = "a".repeat(longestText + 1);
const nested = (levels: number) => JSON.parse("[".repeat(levels) + "]".repeat(levels));

describe("a request is accepted", () => {
  test.each<[string, unknown]>([
    ["without anything in it", undefined],
    ["with a text of the longest length", { body: "a".repeat(longestText) }],
    ["with two such texts", Array(2).fill("a".repeat(longestText - 1))],
    ["with many values", Array(100_000).fill({})],
    ["nested as deeply as people do", nested(50)],
  ])("%s", (_, body) => {
    expect(excessOf(body)).toBeUndefined();
  });
});

test("a company to import can have many texts, and longer pictures", () => {
  expect(excessOf(Array(30).fill("a".repeat(longestText)), true)).toBeUndefined();
  const company = { files: { "logo.png": { encoding: "base64", data: long } } };
  expect(excessOf(company, true)).toBeUndefined();
  expect(excessOf(company)).toContain("files.logo.png.data has 500001 characters");
});

describe("a request is refused, with what is too much and how to fix it", () => {
  test.each<[string, unknown, string]>([
    ["a text", { title: "t", body: long }, "body has 500001 characters"],
    ["a text in it", { files: [{}, { content: long }] }, "files[1].content has 500001 characters"],
    ["a text alone", long, "The text has 500001 characters"],
    ["texts together", Array(3).fill("a".repeat(longestText)), "more than 1000000 characters"],
    ["a name", { ["a".repeat(1_000_001)]: 1 }, "more than 1000000 characters"],
    ["values", Array(200_001).fill(0), "more than 200000 values"],
    ["values in values", { a: Array(500).fill(Array(500).fill(0)) }, "more than 200000 values"],
    ["levels", nested(100_000), "nested deeper than 200 levels"],
  ])("%s", (_, body, said) => {
    expect(excessOf(body)).toContain(said);
    expect(excessOf(body)).toMatch(/(Split|Send|Make) it/);
  });
});

describe("a NUL, which PostgreSQL's texts cannot have,", () => {
  const taken = (json: string) => {
    const request = {
      originalUrl: "/api/issues/1/comments",
      rawBody: Buffer.from(json),
      body: JSON.parse(json),
    };
    withinLengths(request, {}, () => {});
    return request.body;
  };

  test("is replaced wherever it is in the request", () => {
    expect(taken(String.raw`{"body":"a\u0000b","list":["\u0000",1,null]}`)).toEqual({
      body: "a\uFFFDb",
      list: ["\uFFFD", 1, null],
    });
  });

  test("is replaced in the request's address", () => {
    expect(withoutNul("/api/search?q=a%00b&c=%2500")).toBe("/api/search?q=a%EF%BF%BDb&c=%2500");
  });

  test("is no other text that looks like it", () => {
    expect(taken(String.raw`{"body":"a\\u0000b"}`)).toEqual({ body: String.raw`a\u0000b` });
  });
});

test("a drawing can have 5000 elements and 25000 attributes", () => {
  expect(isLargeDrawing("<g>".repeat(5000))).toBe(false);
  expect(isLargeDrawing("<g>".repeat(5001))).toBe(true);
  expect(isLargeDrawing(`<g ${"a='' ".repeat(25_000)}>`)).toBe(false);
  expect(isLargeDrawing(`<g ${"a='' ".repeat(25_001)}>`)).toBe(true);
  expect(isLargeDrawing(`<path d="${"M1 1".repeat(1_000_000)}"/>`)).toBe(false);
});
