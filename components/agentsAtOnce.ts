/** MB that PostgreSQL, Paperclip and tailscaled need, and each agent besides them; measured with the default engine. */
const [platformMb, agentMb] = [400, 300];

/** How many agents a machine's memory has room for. Swap is not counted: it is for the moments when all of them need more at once. */
export function agentsThatFit(memoryMb: number): number {
  return Math.min(50, Math.max(1, Math.floor((memoryMb - platformMb) / agentMb)));
}
