import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "./apiError.ts";
import { type Faults, faultInput } from "./faults.ts";
import * as ids from "./ids.ts";
import type { ApiContext } from "./machinesApi/context.ts";
import type { Recorder } from "./recorder.ts";
import { parseBody } from "./requestBody.ts";
import { changeMachine, findMachine } from "./store/machines.ts";
import { changeVolume, findVolume } from "./store/volumes.ts";
import { giveToken, tokenInput } from "./tokens.ts";

const hostStatusInput = z.strictObject({
  /** Of a machine or a volume. */
  id: z.string(),
  status: z.enum(["ok", "unknown", "unreachable"]),
});

export interface Control extends ApiContext {
  recorder: Recorder;
  faults: Faults;
  removeEverything: () => Promise<void>;
}

/** What Fly does not have: for those who run the emulator and for tests. No token is needed; it is on loopback. */
export function controlRoutes(server: FastifyInstance, control: Control): void {
  const { platform, recorder, faults } = control;
  const { database } = platform;

  server.get("/_emulator/requests", async () => recorder.list());

  server.delete("/_emulator/requests", async (_request, reply) => {
    recorder.clear();
    return reply.status(204).send();
  });

  server.get("/_emulator/faults", async () => faults.list());

  server.post("/_emulator/faults", async (request, reply) => {
    faults.add(parseBody(faultInput, request.body));
    return reply.status(204).send();
  });

  server.delete("/_emulator/faults", async (_request, reply) => {
    faults.clear();
    return reply.status(204).send();
  });

  // Tokens that flyctl would cut down from one that it has, which takes macaroons.
  server.post("/_emulator/tokens", async (request) => {
    const token = ids.apiToken();
    giveToken(database, parseBody(tokenInput, request.body), token);
    return { token };
  });

  // The host of a machine or volume breaks, and heals again with `ok`.
  server.put("/_emulator/host_status", async (request, reply) => {
    const { id, status } = parseBody(hostStatusInput, request.body);
    if (findMachine(database, id)) changeMachine(database, id, { hostStatus: status });
    else if (findVolume(database, id)) changeVolume(database, id, { hostStatus: status });
    else throw new ApiError(404, `there is no machine or volume ${id}`);
    return reply.status(204).send();
  });

  // Containers, networks, volumes and state, of this emulator only.
  server.delete("/_emulator/everything", async (_request, reply) => {
    await control.removeEverything();
    return reply.status(204).send();
  });
}
