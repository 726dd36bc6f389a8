/** A certificate authority of this host's own, made with openssl. */
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { ensureProgram } from "../toolchain/debian.ts";

/** What a server needs to answer under a name. */
export interface Certificate {
  key: string;
  cert: string;
}

/** The authority's files in a folder. */
export const authorityFiles = (folder: string) => ({
  key: join(folder, "authority.key"),
  cert: join(folder, "authority.pem"),
});

/** Makes an authority, or finds it. */
export async function makeAuthority(folder: string): Promise<void> {
  const files = authorityFiles(folder);
  if (existsSync(files.cert)) return;
  await ensureProgram("openssl", ["openssl"]);
  await mkdir(folder, { recursive: true });
  // Authorities are looked up by their names, so each has one of its own.
  const name = `Local internet ${randomBytes(4).toString("hex")}`;
  const config = `[req]\nprompt = no\ndistinguished_name = name\nx509_extensions = rights
[name]\nCN = ${name}
[rights]\nbasicConstraints = critical, CA:TRUE\nkeyUsage = critical, keyCertSign\nsubjectKeyIdentifier = hash\n`;
  await withFile(join(folder, "authority.cnf"), config, (file) =>
    openssl([
      ...["req", "-x509", "-config", file, "-days", "3650", ...newKey, "-keyout", files.key],
      ...["-out", files.cert],
    ]),
  );
}

/** Makes the certificate of a name. */
export async function certificateFor(folder: string, name: string): Promise<Certificate> {
  const authority = authorityFiles(folder);
  const [key, request, cert] = ["key", "csr", "pem"].map((ending) => join(folder, `${name}.${ending}`));
  if (!key || !request || !cert) throw new Error("unreachable");
  const rights = `basicConstraints = critical, CA:FALSE\nextendedKeyUsage = serverAuth\nsubjectAltName = DNS:${name}\n`;
  await openssl(["req", "-new", ...newKey, "-subj", `/CN=${name}`, "-keyout", key, "-out", request]);
  await withFile(join(folder, `${name}.cnf`), rights, (file) =>
    openssl([
      ...["x509", "-req", "-in", request, "-CA", authority.cert, "-CAkey", authority.key, "-CAcreateserial"],
      ...["-days", "3650", "-extfile", file, "-out", cert],
    ]),
  );
  return { key: await readFile(key, "utf8"), cert: await readFile(cert, "utf8") };
}

const newKey = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** openssl makes keys that only their owner can read. */
const openssl = (args: string[]) => execa("openssl", args);

async function withFile(file: string, text: string, work: (file: string) => Promise<unknown>): Promise<void> {
  await writeFile(file, text);
  await work(file).finally(() => rm(file));
}
