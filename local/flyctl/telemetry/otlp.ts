import { buildInfo } from "../version.ts";
import { bytesField, fixed64Field, textField, varintField } from "./protobuf.ts";

/** One finished step of a deploy. Times are nanoseconds since 1970. */
export interface Span {
  name: string;
  traceId: string;
  spanId: string;
  parentId?: string;
  start: bigint;
  end: bigint;
  failed: boolean;
}

const internalKind = 1;
const errorStatus = 2;

/** The spans as an OTLP ExportTraceServiceRequest. */
export function exportRequest(spans: Span[], attributes: Record<string, string>): Buffer {
  const resource = Object.entries({ ...resourceAttributes, ...attributes }).map(([key, value]) =>
    bytesField(1, attribute(key, value)),
  );
  const scope = bytesField(1, textField(1, "github.com/superfly/flyctl"));
  const scopeSpans = Buffer.concat([scope, ...spans.map((span) => bytesField(2, encodeSpan(span)))]);
  return bytesField(1, Buffer.concat([bytesField(1, Buffer.concat(resource)), bytesField(2, scopeSpans)]));
}

const resourceAttributes = {
  "service.name": "flyctl",
  "build.info.version": buildInfo.Version,
  "build.info.os": buildInfo.OS,
  "build.info.arch": buildInfo.Architecture,
  "build.info.commit": buildInfo.Commit,
};

const attribute = (key: string, value: string): Buffer =>
  Buffer.concat([textField(1, key), bytesField(2, textField(1, value))]);

function encodeSpan(span: Span): Buffer {
  return Buffer.concat([
    bytesField(1, Buffer.from(span.traceId, "hex")),
    bytesField(2, Buffer.from(span.spanId, "hex")),
    ...(span.parentId ? [bytesField(4, Buffer.from(span.parentId, "hex"))] : []),
    textField(5, span.name),
    varintField(6, internalKind),
    fixed64Field(7, span.start),
    fixed64Field(8, span.end),
    ...(span.failed ? [bytesField(15, varintField(3, errorStatus))] : []),
  ]);
}
