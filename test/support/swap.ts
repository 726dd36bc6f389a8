import { execa } from "execa";
import { asRoot } from "../../local/asRoot.ts";

/** Volume with the swap file. Its name is fixed, so that a run finds what an earlier one could not remove. */
const volume = "paperclip-on-fly-swap";

/** MB that a machine has by its fly.toml. */
const swapMb = 512;

/**
 * Gives this host's kernel swap for a machine to use: a host without any has none to give to its containers.
 *
 * @param image has mkswap and swapon
 */
export async function addSwap(image: string): Promise<void> {
  const script = [
    'swapoff "$VOLUME/file" 2>/dev/null || true',
    // Blocks that are written: a file with holes is refused.
    `dd if=/dev/zero of="$VOLUME/file" bs=1M count=${swapMb} status=none`,
    'chmod 600 "$VOLUME/file"',
    'mkswap "$VOLUME/file" >/dev/null',
    'swapon "$VOLUME/file"',
  ];
  await asRoot(script.join("\n"), image, volume);
}

/** Takes the swap away again. */
export async function removeSwap(image: string): Promise<void> {
  await asRoot('swapoff "$VOLUME/file"', image, volume);
  await execa("docker", ["volume", "rm", volume]);
}
