import { afterEach, beforeEach, describe, expect, test } from "vitest";
import * as volume from "../../../../../components/fly/verbs/volume.ts";
import { type FakeFlyctl, fakeFlyctl } from "../../../../support/fakeFlyctl.ts";
import { inputsOf } from "../../../../support/verbInputs.ts";

const there = {
  id: "vol_1",
  name: "paperclip_data",
  state: "created",
  region: "ams",
  size_gb: 3,
  created_at: "2026-11-01T00:00:00Z",
  snapshot_retention: 5,
  attached_machine_id: "m1",
};

let flyctl: FakeFlyctl;
let said: string[];

beforeEach(async () => {
  flyctl = await fakeFlyctl();
  said = [];
  await flyctl.answers("volumes list", [there]);
});

afterEach(() => flyctl.remove());

function update(sizeGb: number) {
  const values = {
    APP: "acme",
    VOLUME: "paperclip_data",
    REGION: "ams",
    SIZE_GB: String(sizeGb),
    SNAPSHOT_RETENTION_DAYS: "5",
  };
  const previous = { volumeId: "vol_1", region: "ams", sizeGb: 3, createdAt: there.created_at };
  return volume.update(inputsOf(values, { previous, said }));
}

const changes = async () => (await flyctl.calls()).filter((call) => !call.startsWith("volumes list"));

describe("a volume that is extended", () => {
  const extend = "volumes extend vol_1 --app acme --size 4 --yes";

  test("restarts the machine if its file system grows only at the next start", async () => {
    await flyctl.answers(
      "volumes extend",
      "ID: vol_1\nYou will need to stop and start your Machine to increase the size of the file system\n",
    );
    await flyctl.answers("machine restart", "Restarted machine m1");
    expect(await update(4)).toMatchObject({ sizeGb: 4 });
    expect(await changes()).toEqual([extend, "machine restart m1 --app acme"]);
  });

  test("leaves any other machine alone", async () => {
    await flyctl.answers(
      "volumes extend",
      "ID: vol_1\nYour Machine got its volume size extended without needing a restart\n",
    );
    await update(4);
    expect(await changes()).toEqual([extend]);
  });

  test("names the command to run if the restart fails", async () => {
    await flyctl.answers("volumes extend", "You will need to stop and start your Machine to increase …");
    await flyctl.answers("machine restart", { error: "machine is locked" });
    await expect(update(4)).rejects.toThrow("Restart it: flyctl machine restart m1 --app acme");
  });
});

test("a volume that is larger than the setting, as Fly.io extends some by itself, stays as it is", async () => {
  expect(await update(1)).toMatchObject({ sizeGb: 3 });
  expect(await changes()).toEqual([]);
  expect(said).toEqual(["the volume keeps its 3 GB: it cannot shrink to 1"]);
});
