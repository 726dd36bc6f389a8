import { describe, expect, test } from "vitest";
import { sameNetwork, sortAddresses } from "../../../../components/fly/network.ts";

describe("the network of a private address", () => {
  // The first examples are from Fly.io's documentation of custom private networks and of machine migration.
  test.each([
    ["fdaa:2:45b:a7b:174:db43:d3c6:2", "fdaa:2:45b:0:1::23", true],
    ["fdaa:2:45b:a7b:174:db43:d3c6:2", "fdaa:9:d844:a7b:e:33bd:e8b1:2", false],
    ["fdaa:0:1:a7b::2", "fdaa::1:0:1:0:0:2", true],
    ["fdaa:0:1:a7b::2", "fdaa:0:2:0:1::2", false],
  ])("%s and %s: %s", (one, other, same) => {
    expect(sameNetwork(one, other)).toBe(same);
    expect(sameNetwork(other, one)).toBe(same);
  });
});

test("addresses are sorted by who can come in through them, whatever Fly.io says about their network", () => {
  const addresses = [
    { Address: "fdaa:0:1:0:1::2", Type: "private_v6", Network: null },
    { Address: "fdaa:0:2:0:1::2", Type: "private_v6", Network: { Name: "paperclip-acme" } },
    { Address: "66.241.1.9", Type: "shared_v4" },
    { Address: "2a09:8280:1::9", Type: "v6" },
    { Address: "203.0.113.7", Type: "egress_v4" },
  ];
  expect(sortAddresses(addresses, "fdaa:0:1:a7b::2")).toEqual({
    own: ["fdaa:0:1:0:1::2"],
    foreign: ["fdaa:0:2:0:1::2"],
    open: ["66.241.1.9", "2a09:8280:1::9"],
  });
});
