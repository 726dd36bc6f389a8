import { afterEach, beforeEach, expect, test } from "vitest";
import * as privateIp from "../../../../../components/fly/verbs/privateIp.ts";
import { type FakeFlyctl, fakeFlyctl } from "../../../../support/fakeFlyctl.ts";
import { inputsOf } from "../../../../support/verbInputs.ts";

const foreign = { Address: "fdaa:0:1:0:1::2", Type: "private_v6", Network: { Name: "default" } };
const own = { Address: "fdaa:0:2:0:1::2", Type: "private_v6", Network: { Name: "paperclip-acme" } };

let flyctl: FakeFlyctl;
let said: string[];

beforeEach(async () => {
  flyctl = await fakeFlyctl();
  said = [];
  await flyctl.answers("machine list", []);
});

afterEach(() => flyctl.remove());

test("an address of 0.1.0, whose state names no network, moves to the app's own network", async () => {
  await flyctl.answers("ips list", [foreign], [own]);
  await flyctl.answers("ips release", "Released");
  await flyctl.answers("ips allocate-v6", own);
  const previous = { address: foreign.Address };
  expect(await privateIp.update(inputsOf({ APP: "acme" }, { previous, said }))).toEqual({
    address: own.Address,
  });
  const changes = (await flyctl.calls()).filter((call) => !call.includes(" list "));
  expect(changes).toEqual([
    "ips release fdaa:0:1:0:1::2 --app acme",
    "ips allocate-v6 --private --network paperclip-acme --app acme",
  ]);
});

test("an address that is gone already is removed with success", async () => {
  await flyctl.answers("ips release", { error: "Could not resolve to a node with the global id of ''" });
  await flyctl.answers("ips list", []);
  await privateIp.remove(inputsOf({ APP: "acme" }, { previous: { address: own.Address } }));
});

test("a removal without a recorded address says what is missing", async () => {
  await expect(privateIp.remove(inputsOf({ APP: "acme" }))).rejects.toThrow(
    /printed the last time[\s\S]*address/,
  );
});
