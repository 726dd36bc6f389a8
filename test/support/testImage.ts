import { buildMachineLayer, pushMachineImage } from "../contract/fly/support/machineImage.ts";

/** Pushes the tests' tiny image, which answers any request or ends at once with an error, and returns it by digest. */
export async function pushTestImage(registryHost: string, behaviour: "serves" | "exits"): Promise<string> {
  const cmd = behaviour === "serves" ? ["serve"] : ["exit", "1"];
  const digest = await pushMachineImage(registryHost, "test/machine", await buildMachineLayer(), { cmd });
  return `${registryHost}/test/machine@${digest}`;
}
