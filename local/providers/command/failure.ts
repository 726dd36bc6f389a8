// Why a command did not succeed, in the words of Go's os/exec, which reach the user through the real plugin.
import { getSystemErrorMessage } from "node:util";
import { quote } from "../quote.ts";

const signalNames: Partial<Record<NodeJS.Signals, string>> = {
  SIGABRT: "aborted",
  SIGALRM: "alarm clock",
  SIGBUS: "bus error",
  SIGFPE: "floating point exception",
  SIGHUP: "hangup",
  SIGILL: "illegal instruction",
  SIGINT: "interrupt",
  SIGKILL: "killed",
  SIGPIPE: "broken pipe",
  SIGQUIT: "quit",
  SIGSEGV: "segmentation fault",
  SIGTERM: "terminated",
  SIGTRAP: "trace/breakpoint trap",
  SIGUSR1: "user defined signal 1",
  SIGUSR2: "user defined signal 2",
};

/** Undefined when the command succeeded. */
export function exitFailure(code: number | null, signal: NodeJS.Signals | null): string | undefined {
  if (signal) return `signal: ${signalNames[signal] ?? signal}`;
  return code === 0 ? undefined : `exit status ${code}`;
}

export function notFound(executable: string): string {
  return `exec: ${quote(executable)}: executable file not found in $PATH`;
}

const reason = (error: NodeJS.ErrnoException) =>
  error.errno === undefined ? error.message : getSystemErrorMessage(error.errno);

export function startFailure(executable: string, error: NodeJS.ErrnoException): string {
  return `fork/exec ${executable}: ${reason(error)}`;
}

/** The command and all its output, as long as it is: a failed command leaves no other trace, since nothing reaches the state. */
export function commandError(cause: string, command: string, output: Buffer): string {
  return `${cause}: running ${quote(command)}:\n${output.toString("utf8")}`;
}
