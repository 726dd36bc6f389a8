import { execa } from "execa";
import { describe, expect, test } from "vitest";
import { secretNameProblem, secretNameProblems } from "../../../../components/settings/secretNames.ts";

/** The variables that sudo removes from an environment, from `sudo -V` as root, sudo 1.9.16. */
const sudos = `IFS CDPATH LOCALDOMAIN RES_OPTIONS HOSTALIASES NLSPATH PATH_LOCALE LD_PRELOAD LD_LIBRARY_PATH LD_AUDIT _RLD_LIST TERMINFO
  TERMINFO_DIRS TERMPATH TERMCAP ENV BASH_ENV PS4 GLOBIGNORE BASHOPTS SHELLOPTS JAVA_TOOL_OPTIONS PERLIO_DEBUG PERLLIB PERL5LIB PERL5OPT
  PERL5DB FPATH NULLCMD READNULLCMD ZDOTDIR TMPPREFIX PYTHONHOME PYTHONPATH PYTHONINSPECT PYTHONUSERBASE RUBYLIB RUBYOPT`;

/** The variables that the C library removes from the environment of privileged programs: sysdeps/generic/unsecvars.h of glibc 2.41. */
const glibcs = `GCONV_PATH GETCONF_DIR GLIBC_TUNABLES HOSTALIASES LD_AUDIT LD_BIND_NOT LD_BIND_NOW LD_DEBUG LD_DEBUG_OUTPUT LD_DYNAMIC_WEAK
  LD_HWCAP_MASK LD_LIBRARY_PATH LD_ORIGIN_PATH LD_PRELOAD LD_PROFILE LD_SHOW_AUXV LOCALDOMAIN LOCPATH MALLOC_ARENA_MAX MALLOC_CHECK_ NIS_PATH
  NLSPATH RESOLV_HOST_CONF RES_OPTIONS TMPDIR TZDIR`;

const words = (text: string) => text.split(/\s+/);

describe("extraSecrets cannot take a name", () => {
  test.each([
    ...[
      "TAILSCALE_SSH",
      "TAILNET_HTTPS",
      "TAILSCALE_USERSPACE",
      "TAILSCALE_LOGIN_SERVER",
      "TRUST_PROXY",
      "TMPDIR",
    ],
    ...[
      "DATABASE_POOL_MAX",
      "HOME",
      "PATH",
      "CLAUDE_CODE_OAUTH_TOKEN",
      "DO_NOT_TRACK",
      "SHELL",
      "TEMP",
      "LANG",
    ],
  ])("that the program sets itself: %s", (name) => {
    expect(secretNameProblem(name)).toMatch(/^is a name that the program sets itself/);
  });

  test.each(["FLY_APP_NAME", "FLY_NEW_ONE", "PRIMARY_REGION"])("of Fly.io's: %s", (name) => {
    expect(secretNameProblem(name)).toContain("Fly.io");
  });

  test.each([
    ...[
      "PAPERCLIP_ANYTHING",
      "TS_DEBUG_ACME_DIRECTORY_URL",
      "TS_AUTHKEY",
      "TAILSCALE_ANYTHING",
      "BETTER_AUTH_URL",
    ],
    ...[
      "DATABASE_URL",
      "PGPASSWORD",
      "PGOPTIONS",
      "HEARTBEAT_SCHEDULER_ENABLED",
      "ACPX_CLAUDE_INCLUDE_USER_SETTINGS",
    ],
  ])("by which a part of the machine is set up: %s", (name) => expect(secretNameProblem(name)).toBeDefined());

  test.each([
    ...[...words(sudos), ...words(glibcs)],
    ...[
      "BASH_FUNC_log",
      "POSIXLY_CORRECT",
      "PROMPT_COMMAND",
      "NODE_OPTIONS",
      "NODE_PATH",
      "NODE_EXTRA_CA_CERTS",
    ],
    ...[
      "npm_config_script_shell",
      "NPM_CONFIG_PREFIX",
      "BUN_OPTIONS",
      "OPENSSL_CONF",
      "SUDO_ASKPASS",
      "SSH_ASKPASS",
    ],
    ...["GIT_SSH_COMMAND", "GIT_CONFIG_COUNT", "GIT_CONFIG_KEY_0", "GIT_EXEC_PATH", "GIT_ASKPASS", "GIT_DIR"],
    ...[
      "SSL_CERT_FILE",
      "SSL_CERT_DIR",
      "CURL_HOME",
      "LC_ALL",
      "LANGUAGE",
      "XDG_CONFIG_HOME",
      "CLAUDE_CONFIG_DIR",
    ],
  ])("that changes how programs are loaded and run: %s", (name) =>
    expect(secretNameProblem(name)).toBeDefined(),
  );

  test("that bash has a variable of its own by", async () => {
    const { stdout } = await execa("bash", ["--norc", "-c", "compgen -v"], { env: {}, extendEnv: false });
    const own = stdout.split("\n");
    expect(own).toContain("SRANDOM");
    expect(own.filter((name) => secretNameProblem(name) === undefined)).toEqual([]);
  });

  test.each(["1TOKEN", "MY-TOKEN", "", "BASH_FUNC_log%%"])("that is none: %j", (name) => {
    expect(secretNameProblem(name)).toContain("is not a variable's name");
  });
});

test.each([
  ...[
    "GITHUB_TOKEN",
    "GH_TOKEN",
    "GITLAB_TOKEN",
    "OPENAI_API_KEY",
    "GEMINI_API_KEY",
    "NPM_TOKEN",
    "NODE_AUTH_TOKEN",
  ],
  ...[
    "ANTHROPIC_BASE_URL",
    "ANTHROPIC_AUTH_TOKEN",
    "ANTHROPIC_MODEL",
    "CLAUDE_CODE_USE_BEDROCK",
    "AWS_SECRET_ACCESS_KEY",
  ],
  ...[
    "HTTPS_PROXY",
    "NO_PROXY",
    "TZ",
    "GIT_AUTHOR_NAME",
    "GIT_COMMITTER_EMAIL",
    "GIT_TOKEN",
    "LD_SDK_KEY",
    "SENTRY_DSN",
  ],
  ...[
    "REPORTS_DATABASE_URL",
    "SLACK_BOT_TOKEN",
    "BASH_MAX_TIMEOUT_MS",
    "SSH_PRIVATE_KEY",
    "TF_VAR_token",
    "PGP_KEY",
  ],
])("%s is free for a client", (name) => expect(secretNameProblem(name)).toBeUndefined());

test("all refused names are reported at once, and no others", () => {
  expect(secretNameProblems(["GITHUB_TOKEN", "LD_PRELOAD", "TRUST_PROXY"])).toEqual([
    "extraSecrets.LD_PRELOAD changes how the machine loads all of its programs",
    "extraSecrets.TRUST_PROXY is a name that the program sets itself",
  ]);
});

describe("a name that is refused says what to take instead:", () => {
  test.each([
    ["ANTHROPIC_API_KEY", "anthropicKey"],
    ["CLAUDE_CODE_OAUTH_TOKEN", "claudeToken"],
    ["TAILSCALE_SSH", "tailscaleSsh"],
    ["TAILNET_PORTS", "imageBuildArgs"],
    ["DATABASE_URL", "REPORTS_DATABASE_URL"],
    ["HTTP_PROXY", "HTTPS_PROXY"],
    ["http_proxy", "HTTPS_PROXY"],
    ["https_proxy", "HTTPS_PROXY"],
    ["my_token", "MY_TOKEN"],
    ["GIT_SSH_COMMAND", "GITHUB_TOKEN"],
  ])("%s, %s", (name, instead) => expect(secretNameProblem(name)).toContain(instead));
});
