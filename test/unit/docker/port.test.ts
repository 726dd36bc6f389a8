import { once } from "node:events";
import { type AddressInfo, createServer, type Server } from "node:net";
import { afterEach, expect, test, vi } from "vitest";

afterEach(() => {
  vi.unstubAllEnvs();
  vi.resetModules();
});

/** The arguments with which the server calls `listen`. */
async function listening(held: string | undefined): Promise<unknown[]> {
  vi.stubEnv("PAPERCLIP_ON_FLY_LISTENER", held);
  vi.resetModules();
  const { listen } = await import("../../../docker/server/port.js");
  const calls: unknown[] = [];
  const server = { listen: (...words: unknown[]) => calls.push(...words.slice(0, -1)) };
  listen(server as unknown as Server, 3100, "0.0.0.0", () => {});
  return calls;
}

test("the server listens on the socket that the start has opened, and no program that it starts learns of it", async () => {
  expect(await listening("5")).toEqual([{ fd: 5 }]);
  expect(process.env.PAPERCLIP_ON_FLY_LISTENER).toBeUndefined();
});

test("if the start has opened none, as when the image is built, it listens as Paperclip would", async () => {
  expect(await listening(undefined)).toEqual([3100, "0.0.0.0"]);
  const { listen } = await import("../../../docker/server/port.js");
  const server = createServer();
  listen(server, 0, "127.0.0.1", () => {});
  await once(server, "listening");
  expect((server.address() as AddressInfo).address).toBe("127.0.0.1");
  server.close();
});
