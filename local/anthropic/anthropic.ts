/** The stand-in as a part of another program, e.g. of a test. */
import type { AddressInfo } from "node:net";
import { Writable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { LocalInternet } from "../internet/internet.ts";
import { type Credentials, credentialsSchema } from "./credentials.ts";
import { Gates } from "./gates.ts";
import { type RecordedRequest, Recorder } from "./recorder.ts";
import type { Refusal } from "./refusals.ts";
import { readScripts, type Script } from "./script.ts";
import { newServer } from "./server.ts";
import type { World } from "./world.ts";

/** The name that the real one has. */
export const anthropicName = "api.anthropic.com";

export interface AnthropicOptions {
  /** The internet in which it answers as the real one. Default: at a free port of `host`, by HTTP. */
  internet?: LocalInternet;
  /** Address to listen at. Default: loopback. */
  host?: string;
  /** Scripts, or the folder that has them. */
  scripts: string | readonly Script[];
  credentials: Credentials;
  /** Default: nowhere. */
  logTo?: NodeJS.WritableStream;
}

export interface Anthropic {
  /** Where clients find it. */
  url: string;
  requests(): readonly RecordedRequest[];
  forgetRequests(): void;
  /** Opens and closes a script's gate. */
  openGate(name: string): void;
  closeGate(name: string): void;
  /** Replaces the known credentials. */
  setCredentials(credentials: Credentials): void;
  /** Sets the refusal that every right credential gets from now on; undefined for an answer. */
  refuse(refusal: Refusal | undefined): void;
  stop(): Promise<void>;
}

/** Starts the stand-in. @throws Error when a script is wrong or the address is taken. */
export async function startAnthropic(options: AnthropicOptions): Promise<Anthropic> {
  const { internet, host = "127.0.0.1", scripts, logTo = nowhere() } = options;
  const world: World = {
    scripts: typeof scripts === "string" ? readScripts(scripts) : scripts,
    credentials: credentialsSchema.parse(options.credentials),
    gates: new Gates(),
    recorder: new Recorder(),
    refusal: undefined,
  };
  const server = newServer(world, logTo, await internet?.certificate(anthropicName));
  const { url, stop } = internet ? await listenAs(server, internet) : await listenAt(server, host);
  return {
    url,
    requests: () => world.recorder.list(),
    forgetRequests: () => world.recorder.clear(),
    openGate: (name) => world.gates.open(name),
    closeGate: (name) => world.gates.close(name),
    setCredentials: (credentials) => {
      world.credentials = credentialsSchema.parse(credentials);
    },
    refuse: (refusal) => {
      world.refusal = refusal;
    },
    stop,
  };
}

async function listenAt(server: FastifyInstance, host: string) {
  await server.listen({ host, port: 0 });
  const { port } = server.server.address() as AddressInfo;
  return { url: `http://${host}:${port}`, stop: () => server.close() };
}

async function listenAs(server: FastifyInstance, internet: LocalInternet) {
  const ended = await internet.answer(anthropicName, async (host, port) => {
    await server.listen({ host, port });
    return (server.server.address() as AddressInfo).port;
  });
  return { url: `https://${anthropicName}`, stop: () => server.close().then(ended) };
}

const nowhere = () => new Writable({ write: (_chunk, _encoding, done) => done() });
