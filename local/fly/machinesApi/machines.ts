import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../apiError.ts";
import { launchInput } from "../machines/config.ts";
import { heldLease } from "../machines/lease.ts";
import {
  createMachine,
  destroyMachine,
  restartMachine,
  startMachine,
  stopMachine,
  updateMachine,
} from "../machines/operations.ts";
import { isGone, isRunning } from "../machines/state.ts";
import { parseBody } from "../requestBody.ts";
import { type Machine, machinesOfApp } from "../store/machines.ts";
import { type ApiContext, changeableMachine, emailOf, requestedApp, requestedMachine } from "./context.ts";
import { machineView } from "./machineView.ts";

const flag = z.enum(["true", "false"]).optional();
const destroyQuery = z.strictObject({ kill: flag, force: flag });
const stopInput = z.strictObject({
  id: z.string().optional(),
  signal: z.string().optional(),
  timeout: z.union([z.string(), z.number()]).optional(),
});
const restartQuery = z.strictObject({
  force_stop: flag,
  timeout: z.string().optional(),
  signal: z.string().optional(),
});
const signalInput = z.strictObject({ signal: z.string().min(1) });

const one = "/apps/:app/machines/:machine";

export function machineRoutes(api: FastifyInstance, context: ApiContext): void {
  const { platform, runner } = context;

  api.get("/apps/:app/machines", async (request) => {
    const app = requestedApp(context, request);
    return machinesOfApp(platform.database, app.id)
      .filter((machine) => !isGone(machine.state))
      .map((machine) => machineView(platform, runner, machine));
  });

  api.post("/apps/:app/machines", async (request) => {
    const app = requestedApp(context, request);
    const input = parseBody(launchInput, request.body);
    return withNonce(context, await createMachine(context, app, input, emailOf(context, request)));
  });

  api.get(one, async (request) => machineView(platform, runner, requestedMachine(context, request).machine));

  api.post(one, async (request) => {
    const { app, machine } = changeableMachine(context, request);
    const input = parseBody(launchInput, request.body);
    return withNonce(context, await updateMachine(context, app, machine.id, input));
  });

  api.delete(one, async (request) => {
    const { machine } = changeableMachine(context, request);
    const query = parseBody(destroyQuery, request.query);
    await destroyMachine(context, machine, { kill: query.kill === "true" || query.force === "true" });
    return { ok: true };
  });

  api.post(`${one}/start`, async (request) => {
    const { machine } = changeableMachine(context, request);
    return { previous_state: startMachine(context, machine) };
  });

  api.post(`${one}/stop`, async (request) => {
    const { machine } = changeableMachine(context, request);
    stopMachine(context, machine, parseBody(stopInput, request.body));
    return { ok: true };
  });

  api.post(`${one}/restart`, async (request) => {
    const { machine } = changeableMachine(context, request);
    const { force_stop: force, ...how } = parseBody(restartQuery, request.query);
    restartMachine(context, machine, { ...how, force: force === "true" });
    return { ok: true };
  });

  api.post(`${one}/signal`, async (request) => {
    const { machine } = changeableMachine(context, request);
    const { signal } = parseBody(signalInput, request.body);
    const running = runner.find(machine.id);
    if (!running || !isRunning(machine.state))
      throw new ApiError(412, `machine ${machine.id} is not running`);
    await running.signal(signal);
    return { ok: true };
  });
}

/** The machine with its lease's nonce. Only for the lease's holder: the caller has just created or changed the machine. */
function withNonce({ platform, runner }: ApiContext, machine: Machine) {
  const lease = heldLease(machine, Date.now());
  return { ...machineView(platform, runner, machine), ...(lease ? { nonce: lease.nonce } : {}) };
}
