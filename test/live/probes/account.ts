/** How Fly.io treats an organization's apps, volumes, tokens and CPU. */
import { z } from "zod";
import type { Probe } from "./probe.ts";

/** The answers of commands that print one JSON document each; undefined if anything else is among them. */
function documents(text: string): unknown[] | undefined {
  try {
    // Documents begin and end at the first column, as flyctl indents everything within them.
    return text
      .trim()
      .split(/(?<=^[\]}])\n(?=[[{])/m)
      .map((one) => JSON.parse(one));
  } catch {
    return undefined;
  }
}

const addresses = z.array(z.object({ Address: z.string(), Type: z.string() }));
const machines = z.array(z.object({ private_ip: z.string() }));
const volume = z.object({ id: z.string(), created_at: z.string() });
const events = z.array(
  z.object({ state: z.string(), events: z.array(z.object({ type: z.string() })).default([]) }),
);
const metric = z.object({
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
});

/** The network's part of a private address: 32 bits after `fdaa`. */
const networkOf = (address: string) => address.split(":").slice(0, 3).join(":");

export const accountProbes: Probe[] = [
  {
    name: "network of the private address",
    assumes: "the machine's own",
    command: "flyctl ips list --app APP --json; flyctl machine list --app APP --json",
    read: ({ stdout }) => {
      const [ips, list] = documents(stdout) ?? [];
      const [own, running] = [addresses.safeParse(ips), machines.safeParse(list)];
      const address = own.data?.find(({ Type }) => Type.startsWith("private"));
      const machine = running.data?.[0];
      if (!address || !machine) return undefined;
      const [there, here] = [networkOf(address.Address), networkOf(machine.private_ip)];
      return {
        found: there === here ? here : `${there}, the machine's is ${here}`,
        asAssumed: there === here,
      };
    },
  },
  {
    name: "age of a copied volume",
    assumes: "the copy's own: created_at is when it was copied",
    // The copy is removed with the app, or by: flyctl volumes destroy
    command: "flyctl volumes fork VOLUME --app APP --name copy --json; flyctl volumes list --app APP --json",
    turn: "last",
    read: ({ stdout }) => {
      const [copy, list] = documents(stdout) ?? [];
      const [made, all] = [volume.safeParse(copy), z.array(volume).safeParse(list)];
      const original = all.data?.find(({ id }) => id !== made.data?.id);
      if (!made.success || !original) return undefined;
      const kept = made.data.created_at === original.created_at;
      return { found: kept ? "the original's" : `its own: ${made.data.created_at}`, asAssumed: !kept };
    },
  },
  {
    name: "tokens and names",
    assumes: "this token makes a deploy token, that one destroys its app, and the name is free at once",
    command:
      "flyctl apps create APP-spare --org ORGANIZATION && " +
      'T="$(flyctl tokens create deploy --app APP-spare --expiry 1h)" && echo made && ' +
      'FLY_API_TOKEN="$T" flyctl apps destroy APP-spare --yes && echo destroyed && ' +
      "flyctl apps create APP-spare --org ORGANIZATION && echo free; flyctl apps destroy APP-spare --yes",
    read: ({ stdout }) => {
      const has = (word: string) => new RegExp(`^${word}$`, "m").test(stdout);
      if (!/APP-spare|-spare/.test(stdout)) return undefined;
      const [made, destroyed, free] = ["made", "destroyed", "free"].map(has) as [boolean, boolean, boolean];
      if (!made) return { found: "this token makes no deploy token", asAssumed: false };
      if (!destroyed) return { found: "a deploy token does not destroy its app", asAssumed: false };
      return { found: free ? "so it is" : "the name is not free at once", asAssumed: free };
    },
  },
  {
    name: "a machine that crashes for ever",
    assumes: "still started again after a minute",
    command:
      "flyctl apps create APP-crash --org ORGANIZATION && " +
      "flyctl machine run alpine false --restart always --detach --app APP-crash && sleep 60 && " +
      "flyctl machine list --app APP-crash --json; flyctl apps destroy APP-crash --yes",
    turn: "beside",
    read: ({ stdout }) => {
      const list = /^\[\n[\s\S]*?^\]/m.exec(stdout)?.[0];
      const [machine] = events.safeParse(list && documents(list)?.[0]).data ?? [];
      if (!machine) return undefined;
      const exits = machine.events.filter(({ type }) => type === "exit").length;
      const givenUp = ["stopped", "failed"].includes(machine.state);
      return { found: `${machine.state}, ${exits} ends are listed`, asAssumed: !givenUp };
    },
  },
  {
    name: "CPU balance after a restart",
    assumes: "kept",
    command:
      'ask() { printf "Authorization: %s" "$FLY_API_TOKEN" | curl --silent --fail --header @- ' +
      '"$(printenv FLY_API_BASE_URL || echo https://api.fly.io)/prometheus/ORGANIZATION/api/v1/query?query=fly_instance_cpu_balance%7Bapp%3D%22APP%22%7D"; echo; }; ' +
      "ask | grep data && flyctl machine restart ID --app APP >&2 && sleep 45 && ask",
    turn: "last",
    read: ({ stdout }) => {
      const lines = stdout.split("\n").filter((line) => line.startsWith("{"));
      const [before, after] = lines.map((line) =>
        Number(metric.safeParse(JSON.parse(line)).data?.data.result[0]?.value[1]),
      );
      if (before === undefined || after === undefined || Number.isNaN(before + after)) return undefined;
      // In hundredths of a second. What a start uses is less than five seconds.
      const found = `${(before / 100).toFixed(1)} s before, ${(after / 100).toFixed(1)} s after`;
      return { found, asAssumed: after >= before - 500 && after > 0 };
    },
  },
];
