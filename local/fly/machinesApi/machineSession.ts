import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { ApiError } from "../apiError.ts";
import * as ids from "../ids.ts";
import { splitCommandLine } from "../machines/commandLine.ts";
import { execute } from "../machines/execute.ts";
import { checkLease, defaultLeaseSeconds, grantLease, heldLease } from "../machines/lease.ts";
import { processesOf } from "../machines/processes.ts";
import { waitForState, waitStates } from "../machines/waitForState.ts";
import { parseBody } from "../requestBody.ts";
import { changeMachine, type Machine } from "../store/machines.ts";
import { type ApiContext, commandableMachine, emailOf, nonceOf, requestedMachine } from "./context.ts";

/** The most seconds that Fly lets one request wait. */
const longestWait = 60;

/** Seconds after which Fly cuts off a command that names no timeout. Source: public reports (README.md). */
const execSeconds = 30;

const waitQuery = z.strictObject({
  state: z.union([z.enum(waitStates), z.array(z.enum(waitStates))]).default("started"),
  timeout: z.coerce.number().min(0).max(longestWait).default(longestWait),
  // Both name a version of the machine. The emulator has only the newest version.
  instance_id: z.string().optional(),
  version: z.string().optional(),
});
const leaseQuery = z.strictObject({ ttl: z.coerce.number().int().min(1).optional() });
const leaseInput = z.strictObject({
  ttl: z.int().min(1).optional(),
  description: z.string().optional(),
});
const execInput = z.strictObject({
  cmd: z.string().optional(),
  command: z.array(z.string()).optional(),
  stdin: z.string().optional(),
  timeout: z.int().min(0).max(longestWait).optional(),
  // The machine itself is the only container.
  container: z.literal("").optional(),
  machine: z.boolean().optional(),
});

const one = "/apps/:app/machines/:machine";

/** What a client does with one machine besides changing it: wait for it, lease it, list its processes, run commands in it. */
export function machineSessionRoutes(api: FastifyInstance, context: ApiContext): void {
  const { platform, runner } = context;

  api.get(`${one}/wait`, async (request, reply) => {
    const { machine } = requestedMachine(context, request);
    const query = parseBody(waitQuery, request.query);
    const gone = new AbortController();
    reply.raw.once("close", () => gone.abort());
    const isReached = await waitForState(
      platform,
      machine.id,
      [query.state].flat(),
      query.timeout * 1000,
      gone.signal,
    );
    if (!isReached) {
      throw new ApiError(408, "deadline_exceeded: the machine did not reach the desired state in time");
    }
    return { ok: true };
  });

  api.get(`${one}/lease`, async (request) => {
    const { machine } = requestedMachine(context, request);
    const lease = heldLease(machine, Date.now());
    if (!lease) throw new ApiError(404, "lease not found");
    return leaseView(machine, lease);
  });

  api.post(`${one}/lease`, async (request, reply) => {
    const { machine } = requestedMachine(context, request);
    const ttl = parseBody(leaseQuery, request.query).ttl ?? parseBody(leaseInput, request.body).ttl;
    const lease = grantLease(
      machine,
      {
        nonce: nonceOf(request),
        seconds: ttl ?? defaultLeaseSeconds,
        owner: emailOf(context, request),
        newNonce: ids.leaseNonce(),
      },
      Date.now(),
    );
    changeMachine(platform.database, machine.id, {
      leaseNonce: lease.nonce,
      leaseOwner: lease.owner,
      leaseExpiresAt: lease.expiresAt,
      updatedAt: machine.updatedAt,
    });
    return reply.status(201).send(leaseView(machine, lease));
  });

  api.delete(`${one}/lease`, async (request) => {
    const { machine } = requestedMachine(context, request);
    checkLease(machine, nonceOf(request), Date.now());
    changeMachine(platform.database, machine.id, {
      leaseNonce: null,
      leaseOwner: null,
      leaseExpiresAt: null,
      updatedAt: machine.updatedAt,
    });
    return { ok: true };
  });

  api.post(`${one}/exec`, async (request) => {
    const input = parseBody(execInput, request.body);
    const command = commandOf(input);
    const machine = commandableMachine(context, request, command);
    return execute(platform.docker, runningContainerId(machine), command, {
      stdin: input.stdin,
      seconds: input.timeout || execSeconds,
    });
  });

  api.get(`${one}/ps`, async (request) => {
    const { machine } = requestedMachine(context, request);
    return processesOf(platform.docker.getContainer(runningContainerId(machine)));
  });

  function runningContainerId(machine: Machine): string {
    const running = runner.find(machine.id);
    if (!running) throw new ApiError(412, `machine ${machine.id} is not running, it is ${machine.state}`);
    return running.containerId;
  }
}

function leaseView(machine: Machine, lease: { nonce: string; owner: string; expiresAt: number }) {
  return {
    status: "success",
    data: {
      nonce: lease.nonce,
      expires_at: lease.expiresAt,
      owner: lease.owner,
      version: machine.instanceId,
    },
  };
}

function commandOf(input: z.infer<typeof execInput>): string[] {
  if (input.command && input.command.length > 0) return input.command;
  try {
    return splitCommandLine(input.cmd ?? "");
  } catch (error) {
    throw new ApiError(400, (error as Error).message);
  }
}
