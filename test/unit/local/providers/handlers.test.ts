import { EventEmitter } from "node:events";
import { status } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import { expect, test } from "vitest";
import { handlersOf } from "../../../../local/providers/handlers.ts";
import type { Context, Provider, Resource } from "../../../../local/providers/provider.ts";

type Handler = (
  call: object,
  callback: (error: { code: number; details: string } | null, response: unknown) => void,
) => void;

function providerWith(create: Resource["create"]): Provider {
  const resource = { create } as Partial<Resource> as Resource;
  return {
    name: "random",
    resources: { "random:index:Thing": resource },
    capabilities: {},
    checkConfig: async ({ news }) => ({ inputs: news }),
    diffConfig: async () => ({}),
    configure: async () => {},
  };
}

function ask(handlers: ReturnType<typeof handlersOf>, method: string, request: object) {
  const call = Object.assign(new EventEmitter(), { request });
  return new Promise<{ error: { code: number; details: string } | null; response: unknown }>((resolve) =>
    (handlers[method] as Handler)(call, (error, response) => resolve({ error, response })),
  );
}

function createRequest(type: string, timeout = 0): providerPb.CreateRequest {
  const request = new providerPb.CreateRequest();
  request.setUrn(`urn:pulumi:stack::project::parent:index:Parent$${type}::a::name`);
  request.setTimeout(timeout);
  return request;
}

const thing = "random:index:Thing";

test("a resource is found by the last type in its URN, and has the rest as its name", async () => {
  let name = "";
  const provider = providerWith(async (call) => {
    name = call.name;
    return { id: "i", properties: {} };
  });
  const { error } = await ask(handlersOf(provider, undefined), "create", createRequest(thing));
  expect(error).toBeNull();
  expect(name).toBe("a::name");
});

test.each([
  ["create", createRequest("random:index:Other"), "resources of type random:index:Other"],
  ["invoke", new providerPb.InvokeRequest().setTok("random:index:f"), "the function random:index:f"],
  ["construct", {}, "the call construct"],
  ["getSchema", {}, "the call getSchema"],
])("%s of what is not served is refused, with the way to the real plugin", async (method, request, what) => {
  const { error } = await ask(
    handlersOf(
      providerWith(async () => ({ id: "", properties: {} })),
      undefined,
    ),
    method,
    request,
  );
  expect(error?.code).toBe(status.UNIMPLEMENTED);
  expect(error?.details).toContain(`does not serve ${what}`);
  expect(error?.details).toContain("pulumi plugin install resource random");
});

const untilAborted = (_call: unknown, { signal }: Context) =>
  new Promise<never>((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason));
  });

test("Cancel ends what runs and what comes after it", async () => {
  const handlers = handlersOf(providerWith(untilAborted), undefined);
  const running = ask(handlers, "create", createRequest(thing));
  await ask(handlers, "cancel", {});
  expect((await running).error).toMatchObject({ code: status.CANCELLED, details: "context canceled" });
  expect((await ask(handlers, "create", createRequest(thing))).error?.code).toBe(status.CANCELLED);
});

test("a timeout of less than a second is over at once", async () => {
  const handlers = handlersOf(providerWith(untilAborted), undefined);
  const { error } = await ask(handlers, "create", createRequest(thing, 0.5));
  expect(error).toMatchObject({ code: status.DEADLINE_EXCEEDED, details: "context deadline exceeded" });
});
