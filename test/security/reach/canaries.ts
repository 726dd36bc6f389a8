import { randomBytes } from "node:crypto";
import { type Machine, secrets } from "../../support/machine.ts";

const instance = "/paperclip/instances/default";

/**
 * Places of the server's own, which no agent reads or writes. In each of them the test puts a tree like that of a skill, with files that
 * belong to the server.
 */
export const privatePlaces = [
  `${instance}/secrets`,
  `${instance}/data/storage`,
  `${instance}/data/backups`,
  `${instance}/logs`,
  "/paperclip/home",
  "/paperclip/adapter-plugins",
];

/** The files of a tree, by their paths in it. The attacks make links to them. */
const treeFiles = ["SKILL.md", "notes/a.md", "s/SKILL.md", "s/notes/a.md", ".claude/skills/x/SKILL.md"];

/** Texts that exist only in the server's private files and in its own secrets. Whoever has one has read what is not theirs. */
export class Canaries {
  readonly #machine: Machine;
  /** The text in the files' contents. */
  content = "";
  /** The text in the names of files. */
  readonly name = `name-canary-${randomBytes(12).toString("hex")}`;

  constructor(machine: Machine) {
    this.#machine = machine;
  }

  /** The path of the tree in a private place. */
  tree = (place: string): string => `${place}/canary`;

  /** Plants the canaries, also a second time: Paperclip keeps what it has read and would show it again. */
  async plant(): Promise<void> {
    this.content = `content-canary-${randomBytes(12).toString("hex")}`;
    const files = treeFiles.map((file) => `"$tree/${file}"`).join(" ");
    const script = `umask 077
      for place in ${privatePlaces.join(" ")}; do
        tree=$place/canary
        for file in ${files}; do mkdir -p "$(dirname "$file")"; printf -- '---\\nname: s\\ndescription: ${this.content}\\n---\\n${this.content}\\n' >"$file"; done
        touch "$tree/${this.name}"
      done`;
    await this.#asServer(script);
  }

  /** The secret that a text contains, if any. */
  toldBy(text: string): string | undefined {
    const told = { ...secrets, content: this.content, name: this.name };
    const { CLAUDE_CODE_OAUTH_TOKEN: _agentsOwn, ...canaries } = told;
    return Object.entries(canaries).find(([, value]) => text.includes(value))?.[0];
  }

  /** A fingerprint of the private files, to be compared: their names and contents, and the lists of what the server loads as code. */
  state(): Promise<string> {
    const places = privatePlaces.map((place) => `${place}/canary`).join(" ");
    const lists = `/paperclip/adapter-plugins.json /paperclip/adapter-settings.json ${instance}/config.json ${instance}/secrets`;
    const script = `find ${places} ${lists} -printf '%p %y %m %u %g\\n' -type f -exec sha256sum {} + | sort; getfacl --recursive --absolute-names ${places} ${lists} | sha256sum`;
    return this.#machine.exec("bash", "-c", script);
  }

  /** Files that an agent can read and that hold a canary: the server has copied them to where agents look. */
  async copied(): Promise<string[]> {
    const places = `${instance} /paperclip/agent /paperclip/agents /tmp`;
    const script = `grep --recursive --files-with-matches --devices=skip --fixed-strings --binary-files=text -e ${this.content} ${places} 2>/dev/null || true`;
    const as = ["setpriv", "--reuid=agent", "--regid=agent", "--init-groups"];
    return (await this.#machine.exec(...as, "bash", "-c", script)).split("\n").filter(Boolean);
  }

  #asServer(script: string): Promise<string> {
    const as = ["setpriv", "--reuid=paperclip", "--regid=paperclip", "--init-groups"];
    return this.#machine.exec(...as, "bash", "-ec", script);
  }
}
