/** The output of all verbs together: enough for the component in tests without an engine. */
export const printed = JSON.stringify({
  volumeId: "vol_1",
  address: "fdaa::1",
  image: "pushed@sha256:1",
  machineId: "m1",
  releasedAt: "2026-11-28T12:00:00.000Z",
  setOn: "2026-11-28",
  inviteUrl: "https://invite",
});
