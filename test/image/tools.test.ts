/** The image with every tool that a stack can choose, and with the sandboxes of agents' own. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Machine } from "../support/machine.ts";
import { buildPaperclip, ownContext } from "../support/paperclipImage.ts";

let machine: Machine;

beforeAll(async () => {
  const image = await buildPaperclip(ownContext, { TOOLS: "base native", AGENT_SANDBOXES: "true" });
  machine = await Machine.start(image, { run: ["--env", "PAPERCLIP_TOOLS=base native"] });
  await machine.healthy();
});

afterAll(() => machine?.remove());

/** Runs a script in a program of an agent's, in an empty folder. */
const asAgent = (script: string) =>
  machine.exec(
    ...["setpriv", "--reuid=agent", "--regid=agent", "--init-groups", "--no-new-privs"],
    ...["env", "HOME=/tmp", "bash", "-ec", `cd "$(mktemp -d)"; ${script}`],
  );

describe("with the tools `native` an agent compiles", () => {
  test("a module in C++ for Node.js", async () => {
    // As node-gyp does, without the headers that it fetches.
    const source = `#include <string>\nextern "C" std::string *made(void) { return new std::string("made"); }\n`;
    expect(
      await asAgent(`printf '${source.replaceAll("\n", "\\n")}' >a.cc
        g++ -std=c++20 -O2 -shared -fPIC -o a.node a.cc && pkg-config --version >/dev/null && file --brief a.node | cut -d, -f1`),
    ).toBe("ELF 64-bit LSB shared object");
  });

  test("a module in C for Python, which imports it", async () => {
    const source = `#include <Python.h>
static struct PyModuleDef made = {PyModuleDef_HEAD_INIT, "made", NULL, -1, NULL};
PyMODINIT_FUNC PyInit_made(void) { return PyModule_Create(&made); }
`;
    expect(
      await asAgent(`echo '${source}' >made.c; python3 -m venv v
        gcc -shared -fPIC $(v/bin/python -c 'import sysconfig; print("-I" + sysconfig.get_path("include"))') -o made.so made.c
        v/bin/python -c 'import made; print(made.__name__)'`),
    ).toBe("made");
  });

  test("and the start does not say that they are missing", async () => {
    expect(await machine.logs()).not.toContain("this image has not the tools");
  });
});

test("with AGENT_SANDBOXES there is bubblewrap, in which Paperclip confines an agent whose administrator asks for it", async () => {
  const sandbox = "bwrap --unshare-user --ro-bind / / --proc /proc --tmpfs /tmp";
  expect(await asAgent(`touch /tmp/outside; ${sandbox} sh -c 'ls -A /tmp; echo inside'`)).toBe("inside");
});
