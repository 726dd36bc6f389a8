import type { TestProject } from "vitest/node";

/** For projects that need more than packages: tells a person who starts vitest by hand what to start instead. */
export default function requireSetUp({ name }: TestProject): void {
  if (process.env.PAPERCLIP_ON_FLY_TOOLCHAIN) return;
  throw new Error(
    `These tests need a machine that is set up. Start them with: npm test -- --project ${name} FILE`,
  );
}
