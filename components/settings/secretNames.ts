/**
 * The names that `extraSecrets` cannot take, so that a setting replaces nothing of the program's: those of the machine's own variables, and
 * those by which its programs are loaded, set up or told what to trust. An app secret is in the environment of everything that the machine
 * starts, from its first script on, and goes before a variable of fly.toml.
 *
 * Most names of the second kind are from lists of others: what sudo takes out of an environment (`sudo -V`), what the C library ignores in
 * privileged programs, and the variables of bash's manual.
 */
import { type Variable, variables } from "./variables.ts";

/** Names that belong together. In a name a star stands for any characters. */
export interface TakenNames {
  names: readonly string[];
  /** Names of these that a secret can have all the same. */
  except?: readonly string[];
  /** Follows the name in a sentence: what it is, and what to take instead. */
  reason: string;
}

/** What ends like this is a credential, which no program takes for anything else. */
const credentials = ["*_TOKEN", "*_KEY", "*_SECRET", "*_PASSWORD"];

const words = (text: string) => text.trim().split(/\s+/);

export const takenNames: readonly TakenNames[] = [
  { names: ["FLY_*", "PRIMARY_REGION"], reason: "is a name that Fly.io sets itself" },
  { names: ["PAPERCLIP*"], reason: "is a name of Paperclip's own, which the program sets itself" },
  {
    names: ["TAILNET_*", "TAILSCALE_*", "TS_*"],
    reason: "is a name of the tailnet device's, which the program sets itself; the stack has settings for it",
  },
  {
    names:
      words(`DATABASE_* BETTER_AUTH_* HEARTBEAT_SCHEDULER_* ACPX_* CLAUDE_LOGIN_* *_LOG_BASE_PATH PROVIDER_TRACE_BASE_PATH
      SANDBOX_ORPHAN_CLEANUP_SPOOL_DIR NOTIFY_SOCKET`),
    reason:
      "is a name by which Paperclip's server is set up; agents can have theirs by another one, such as REPORTS_DATABASE_URL",
  },
  {
    names: ["PG*"],
    except: ["PG_*", "PGP_*"],
    reason:
      "is a name by which PostgreSQL's programs are told their database; agents can have theirs by another one, such as REPORTS_DATABASE_URL",
  },
  {
    names:
      words(`LD_* _RLD* GLIBC_TUNABLES GCONV_PATH GETCONF_DIR LOCPATH NLSPATH MALLOC_* HOSTALIASES LOCALDOMAIN RES_OPTIONS
      RESOLV_HOST_CONF NIS_PATH TZDIR UV_THREADPOOL_SIZE UV_USE_IO_URING OPENSSL_*`),
    except: credentials,
    reason: "changes how the machine loads all of its programs",
  },
  {
    names:
      words(`BASH* ENV SHELLOPTS POSIXLY_CORRECT IFS PS0 PS1 PS2 PS3 PS4 PROMPT_COMMAND PROMPT_DIRTRIM CDPATH GLOBIGNORE
      EXECIGNORE FIGNORE FUNCNEST FUNCNAME INPUTRC TMOUT TIMEFORMAT HISTFILE HISTSIZE HISTFILESIZE HISTCONTROL HISTIGNORE HISTTIMEFORMAT HISTCMD MAIL MAILPATH MAILCHECK COMP_CWORD COMP_LINE COMP_POINT COMP_TYPE COMP_WORDS COMP_WORDBREAKS COMPREPLY COPROC CHILD_MAX
      COLUMNS LINES DIRSTACK EPOCHREALTIME EPOCHSECONDS EUID GROUPS HOSTNAME HOSTTYPE IGNOREEOF LINENO MACHTYPE MAPFILE OLDPWD OPTARG OPTERR OPTIND
      OSTYPE PIPESTATUS PPID PWD RANDOM READLINE_* REPLY SECONDS SHLVL SRANDOM UID USER LOGNAME FPATH NULLCMD READNULLCMD ZDOTDIR
      TMPPREFIX SUDO_* TERM TERMINFO* TERMCAP TERMPATH PATH_LOCALE`),
    except: ["BASH_DEFAULT_TIMEOUT_MS", "BASH_MAX_TIMEOUT_MS", "BASH_MAX_OUTPUT_LENGTH", ...credentials],
    reason: "is a name of the shells that the machine is started with",
  },
  {
    names:
      words(`NODE_* NPM_CONFIG_* BUN_* PERL5* PERLLIB PERLIO* PERL_* PYTHON* RUBYLIB RUBYOPT JAVA_TOOL_OPTIONS LESSOPEN LESSCLOSE
      SSH_ASKPASS* SSH_AUTH_SOCK SSH_SK_* SSH_PKCS11_HELPER`),
    except: credentials,
    reason:
      "changes how programs run, the server's among them; what is for an agent alone goes into its own variables in Paperclip",
  },
  {
    names: ["GIT_*"],
    except: ["GIT_AUTHOR_*", "GIT_COMMITTER_*", "GIT_USER*", "GIT_EMAIL", ...credentials],
    reason:
      "tells git what to run and where its settings are; an agent has them in its home, and signs in with GITHUB_TOKEN or a key in .ssh",
  },
  {
    names: words("SSL_CERT_* SSLKEYLOGFILE CURL_*"),
    reason: "changes whom the machine's programs trust",
  },
  {
    names: ["HTTP_PROXY", "ALL_PROXY"],
    reason:
      "also takes what agents and doctor ask inside the machine, at http://127.0.0.1:3100; for the internet take HTTPS_PROXY",
  },
  {
    names:
      words(`XDG_* CLAUDE_CONFIG_DIR CLAUDE_HOME CLAUDE_ENV_FILE CLAUDE_CODE_EXECUTABLE CLAUDE_CODE_SHELL*
      CLAUDE_CODE_TMPDIR CLAUDECODE CODEX_CONFIG GH_CONFIG_DIR`),
    reason: "says where agents' programs are and keep their files, which the program sets for each agent",
  },
  {
    names: ["LC_*", "LANGUAGE"],
    reason: "changes how programs compare and print texts, which the program sets itself",
  },
];

const patternOf = (name: string) => new RegExp(`^${name.replaceAll("*", ".*")}$`);
const isOneOf = (name: string, names: readonly string[]) => names.some((one) => patternOf(one).test(name));

/** Why `extraSecrets` cannot take a name; undefined where it can. */
export function secretNameProblem(name: string): string | undefined {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name))
    return "is not a variable's name (letters, digits and underscores)";
  // Some programs read theirs in either case, such as npm_config_… and http_proxy.
  const capitals = name.toUpperCase();
  const row = rows.get(capitals);
  const family = takenNames.find(
    ({ names, except = [] }) => isOneOf(capitals, names) && !isOneOf(capitals, except),
  );
  if (row && row.from !== "extraSecrets") return ownNameProblem(row);
  if (!row && family) return family.reason;
  // The scripts of the start have a hundred variables of their own, whose names have no capital letter.
  return /[A-Z]/.test(name) ? undefined : `has no capital letter, as the start's own names; take ${capitals}`;
}

/** A line for each of the names that `extraSecrets` cannot take. */
export const secretNameProblems = (names: readonly string[]): string[] =>
  names.flatMap((name) => {
    const problem = secretNameProblem(name);
    return problem ? [`extraSecrets.${name} ${problem}`] : [];
  });

const rows = new Map<string, Variable>(Object.entries(variables));

const ownNameProblem = ({ from, setting }: Variable) =>
  `is a name that ${from === "fly.io" ? "Fly.io" : "the program"} sets itself${setting ? `; the stack's setting for it is ${setting}` : ""}`;
