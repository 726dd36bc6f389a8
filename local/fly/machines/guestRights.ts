/**
 * The rights of a machine's root. On Fly.io it can do everything, because a machine has its own kernel. Here the kernel is the host's, so
 * root gets, besides Docker's default capabilities, only those whose effect stays inside the container. There is no filter of system
 * calls, because Docker's blocks much that a Fly.io machine allows, above all user namespaces. ../README.md says what is left out, and why.
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

/** For Docker's API. */
export const guestRights = { CapAdd: capabilities, SecurityOpt: options };

/** The same for `docker run`. */
export const guestRightsFlags = [
  ...capabilities.map((name) => `--cap-add=${name}`),
  ...options.map((option) => `--security-opt=${option}`),
];
