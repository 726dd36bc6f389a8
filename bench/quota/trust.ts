import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";

/** Where Debian's programs look for the certificate authorities that they trust. */
const bundle = "/etc/ssl/certs/ca-certificates.crt";

/**
 * The certificate authorities of an image and the tailnet's, for Docker's `Binds`. On Fly.io the tailnet's authority is Let's Encrypt,
 * which every machine trusts, and the recipe's agents call Paperclip by its name in the tailnet.
 *
 * @param folder gets the file
 */
export async function trustBind(image: string, caFile: string, folder: string): Promise<string> {
  const { stdout } = await execa("docker", ["run", "--rm", "--entrypoint", "cat", image, bundle]);
  const file = join(folder, "authorities.crt");
  await writeFile(file, `${stdout}\n${await readFile(caFile, "utf8")}`, { mode: 0o644 });
  return `${file}:${bundle}:ro`;
}
