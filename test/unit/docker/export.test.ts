import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createGunzip } from "node:zlib";
import { afterEach, describe, expect, test } from "vitest";
import { hashOf, measured, sendPackage, sentLater } from "../../../docker/server/export.js";
import { importing, keepBlob, keptBlob } from "../../../docker/server/imported.js";

const closing: (() => void)[] = [];
afterEach(() => {
  for (const close of closing.splice(0)) close();
});

/** A server that answers each request with a package; what Express adds to Node's answer is here as the code uses it. */
async function serve(answer: (response: never) => Promise<void>): Promise<number> {
  const server = createServer((request, response) => {
    const express = Object.assign(response, {
      req: Object.assign(request, {
        acceptsEncodings: (name: string) => (request.headers["accept-encoding"] === name ? name : false),
      }),
      type: () => response.setHeader("content-type", "application/json; charset=utf-8"),
      set: (name: string, value: string) => response.setHeader(name, value),
      vary: (name: string) => response.setHeader("vary", name),
    });
    answer(express as never).catch(() => response.destroy());
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => server.close());
  return (server.address() as AddressInfo).port;
}

async function ask(port: number, headers: Record<string, string> = {}) {
  const [response] = await once(get({ port, host: "127.0.0.1", headers, agent: false }), "response");
  const packed = response.headers["content-encoding"] === "gzip";
  return { headers: response.headers, body: await text(packed ? response.pipe(createGunzip()) : response) };
}

/** A stored file that comes in chunks of odd lengths. */
const stored = (bytes: Buffer, chunk = 65_537) => ({
  opened: 0,
  open() {
    this.opened += 1;
    return Promise.resolve({
      stream: (async function* () {
        for (let at = 0; at < bytes.length; at += chunk) yield bytes.subarray(at, at + chunk);
      })(),
    });
  },
});

/** As Paperclip makes the entry of a file. */
const entry = (bytes: Buffer) => ({
  encoding: "base64",
  data: bytes.toString("base64"),
  contentType: "application/octet-stream",
});

const bytes = Buffer.from(Array.from({ length: 300_001 }, (_, n) => (n * 7) % 256));
const texts = {
  rootPath: "acme",
  manifest: {
    company: null,
    issues: [{ title: 'a "title"\n', comments: [{ body: "ü\u2028" }, undefined] }, undefined, null],
    made: new Date(0),
    nothing: undefined,
    call: () => 1,
    deep: { a: { b: { c: [1, true] } } },
  },
  files: { "COMPANY.md": "# Acme\n", 'a "name"': "x", empty: "" },
  warnings: [],
};

describe("the answer is the JSON that Paperclip's own would be", () => {
  test("of texts, compressed where the reader takes that", async () => {
    const port = await serve((response) => sendPackage(response, async () => texts));
    expect((await ask(port)).body).toBe(JSON.stringify(texts));
    const packed = await ask(port, { "accept-encoding": "gzip" });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(packed.body).toBe(JSON.stringify(texts));
  });

  test.each([0, 1, 2, 3, 65_536, 300_001])(
    "of a stored file of %i bytes, which nobody keeps",
    async (length) => {
      const file = stored(bytes.subarray(0, length));
      const kept = await measured(() => file.open());
      expect(kept.length).toBe(length);
      const later = {
        ...texts,
        files: { ...texts.files, blob: sentLater(kept, "application/octet-stream") },
      };
      const port = await serve((response) => sendPackage(response, async () => later));
      const { body } = await ask(port, { "accept-encoding": "gzip" });
      expect(body).toBe(
        JSON.stringify({ ...texts, files: { ...texts.files, blob: entry(bytes.subarray(0, length)) } }),
      );
      expect(file.opened).toBe(2);
    },
  );

  test("of a file in an uploaded package", async () => {
    const port = await serve(
      (response) =>
        new Promise((resolve, reject) => {
          importing({}, response, () => {
            const files = { blob: keepBlob(bytes) };
            sendPackage(response, async () => ({ files })).then(resolve, reject);
          });
        }),
    );
    expect((await ask(port)).body).toBe(JSON.stringify({ files: { blob: entry(bytes) } }));
  });
});

test.each([0, 1, 4_000_000, 9_000_001])("%i bytes have the hash that they have in one go", async (length) => {
  const zeros = Buffer.alloc(length);
  expect(await hashOf(zeros)).toBe(createHash("sha256").update(zeros).digest("hex"));
});

test("one package is made at a time, and one that cannot be made does not stop the next", async () => {
  let making = 0;
  let most = 0;
  const make = async () => {
    making += 1;
    most = Math.max(most, making);
    await new Promise(setImmediate);
    making -= 1;
    if (most === 0) throw new Error("not reached");
    return texts;
  };
  const port = await serve((response) => sendPackage(response, make));
  const failing = await serve((response) =>
    sendPackage(response, () => Promise.reject(new Error("no company"))),
  );
  const failed = ask(failing).catch((error: Error) => error);
  const answers = await Promise.all([ask(port), ask(port), ask(port)]);
  expect(await failed).toBeInstanceOf(Error);
  expect(most).toBe(1);
  for (const { body } of answers) expect(body).toBe(JSON.stringify(texts));
});

test("a stored file that cannot be read again ends the answer instead of making it shorter", async () => {
  const file = stored(bytes);
  const kept = await measured(() => (file.opened === 0 ? file.open() : Promise.reject(new Error("gone"))));
  const port = await serve((response) =>
    sendPackage(response, async () => ({ files: { blob: sentLater(kept, "x") } })),
  );
  await expect(ask(port)).rejects.toThrow(/aborted|hang up/);
});

describe("a word for a file of an uploaded package", () => {
  const within = <T>(call: () => T): T => {
    let result: T | undefined;
    importing({}, {}, () => {
      result = call();
    });
    return result as T;
  };

  test("stands for its bytes in the request that has uploaded it", () => {
    expect(within(() => keptBlob(keepBlob(bytes).data))).toEqual(bytes);
  });

  test("stands for nothing in another request, nor does another text", () => {
    const { data } = within(() => keepBlob(bytes));
    expect(within(() => keptBlob(data))).toBeUndefined();
    expect(keptBlob(data)).toBeUndefined();
    const others = ["", "kept:1", "kept:size", "AAAA", undefined];
    const found = within(() => {
      keepBlob(bytes);
      return others.map(keptBlob);
    });
    expect(found).toEqual(others.map(() => undefined));
  });

  test("is base64 where nothing is imported", () => {
    expect(keepBlob(bytes)).toEqual(entry(bytes));
  });
});
