import { EventEmitter } from "node:events";
import { describe, expect, test } from "vitest";
import { excessOfBody, turnsWithin } from "../../../docker/server/bodies.js";

const megabyte = 2 ** 20;
const json = (url: string, bytes: number, type = "application/json") => ({
  url,
  headers: { "content-type": type, "content-length": String(bytes) },
});

describe("a request's JSON", () => {
  test.each([
    ["/api/issues/1/comments", 10 * megabyte],
    ["/api/companies/import", 64 * megabyte],
    ["/api/companies/import/preview", 64 * megabyte],
  ])("of %s can be as large as Paperclip takes it", (url, bytes) => {
    expect(excessOfBody(json(url, bytes))).toBeUndefined();
    expect(excessOfBody(json(url, bytes + 1))).toContain(`larger than ${bytes / megabyte} MB`);
    expect(excessOfBody(json(url, bytes + 1, "multipart/form-data; boundary=b"))).toBeUndefined();
  });

  test("that does not say its size is left to Paperclip", () => {
    const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
    expect(excessOfBody({ url: "/api/issues", headers })).toBeUndefined();
  });
});

describe("large requests", () => {
  /** Sends requests of these megabytes; `read` has the places of those whose turn has come. */
  function send(room: number, sizes: (number | undefined)[]) {
    const turn = turnsWithin(room * 1e6);
    const read: number[] = [];
    const responses = sizes.map((size, index) => {
      const response = new EventEmitter();
      const length =
        size === undefined ? { "transfer-encoding": "chunked" } : { "content-length": size * 1e6 };
      const waits = turn({ headers: length }, response);
      if (waits) waits.then(() => read.push(index));
      else read.push(index);
      return response;
    });
    const now = async () => {
      await new Promise(setImmediate);
      return [...read].sort();
    };
    return { now, end: (index: number) => responses[index]?.emit("close") };
  }

  test("are read together as long as there is room, and then in their order", async () => {
    const { now, end } = send(100, [40, 40, 40, 10]);
    expect(await now()).toEqual([0, 1]);
    end(0);
    expect(await now()).toEqual([0, 1, 2, 3]);
  });

  test("do not hold back small ones", async () => {
    expect(await send(100, [100, 50, 1, 0]).now()).toEqual([0, 2, 3]);
  });

  test("are read alone if they are larger than the room", async () => {
    const { now, end } = send(100, [500, 2]);
    expect(await now()).toEqual([0]);
    end(0);
    expect(await now()).toEqual([0, 1]);
  });

  test("that go away while they wait take no room", async () => {
    const { now, end } = send(100, [100, 100, 100]);
    end(1);
    end(0);
    expect(await now()).toEqual([0, 2]);
  });

  test("without a size are read alone, as each of them can be as large as its route allows", async () => {
    const { now, end } = send(100, [undefined, undefined, 2]);
    expect(await now()).toEqual([0]);
    end(0);
    expect(await now()).toEqual([0, 1]);
  });
});
