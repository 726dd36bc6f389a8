import { describe, expect, test } from "vitest";
import {
  type CpuGuest,
  isHeldNext,
  nextBalance,
  secondsToNextLook,
  shareOf,
  startBalances,
  takeUp,
  usesMoreThanHeld,
} from "../../../../../local/fly/cpu/balance.ts";

const shared = (cpus: number): CpuGuest => ({ cpu_kind: "shared", cpus });
const performance = (cpus: number): CpuGuest => ({ cpu_kind: "performance", cpus });

describe("the CPU balance of a machine", () => {
  test("grows by a sixteenth of a core for each shared vCPU", () => {
    expect(shareOf(shared(1))).toBe(0.0625);
    expect(shareOf(shared(4))).toBe(0.25);
    expect(nextBalance(shared(1), 5, 100, 0)).toBe(11.25);
    expect(nextBalance(shared(2), 5, 100, 0)).toBe(17.5);
  });

  test("stays as it is while the machine uses its share, and carries 500 s for 533 s at full speed", () => {
    expect(nextBalance(shared(1), 5, 80, 5)).toBe(5);
    expect(nextBalance(shared(1), 500, 500 / (1 - 0.0625), 500 / (1 - 0.0625))).toBeCloseTo(0);
  });

  test("is 500 s at most, whatever the machine's size", () => {
    expect(nextBalance(shared(1), 499, 3600, 0)).toBe(500);
    expect(nextBalance(shared(8), 499, 3600, 0)).toBe(500);
    expect(startBalances).toEqual({ new: 5, full: 500 });
  });

  test("becomes a debt when more is used than there was, and the debt is paid before anything is saved", () => {
    const debt = nextBalance(shared(1), 0.1, 1, 1);
    expect(debt).toBeCloseTo(-0.8375);
    expect(nextBalance(shared(1), debt, 16, 0)).toBeCloseTo(0.1625);
  });

  test("never shrinks on performance vCPUs, that are never held", () => {
    expect(nextBalance(performance(2), 5, 10, 20)).toBe(5);
    expect(isHeldNext(performance(1), false, 0)).toBe(false);
  });
});

describe("a shared machine", () => {
  test("is held when its balance is gone, and let go when there is some again", () => {
    expect(isHeldNext(shared(1), false, 0.001)).toBe(false);
    expect(isHeldNext(shared(1), false, 0)).toBe(true);
    expect(isHeldNext(shared(1), true, 0.09)).toBe(true);
    expect(isHeldNext(shared(1), true, 0.1)).toBe(false);
  });

  test("is looked at when its balance can be gone, sooner with more vCPUs", () => {
    expect(secondsToNextLook(shared(1), false, 0.3)).toBeCloseTo(0.32);
    expect(secondsToNextLook(shared(4), false, 0.3)).toBeCloseTo(0.08);
    expect(secondsToNextLook(shared(1), true, 0.08)).toBeCloseTo(0.32);
  });

  test("is looked at twice to twenty times a second, whatever its balance", () => {
    expect(secondsToNextLook(shared(1), false, 500)).toBe(0.5);
    expect(secondsToNextLook(shared(8), false, 0.001)).toBe(0.05);
    expect(secondsToNextLook(shared(1), true, -3)).toBe(0.5);
    expect(secondsToNextLook(performance(1), false, 0)).toBe(0.5);
  });

  test("that uses more than twice its share while held is not limited at all", () => {
    expect(usesMoreThanHeld(shared(1), 2, 0.16)).toBe(false);
    expect(usesMoreThanHeld(shared(1), 2, 2)).toBe(true);
    expect(usesMoreThanHeld(shared(2), 2, 1.9)).toBe(true);
  });
});

describe("a watch takes up", () => {
  const startedAt = "2026-11-28T08:00:00.123456789Z";
  const checkpoint = { balanceSeconds: 3, usedSeconds: 40, atMilliseconds: 1_900_000_000_000, startedAt };

  test("a container that has just started with what it was given", () => {
    const atMilliseconds = Date.parse(startedAt);
    expect(takeUp(5, startedAt)).toEqual({ balanceSeconds: 5, usedSeconds: 0, atMilliseconds, startedAt });
  });

  test("where an earlier watch has left the same container", () => {
    expect(takeUp(checkpoint, startedAt)).toBe(checkpoint);
  });

  test("a container after another start with the balance that is left, and earns nothing for the time between", () => {
    const again = "2026-11-28T09:00:00.5Z";
    expect(takeUp(checkpoint, again)).toEqual({
      balanceSeconds: 3,
      usedSeconds: 0,
      atMilliseconds: Date.parse(again),
      startedAt: again,
    });
  });
});
