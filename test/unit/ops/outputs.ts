/** The outputs of a stack that is complete. */
export const outputs = {
  appName: "acme",
  url: "https://acme.tail1234.ts.net",
  machineId: "m1",
  volumeId: "v1",
  imageDigest: "registry.fly.io/acme@sha256:1",
  privateIp: "fdaa::1",
};
