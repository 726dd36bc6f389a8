// The protocol's messages as plain objects, and back.
import type { ServiceError } from "@grpc/grpc-js";
import providerPb from "@pulumi/pulumi/proto/provider_pb.js";
import structPb from "google-protobuf/google/protobuf/struct_pb.js";
import { type JsonObject, mapFromJson, mapToJson, type PropertyMap, revealMap } from "./properties.ts";
import {
  type CheckCall,
  type CheckFailure,
  type CheckResult,
  type CreateCall,
  type CreateResult,
  type DeleteCall,
  type DiffCall,
  type DiffResult,
  ProviderError,
  type ReadCall,
  type ReadResult,
  type ResourceCall,
  type UpdateCall,
} from "./provider.ts";

type Properties = structPb.Struct | undefined;
type Decode = (struct: Properties) => PropertyMap;

/** @param keepSecrets false for plugins that do not track secrets: they get the plain values */
export function decoder(keepSecrets: boolean): Decode {
  return (struct) => {
    const map = mapFromJson((struct?.toJavaScript() ?? {}) as JsonObject);
    return keepSecrets ? map : revealMap(map);
  };
}

function encode(map: PropertyMap): structPb.Struct {
  return structPb.Struct.fromJavaScript(mapToJson(map) as Record<string, structPb.JavaScriptValue>);
}

/** `urn:pulumi:STACK::PROJECT::PARENT$TYPE::NAME`; a name can contain `::` itself. */
function resourceCall(urn: string): ResourceCall {
  const [, , types = "", ...name] = urn.split("::");
  return { urn, type: types.slice(types.lastIndexOf("$") + 1), name: name.join("::") };
}

export function checkCall(request: providerPb.CheckRequest, decode: Decode): CheckCall {
  return { ...resourceCall(request.getUrn()), news: decode(request.getNews()) };
}

export function diffCall(
  request: providerPb.DiffRequest | providerPb.UpdateRequest,
  decode: Decode,
): DiffCall {
  return {
    ...resourceCall(request.getUrn()),
    id: request.getId(),
    olds: decode(request.getOlds()),
    oldInputs: decode(request.getOldInputs()),
    news: decode(request.getNews()),
    ignoreChanges: request.getIgnorechangesList(),
  };
}

export function updateCall(request: providerPb.UpdateRequest, decode: Decode): UpdateCall {
  return { ...diffCall(request, decode), preview: request.getPreview() };
}

export function createCall(request: providerPb.CreateRequest, decode: Decode): CreateCall {
  return {
    ...resourceCall(request.getUrn()),
    properties: decode(request.getProperties()),
    preview: request.getPreview(),
  };
}

export function readCall(request: providerPb.ReadRequest, decode: Decode): ReadCall {
  return {
    ...resourceCall(request.getUrn()),
    id: request.getId(),
    properties: decode(request.getProperties()),
    inputs: decode(request.getInputs()),
  };
}

export function deleteCall(request: providerPb.DeleteRequest, decode: Decode): DeleteCall {
  return {
    ...resourceCall(request.getUrn()),
    id: request.getId(),
    properties: decode(request.getProperties()),
  };
}

function checkFailures(failures: CheckFailure[] = []): providerPb.CheckFailure[] {
  return failures.map(({ property, reason }) => {
    const failure = new providerPb.CheckFailure();
    failure.setProperty(property);
    failure.setReason(reason);
    return failure;
  });
}

export function checkResponse(result: CheckResult): providerPb.CheckResponse {
  const response = new providerPb.CheckResponse();
  response.setInputs(encode(result.inputs));
  response.setFailuresList(checkFailures(result.failures));
  return response;
}

export function diffResponse(result: DiffResult): providerPb.DiffResponse {
  const response = new providerPb.DiffResponse();
  response.setChanges(providerPb.DiffResponse.DiffChanges[result.changes ?? "DIFF_UNKNOWN"]);
  response.setDiffsList(result.diffs ?? []);
  response.setReplacesList(result.replaces ?? []);
  response.setHasdetaileddiff(result.hasDetailedDiff ?? false);
  for (const [path, { kind, inputDiff }] of Object.entries(result.detailedDiff ?? {})) {
    const diff = new providerPb.PropertyDiff();
    diff.setKind(providerPb.PropertyDiff.Kind[kind]);
    diff.setInputdiff(inputDiff ?? false);
    response.getDetaileddiffMap().set(path, diff);
  }
  return response;
}

export function createResponse(result: CreateResult): providerPb.CreateResponse {
  const response = new providerPb.CreateResponse();
  response.setId(result.id);
  response.setProperties(encode(result.properties));
  return response;
}

export function readResponse(result: ReadResult): providerPb.ReadResponse {
  const response = new providerPb.ReadResponse();
  response.setId(result.id);
  response.setProperties(encode(result.properties));
  response.setInputs(encode(result.inputs));
  return response;
}

export function updateResponse(properties: PropertyMap): providerPb.UpdateResponse {
  const response = new providerPb.UpdateResponse();
  response.setProperties(encode(properties));
  return response;
}

export function grpcError(failure: unknown): Pick<ServiceError, "code" | "details"> {
  const error =
    failure instanceof ProviderError
      ? failure
      : new ProviderError(String((failure as Error)?.message ?? failure));
  return { code: error.code, details: error.message };
}
