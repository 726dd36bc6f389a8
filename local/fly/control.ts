import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import { ApiError, notEmulated } from "./apiError.ts";
import { conditionsInput } from "./conditions.ts";
import type { CpuAccountant } from "./cpu/accountant.ts";
import { mostBalanceSeconds } from "./cpu/figures.ts";
import { type Faults, faultInput } from "./faults.ts";
import * as ids from "./ids.ts";
import { extendedGb } from "./machines/autoExtend.ts";
import { migrateMachine, migrationInput } from "./machines/migrate.ts";
import { stopAsTrial } from "./machines/operations.ts";
import type { ApiContext } from "./machinesApi/context.ts";
import type { Recorder } from "./recorder.ts";
import { parseBody } from "./requestBody.ts";
import { changeMachine, findMachine, type Machine } from "./store/machines.ts";
import { changeVolume, findVolume } from "./store/volumes.ts";
import { giveToken, tokenInput } from "./tokens.ts";

const hostStatusInput = z.strictObject({
  /** The id of a machine or a volume. */
  id: z.string(),
  status: z.enum(["ok", "unknown", "unreachable"]),
});

const cpuInput = z.strictObject({
  /** Seconds of CPU: 500 after hours of idling, 0 after work. A negative number is a debt. */
  balanceSeconds: z.number().max(mostBalanceSeconds),
});

const usedInput = z.strictObject({ usedGb: z.number().min(0) });

export interface Control extends ApiContext {
  recorder: Recorder;
  faults: Faults;
  removeEverything: () => Promise<void>;
}

/** Endpoints that Fly does not have, for tests and for whoever runs the emulator. They need no token, because they are on loopback. */
export function controlRoutes(server: FastifyInstance, control: Control): void {
  const { platform, runner, recorder, faults } = control;
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

  // Conditions that the request does not name stay as they are.
  server.put("/_emulator/conditions", async (request, reply) => {
    platform.conditions.change(parseBody(conditionsInput, request.body));
    return reply.status(204).send();
  });

  // Tokens that flyctl would make by restricting one of its own, which would need macaroons.
  server.post("/_emulator/tokens", async (request) => {
    const token = ids.apiToken();
    giveToken(database, parseBody(tokenInput, request.body), token);
    return { token };
  });

  // The host of a machine or volume fails, and recovers with `ok`.
  server.put("/_emulator/host_status", async (request, reply) => {
    const { id, status } = parseBody(hostStatusInput, request.body);
    if (findMachine(database, id)) changeMachine(database, id, { hostStatus: status });
    else if (findVolume(database, id)) changeVolume(database, id, { hostStatus: status });
    else throw new ApiError(404, `there is no machine or volume ${id}`);
    return reply.status(204).send();
  });

  // How much of a volume is in use. The platform extends the volume if its machine's configuration says so.
  server.put("/_emulator/volumes/:volume/used", async (request, reply) => {
    const { volume: id } = request.params as { volume: string };
    const { usedGb } = parseBody(usedInput, request.body);
    const volume = findVolume(database, id);
    if (!volume) throw new ApiError(404, `there is no volume ${id}`);
    const machine = findMachine(database, volume.attachedMachineId ?? "");
    const mount = machine?.config.mounts?.find((one) => one.volume === id);
    changeVolume(database, id, { sizeGb: extendedGb(mount, volume.sizeGb, usedGb) });
    return reply.status(204).send();
  });

  // Fly.io stops a machine like this five minutes after its start if the organization has no card.
  server.post("/_emulator/machines/:machine/trial_stop", async (request, reply) => {
    await stopAsTrial(control, machineOf(request));
    return reply.status(204).send();
  });

  // In seconds: the balance, and what the machine has used, was throttled, and saw as steal since its start.
  server.get("/_emulator/machines/:machine/cpu", async (request) => cpuOf(request).reading());

  server.put("/_emulator/machines/:machine/cpu", async (request, reply) => {
    const { balanceSeconds } = parseBody(cpuInput, request.body);
    await cpuOf(request).setBalance(balanceSeconds);
    return reply.status(204).send();
  });

  // Fly.io does this on its own. See machines/migrate.ts.
  server.post("/_emulator/machines/:machine/migrate", async (request, reply) => {
    const { machine: id } = request.params as { machine: string };
    if (!findMachine(database, id)) throw new ApiError(404, `there is no machine ${id}`);
    await migrateMachine(control, id, parseBody(migrationInput, request.body));
    return reply.status(204).send();
  });

  // Removes the containers, networks, volumes and state of this emulator only.
  server.delete("/_emulator/everything", async (_request, reply) => {
    await control.removeEverything();
    return reply.status(204).send();
  });

  function machineOf(request: FastifyRequest): Machine {
    const { machine: id } = request.params as { machine: string };
    const machine = findMachine(database, id);
    if (!machine) throw new ApiError(404, `there is no machine ${id}`);
    return machine;
  }

  function cpuOf(request: FastifyRequest): CpuAccountant {
    const { id, state } = machineOf(request);
    const running = runner.find(id);
    if (!running) throw new ApiError(412, `machine ${id} is not running, it is ${state}`);
    if (!running.cpu) throw notEmulated(`Fly's CPU on this host: ${platform.cpuProblem}`);
    return running.cpu;
  }
}
