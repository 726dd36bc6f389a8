import { normalTime } from "../go/time.ts";
import { blue, cyan, faint, green, red, yellow } from "../output/streams.ts";
import type { LogEntry } from "./fetchLogs.ts";

const levelColours: Record<string, (text: string) => string> = {
  debug: cyan,
  info: blue,
  warn: yellow,
  warning: yellow,
};

/** One log line in the form of `flyctl logs`, coloured even in a pipe. @throws if its time is not valid */
export function formatEntry(entry: LogEntry): string {
  const { meta, level, region, instance, message } = entry;
  const time = normalTime(entry.timestamp).replace(/\.\d+/, "");
  const provider = meta.Event.Provider;
  const source = provider && instance ? `${provider}[${instance}]` : provider || instance;
  const head = `${faint(time)} ${source} ${green(region)} [${(levelColours[level] ?? red)(level)}]`;
  const problem = field("error.message", meta.Error.Message);
  const fields = [
    field("error.code", meta.Error.Code),
    field("request.method", meta.HTTP.Request.Method),
    field("request.url", meta.URL.Full),
    field("request.id", meta.HTTP.Request.ID),
    field("response.status", meta.HTTP.Response.status_code),
  ];
  return `${problem}${head}${fields.join("")}${problem ? "" : message}\n`;
}

function field(name: string, value: string | number): string {
  if (!value) return "";
  const text = typeof value === "string" ? `"${value}"` : String(value);
  return `${faint(`${name}=`)}${text} `;
}
