import { execa } from "execa";
import { asRoot } from "../../local/asRoot.ts";

/** Volume with the swap file. Its name is fixed, so that a run finds what an earlier one could not remove. */
const volume = "paperclip-on-fly-swap";

/** MB of swap that fly.toml gives to a machine. */
const swapMb = 512;

/**
 * Adds swap to this host's kernel for a machine to use: a host without swap has none for its containers.
 *
 * @param image has mkswap and swapon
 */
export async function addSwap(image: string): Promise<void> {
  const script = [
    'swapoff "$VOLUME/file" 2>/dev/null || true',
    // The file has to be written in full: swapon refuses a file with holes.
    `dd if=/dev/zero of="$VOLUME/file" bs=1M count=${swapMb} status=none`,
    'chmod 600 "$VOLUME/file"',
    'mkswap "$VOLUME/file" >/dev/null',
    'swapon "$VOLUME/file"',
  ];
  await asRoot(script.join("\n"), image, volume);
}

/** Removes the swap again. */
export async function removeSwap(image: string): Promise<void> {
  await asRoot('swapoff "$VOLUME/file"', image, volume);
  await execa("docker", ["volume", "rm", volume]);
}
