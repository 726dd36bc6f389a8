/** What the machine's kernel can do and what it leaves open to agents: a Fly.io machine has one of its own, which Fly.io chooses. */
import { z } from "zod";
import { type Finding, ok, problem } from "./finding.ts";

/** What `paperclip-kernel` prints (docker/lib/kernel.sh). */
export const kernelShape = z.object({
  release: z.string(),
  /** How server and agents share files: by access control lists or, where the kernel has none, by a group. */
  sharing: z.enum(["acl", "group"]),
  /** What keeps agents from homes, keys and processes of each other; `none`: they have homes by name only. */
  homes: z.enum(["landlock", "none"]).optional(),
  /** What keeps agents from the tailnet; `userspace`: the machine has no route there; `none`: it is in no tailnet. */
  agents: z.enum(["netfilter", "routes", "userspace", "none"]),
  /** Whether a device in the tailnet reaches what listens in the machine and is not served. */
  ports: z.enum(["closed", "open"]),
  /** Settings of /proc/sys that protect against agents and cannot be set. */
  open: z.array(z.string()),
  /** Such settings that this kernel does not know. */
  absent: z.array(z.string()),
});
export type KernelStatus = z.infer<typeof kernelShape>;

const sharing = { acl: "files are shared by access control lists", group: "files are shared by a group" };
const homes = {
  landlock: "agents are kept from each other's homes by Landlock",
  none: "agents get at each other's homes",
};
const agents = {
  netfilter: "agents are kept from the tailnet by netfilter",
  routes: "agents are kept from the tailnet by routes",
  userspace: "the machine has no route into the tailnet",
  none: "there is no tailnet",
};

/** @param status undefined where the machine's image is from before this question */
export function kernelFinding(status: KernelStatus | undefined): Finding {
  if (!status) return problem("kernel", "cannot be asked what it leaves open to agents", "pulumi up");
  if (status.ports === "open")
    return problem(
      "kernel",
      `${status.release} cannot close the machine's other ports to the tailnet`,
      "pulumi stack output tailnetPolicy, then put its rules into the tailnet's policy in place of wider ones; the device stays out until the image has TAILNET_PORTS=policy",
    );
  const left = status.open.length > 0 ? `; open to agents: ${status.open.join(", ")}` : "";
  // Images of before this was asked had one home for all.
  const said = [sharing[status.sharing], homes[status.homes ?? "none"], agents[status.agents]].join(", ");
  return ok("kernel", `${status.release}: ${said}${left}`);
}
