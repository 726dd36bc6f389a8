import { execa } from "execa";
import { PaperclipClient } from "../../local/people/paperclipClient.ts";
import { appName, type Machine, tailnet } from "./machine.ts";

const folder = "/paperclip/adapter-plugins/trouble";

/**
 * A plugin that an administrator has installed in a machine's Paperclip. It causes trouble in the server when somebody asks for its
 * adapter's models.
 */
export class Trouble {
  readonly #person: PaperclipClient;
  readonly #company: string;

  private constructor(person: PaperclipClient, company: string) {
    this.#person = person;
    this.#company = company;
  }

  /**
   * @param machine healthy, and without an administrator
   * @param does JavaScript: the body of an async function of the plugin
   */
  static async install(machine: Machine, does: string): Promise<Trouble> {
    const person = new PaperclipClient(await machine.url(), `https://${appName}.${tailnet}`);
    await person.becomeAdministrator(await machine.exec("paperclip-invite"));
    const { id } = await person.ok<{ id: string }>("POST", "/api/companies", { name: "Acme" });
    const plugin = `export const createServerAdapter = () => ({
      type: "trouble",
      execute: async () => ({ exitCode: 0, signal: null, timedOut: false }),
      testEnvironment: async () => ({ adapterType: "trouble", status: "pass", checks: [], testedAt: new Date().toISOString() }),
      async listModels() { ${does} },
    });`;
    const manifest = '{"name": "trouble", "version": "1.0.0", "type": "module", "main": "index.js"}';
    const write = async (name: string, input: string) => {
      const asServer = ["--interactive", "--user", "paperclip", machine.name, "sh", "-c"];
      await execa("docker", ["exec", ...asServer, `mkdir -p ${folder} && cat > ${folder}/${name}`], {
        input,
      });
    };
    await write("index.js", plugin);
    await write("package.json", manifest);
    await person.ok("POST", "/api/adapters/install", { packageName: folder, isLocalPath: true });
    return new Trouble(person, id);
  }

  /** Causes the trouble. The server may fail to answer. */
  begin(): void {
    void this.#person.call("GET", `/api/companies/${this.#company}/adapters/trouble/models`).catch(() => {});
  }
}
