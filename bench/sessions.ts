/** How each part is measured. */
import { type Side, sides } from "./figures.ts";
import { buildSide, imageBytes, imageName, rebuild, startRegistry } from "./images.ts";
import { dropCaches, type Home, live } from "./machine.ts";
import type { Part } from "./parts.ts";
import { measureProgram } from "./program.ts";
import { quotaSessions } from "./quota/sessions.ts";
import type { Add } from "./results.ts";
import type { Context, Session } from "./session.ts";
import { newVolume, removeVolume } from "./volume.ts";
import { type Bench, openBench } from "./workshop.ts";

/** Seconds after which a machine with a whole CPU has nothing left to do. */
const settleSeconds = 30;

export const sessions: Record<Part, (context: Context) => Promise<Session>> = {
  async sizes({ toolchain, args }) {
    const registry = await startRegistry(toolchain);
    const whole: Partial<Record<Side, number>> = {};
    return {
      async measure(side, pair, add) {
        // The image goes first. Otherwise the registry would get all of it with the push that is measured.
        whole[side] ??= await registry.push(side);
        if (pair === 0) {
          add("image, uncompressed", "MB", (await imageBytes(imageName(side))) / 1e6);
          add("first push", "MB", whole[side] / 1e6);
        }
        add("rebuild after a line of start.sh", "s", await rebuild(side, args));
        add("push after a line of start.sh", "KB", (await registry.push(side)) / 1e3);
      },
      async close() {
        await registry.stop();
        for (const side of sides) await buildSide(side, args);
      },
    };
  },

  machine: (context) =>
    inTailnet(context, async (image, home, add) => {
      const first = await live(image, home, 0);
      add("first boot to healthy", "s", first.bootSeconds);
      add("first boot, CPU", "CPU s", first.bootCpuSeconds);
      add("first boot to HTTPS in the tailnet", "s", first.httpsSeconds);
      add("… HTTPS after healthy, first boot", "s", Math.max(0, first.httpsSeconds - first.bootSeconds));
      add("first boot to HTTPS, CPU", "CPU s", first.httpsCpuSeconds);
      const again = await live(image, home, settleSeconds);
      add("restart to healthy", "s", again.bootSeconds);
      add("restart, CPU", "CPU s", again.bootCpuSeconds);
      add("restart to HTTPS in the tailnet", "s", again.httpsSeconds);
      add("… HTTPS after healthy, restart", "s", Math.max(0, again.httpsSeconds - again.bootSeconds));
      add("restart to HTTPS, CPU", "CPU s", again.httpsCpuSeconds);
      add("idle memory", "MB", again.idleMegabytes);
      add("most memory without an agent", "MB", Math.max(first.peakMegabytes, again.peakMegabytes));
      add("clean stop", "s", again.stopSeconds);
    }),

  cold: (context) =>
    inTailnet(context, async (image, home, add) => {
      await dropCaches(context.args.NODE_IMAGE);
      add("first boot with cold caches", "s", (await live(image, home, 0)).bootSeconds);
    }),

  ...quotaSessions,

  program: async ({ toolchain, args }) => ({
    measure: (side, _pair, add) => measureProgram(side, toolchain, args, add),
    close: async () => undefined,
  }),
};

/** A session whose runs are machines in one tailnet, each with a volume of its own. */
async function inTailnet(
  { toolchain, args }: Context,
  work: (image: string, home: Home, add: Add) => Promise<void>,
): Promise<Session> {
  const bench: Bench = await openBench(toolchain);
  return {
    async measure(side, pair, add) {
      const { name: volume } = await newVolume(args.NODE_IMAGE);
      try {
        const key = await bench.makeKey();
        await work(
          imageName(side),
          { side, name: `${side}-${pair}-${volume.slice(0, 6)}`, volume, key, bench },
          add,
        );
      } finally {
        await removeVolume(volume, args.NODE_IMAGE);
      }
    },
    close: () => bench.remove(),
  };
}
