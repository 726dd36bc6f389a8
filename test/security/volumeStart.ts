/** The part of a start that works on the volume. Root runs it in a container of the image, once for each hostile volume. */
import { randomBytes } from "node:crypto";
import { execa } from "execa";
import { Machine } from "../support/machine.ts";
import { type Entry, makeCanary, type Place, precious } from "./hostileEntries.ts";

/** The outcome of a start's work on the volume. */
export interface Outcome {
  /** 0: the volume is ready; 124: it never ended. */
  status: number;
  log: string;
  /** The changes to what only root is allowed to touch. */
  changed: string;
}

/** Run as root: what start.sh does to the volume before anything else runs. It does not wait for an operator here. */
const prepare = `
  set -euo pipefail
  lib=/usr/local/lib/paperclip-on-fly
  for part in common kernel sharing volume postgres volumeCheck; do source "$lib/$part.sh"; done
  volume_refuse() { exit 1; }
  prepare_volume
  postgres_init`;

/** Makes /copy of what a machine has left on its volume. Without the rows of the database, which are most of it and play no part here. */
const copy = `
  ${makeCanary}
  mkdir /copy && cp -a /pristine/. /copy && rm -rf /copy/postgres/17/{base,pg_wal}
  install -m 0600 <(echo state) /copy/tailscale/tailscaled.state
  install -o postgres -m 0600 /dev/null /copy/postgres/17/postmaster.pid
  install -o paperclip -m 0600 <(echo key) /copy/instances/default/secrets/master.key
  install -d -o postgres -m 0700 /copy/other
  cat > /prepare.sh <<'SCRIPT'
${prepare}
SCRIPT`;

/** Bash: `fresh` restores the volume, `touched` lists the precious files, `start` prints an outcome as a line of JSON. */
const functions = `
  fresh() { find /paperclip /tmp -mindepth 1 -delete; rm -rf /run/paperclip*; cp -a /copy/. /paperclip; }
  touched() { find ${precious.join(" ")} -printf '%p %y %U:%G %m %s %C@ %l\\n' | sort; }
  start() {
    local before status=0 log
    before=$(touched)
    log=$(timeout 60 bash /prepare.sh 2>&1 </dev/null) || status=$?
    jq --null-input --compact-output --argjson status "$status" --arg log "$log" --arg changed "$(diff <(echo "$before") <(touched))" \\
      '{$status, $log, $changed}'
  }`;

export class VolumeStart {
  readonly #name = `image-test-${randomBytes(4).toString("hex")}`;
  readonly #pristine = `${this.#name}-pristine`;

  /** Boots a machine once to get the volume that it leaves. */
  static async on(image: string): Promise<VolumeStart> {
    const start = new VolumeStart();
    const machine = await Machine.start(image, { volume: start.#pristine });
    try {
      await machine.healthy();
      await machine.exec("paperclip-invite");
      await machine.stop();
    } finally {
      await machine.remove();
    }
    const volumes = ["--volume", `${start.#pristine}:/pristine:ro`, "--tmpfs", "/paperclip:exec,dev"];
    await execa("docker", ["run", "--detach", "--name", start.#name, ...volumes, image, "sleep", "infinity"]);
    await start.run(copy);
    return start;
  }

  async remove(): Promise<void> {
    await execa("docker", ["rm", "--force", this.#name], { reject: false });
    await execa("docker", ["volume", "rm", "--force", this.#pristine], { reject: false });
  }

  /** Runs a bash script with the functions above; returns what it prints. */
  async run(script: string): Promise<string> {
    const args = ["exec", "--interactive", this.#name, "bash", "-euo", "pipefail"];
    return (await execa("docker", args, { input: `${functions}\n${script}` })).stdout;
  }

  /** The outcomes of the starts in a script. */
  async outcomes(script: string): Promise<Outcome[]> {
    const lines = (await this.run(script)).split("\n");
    return lines.flatMap((line) => (line.startsWith("{") ? [JSON.parse(line) as Outcome] : []));
  }

  /** Replaces an entry and starts. Then does what the log says, as an operator would, until the start accepts the volume. */
  async exchange({ path }: Entry, { make }: Pick<Place, "make">) {
    const entry = `/paperclip/${path}`;
    const exchanged = `fresh; entry=${entry}; mv "$entry" "$entry.was"; ${make}; start`;
    const [outcome] = await this.outcomes(exchanged);
    const fixed: Outcome[] = [];
    for (let last = outcome; last && last.status !== 0 && fixed.length < 3; last = fixed.at(-1)) {
      const [, command] = /flyctl ssh console --app APP --command "([^"]+)"/.exec(last.log) ?? [];
      fixed.push(...(await this.outcomes(`${command ?? "false"}; start`)));
    }
    return { entry, outcome, fixed };
  }
}
