/** How each part about the CPU balance is measured. */
import { mostBalanceSeconds } from "../../local/fly/cpu/figures.ts";
import type { Side } from "../figures.ts";
import { dropCaches } from "../machine.ts";
import type { QuotaPart } from "../parts.ts";
import type { Add } from "../results.ts";
import type { Context, Session } from "../session.ts";
import { newVolume, removeVolume } from "../volume.ts";
import { type BalanceName, balanceSeconds } from "./balances.ts";
import { diskLimits } from "./diskLimits.ts";
import { growth } from "./growth.ts";
import { defaultGuest } from "./guest.ts";
import { life } from "./life.ts";
import { measureBusy, measureIdle, measureSizes } from "./measures.ts";
import { Rig } from "./rig.ts";
import { rootDevice, tryDiskLimits } from "./rootDevice.ts";
import { withCompany } from "./withCompany.ts";

type Measure = (rig: Rig, side: Side, add: Add) => Promise<void>;

export const quotaSessions: Record<QuotaPart, (context: Context) => Promise<Session>> = {
  "quota/idle": (context) => session(context, measureIdle(context.idleSeconds)),

  "quota/new": (context) => session(context, lifeWith("new", context)),
  "quota/empty": (context) => session(context, lifeWith("empty", context)),
  "quota/hour": (context) => session(context, lifeWith("hour", context)),

  async "quota/disks"(context) {
    const { NODE_IMAGE } = context.args;
    const root = await rootDevice();
    const trial = await newVolume(NODE_IMAGE);
    try {
      await tryDiskLimits(NODE_IMAGE, root, trial);
    } finally {
      await removeVolume(trial.name, NODE_IMAGE);
    }
    const before = () => dropCaches(NODE_IMAGE);
    return session(context, async (rig, side, add) => {
      const balance = balanceSeconds("new", defaultGuest, 0);
      await before();
      const options = {
        balanceSeconds: balance,
        disks: ({ device }: { device: string }) => diskLimits(root, device),
      };
      await rig.withTenant(side, options, (tenant) =>
        life(rig, tenant, { balanceSeconds: balance, before }, add),
      );
    });
  },

  "quota/busy": (context) => session(context, measureBusy),

  "quota/growth": (context) =>
    session(context, (rig, side, add) =>
      withCompany(rig, side, (tenant, company) => growth(rig, tenant, company, context.idleSeconds / 5, add)),
    ),

  "quota/sizes": (context) =>
    session(context, async (rig, side, add) => {
      // The recipe has only one size.
      if (side === "ours") await measureSizes(rig, add);
    }),
};

function lifeWith(name: BalanceName, context: Context): Measure {
  return async (rig, side, add) => {
    const idlePercent = name === "hour" ? context.idlePercent(side) : 0;
    const balance = balanceSeconds(name, defaultGuest, idlePercent);
    console.log(
      `  ${side}: begins each time with ${balance.toFixed(0)} s of ${mostBalanceSeconds} s of balance`,
    );
    await rig.withTenant(side, { balanceSeconds: balance }, (tenant) =>
      life(rig, tenant, { balanceSeconds: balance }, add),
    );
  };
}

async function session({ toolchain, args }: Context, measure: Measure): Promise<Session> {
  const rig = await Rig.open(toolchain, args.NODE_IMAGE);
  return {
    measure: (side, _pair, add) => measure(rig, side, add),
    close: () => rig.close(),
  };
}
