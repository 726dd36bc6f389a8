import http from "node:http";
import net from "node:net";
import type { Check, ProbeResult } from "./checks.ts";

const keptOutput = 500;

/** Runs one check once, from outside the machine, as the platform does. It never throws, because a failure is a result. */
export async function probe(check: Check, address: string, signal: AbortSignal): Promise<ProbeResult> {
  const bounded = AbortSignal.any([signal, AbortSignal.timeout(check.timeout)]);
  try {
    return check.type === "tcp"
      ? await connect(address, check.port, bounded)
      : await request(check, address, bounded);
  } catch (error) {
    const timedOut = bounded.aborted && !signal.aborted;
    const output = timedOut ? `timed out after ${check.timeout} ms` : (error as Error).message;
    return { ok: false, output };
  }
}

function connect(host: string, port: number, signal: AbortSignal): Promise<ProbeResult> {
  return new Promise((resolve, reject) => {
    const socket = net.connect({ host, port });
    const abort = () => socket.destroy(new Error("aborted"));
    signal.addEventListener("abort", abort);
    socket.once("connect", () => {
      socket.destroy();
      resolve({ ok: true, output: "Success" });
    });
    socket.once("error", reject);
    socket.once("close", () => signal.removeEventListener("abort", abort));
  });
}

function request(check: Check, host: string, signal: AbortSignal): Promise<ProbeResult> {
  const options: http.RequestOptions = {
    host,
    port: check.port,
    path: check.path,
    method: check.method,
    headers: check.headers,
    agent: false,
    signal,
  };
  return new Promise((resolve, reject) => {
    const call = http.request(options);
    call.once("error", reject);
    call.once("response", (response) => {
      let output = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => {
        if (output.length < keptOutput) output += chunk;
      });
      response.once("error", reject);
      response.once("end", () => {
        const status = response.statusCode ?? 0;
        const ok = status >= 200 && status < 300;
        resolve({
          ok,
          output: ok ? output.slice(0, keptOutput) : `HTTP ${status}: ${output.slice(0, keptOutput)}`,
        });
      });
    });
    call.end();
  });
}
