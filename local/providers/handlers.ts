// The protocol's calls, answered by a Provider.
import { createRequire } from "node:module";
import type grpc from "@grpc/grpc-js";
import pluginPb from "@pulumi/pulumi/proto/plugin_pb.js";
import providerGrpc from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import emptyPb from "google-protobuf/google/protobuf/empty_pb.js";
import * as calls from "./calls.ts";
import type { Engine } from "./engine.ts";
import { Operations } from "./operations.ts";
import { type Context, notServed, type Provider, type Resource, type ResourceCall } from "./provider.ts";

type Work<Request> = (request: Request, context: Context) => Promise<object>;
type Handler = (call: grpc.ServerUnaryCall<never, unknown>, callback: grpc.sendUnaryData<unknown>) => void;

/** The engine warns about a plugin older than the SDK, so the stand-in has the version of the SDK that is installed. */
function versionOfSdk(name: string): string {
  return createRequire(import.meta.url)(`@pulumi/${name}/package.json`).version;
}

function configureResponse({ capabilities }: Provider): providerPb.ConfigureResponse {
  const response = new providerPb.ConfigureResponse();
  response.setSupportspreview(true);
  response.setAcceptsecrets(capabilities.acceptSecrets ?? false);
  response.setAcceptresources(capabilities.acceptResources ?? false);
  response.setAcceptoutputs(capabilities.acceptOutputs ?? false);
  response.setSupportsAutonamingConfiguration(capabilities.supportsAutonamingConfiguration ?? false);
  return response;
}

function resourceWork(provider: Provider): Record<string, Work<never>> {
  const decode = calls.decoder(provider.capabilities.acceptSecrets ?? false);
  const find = ({ type }: ResourceCall): Resource => {
    const resource = provider.resources[type];
    if (!resource) throw notServed(provider.name, `resources of type ${type}`);
    return resource;
  };
  return {
    check: async (request: providerPb.CheckRequest, context) => {
      const call = calls.checkCall(request, decode);
      return calls.checkResponse(await find(call).check(call, context));
    },
    diff: async (request: providerPb.DiffRequest, context) => {
      const call = calls.diffCall(request, decode);
      return calls.diffResponse(await find(call).diff(call, context));
    },
    create: async (request: providerPb.CreateRequest, context) => {
      const call = calls.createCall(request, decode);
      return calls.createResponse(await find(call).create(call, context));
    },
    read: async (request: providerPb.ReadRequest, context) => {
      const call = calls.readCall(request, decode);
      return calls.readResponse(await find(call).read(call, context));
    },
    update: async (request: providerPb.UpdateRequest, context) => {
      const call = calls.updateCall(request, decode);
      return calls.updateResponse(await find(call).update(call, context));
    },
    delete: async (request: providerPb.DeleteRequest, context) => {
      const call = calls.deleteCall(request, decode);
      await find(call).delete(call, context);
      return new emptyPb.Empty();
    },
  };
}

function configWork(provider: Provider): Record<string, Work<never>> {
  const decode = calls.decoder(provider.capabilities.acceptSecrets ?? false);
  return {
    checkConfig: async (request: providerPb.CheckRequest) =>
      calls.checkResponse(await provider.checkConfig(calls.checkCall(request, decode))),
    diffConfig: async (request: providerPb.DiffRequest) =>
      calls.diffResponse(await provider.diffConfig(calls.diffCall(request, decode))),
    configure: async (request: providerPb.ConfigureRequest, context) => {
      const variables = Object.fromEntries(request.getVariablesMap().toArray() as [string, string][]);
      await provider.configure(decode(request.getArgs()), variables, context);
      return configureResponse(provider);
    },
    invoke: async (request: providerPb.InvokeRequest) => {
      throw notServed(provider.name, `the function ${request.getTok()}`);
    },
  };
}

/** @param engine where to log; undefined in tests */
export function handlersOf(
  provider: Provider,
  engine: Engine | undefined,
): grpc.UntypedServiceImplementation {
  const operations = new Operations();
  const pluginWork: Record<string, Work<never>> = {
    getPluginInfo: async () => {
      const info = new pluginPb.PluginInfo();
      info.setVersion(versionOfSdk(provider.name));
      return info;
    },
    cancel: async () => {
      operations.cancel();
      return new emptyPb.Empty();
    },
  };
  const contextOf = (urn: string, signal: AbortSignal): Context => ({
    signal,
    log: async (severity, message, { ephemeral = false } = {}) =>
      engine?.log({ severity, message, urn, ephemeral }),
  });
  const handler =
    (work: Work<never>): Handler =>
    (call, callback) => {
      const request: { getUrn?(): string; getTimeout?(): number } = call.request;
      operations
        .run(call, request.getTimeout?.() ?? 0, (signal) =>
          work(call.request, contextOf(request.getUrn?.() ?? "", signal)),
        )
        .then(
          (response) => callback(null, response),
          (failure) => callback(calls.grpcError(failure)),
        );
    };
  const served = { ...pluginWork, ...configWork(provider), ...resourceWork(provider) };
  const methods = Object.keys(providerGrpc.ResourceProviderService).map((method) => {
    const refuse: Work<never> = () => Promise.reject(notServed(provider.name, `the call ${method}`));
    return [method, handler(served[method] ?? refuse)];
  });
  return Object.fromEntries(methods);
}
