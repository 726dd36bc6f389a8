/**
 * What a machine's root may do. On Fly.io that is everything, in a kernel of its own; here the kernel is the host's, so it is what stays
 * inside a container, and no filter of system calls: Docker's keeps programs from much that a Fly.io machine lets them do, above all from
 * making user namespaces. What is left out, and why, is in ../README.md.
 */
const capabilities = [
  "NET_ADMIN",
  "NET_BROADCAST",
  "SYS_PTRACE",
  "SYS_NICE",
  "IPC_LOCK",
  "IPC_OWNER",
  "LEASE",
  "LINUX_IMMUTABLE",
];
const options = ["seccomp=unconfined"];

/** For a container of Docker's API. */
export const guestRights = { CapAdd: capabilities, SecurityOpt: options };

/** The same for `docker run`. */
export const guestRightsFlags = [
  ...capabilities.map((name) => `--cap-add=${name}`),
  ...options.map((option) => `--security-opt=${option}`),
];
