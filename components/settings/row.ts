import type { Unwrap } from "@pulumi/pulumi";
import type { Form } from "./forms.ts";

/** What a setting is when nobody sets it, and a value to show: a default is an example of itself. */
type Unset<Value> =
  | { required: true; example: string }
  | { default: Value; example?: string }
  /** `unset` says what happens without a value, e.g. "none". */
  | { unset: string; example: string }
  | { unset: string; secret: true };

/** A setting. What else knows of it is made from this: Pulumi.yaml, the README, the checks, the component's defaults, the fixes. */
export type Row<Args, Value> = Unset<Value> & {
  /** Its name for `pulumi config`. Default: that of the component's argument. */
  key?: string;
  form: Form<Value>;
  /** Why a value of this form is refused. `others` has the other arguments, as far as they could be read. */
  rule?(value: Value, others: Partial<Args>): string | undefined;
  /** The same of one entry of an object. */
  entryRule?(name: string, value: string): string | undefined;
  /** Pulumi stores it encrypted, and no message has its value. */
  secret?: true;
  /** One sentence for people, in Markdown, without its full stop. */
  says: string;
  /** Further sentences, which only the README has. */
  more?: string;
  /** The command that sets it. Default: `pulumi config set` with the example, or with `--secret`. */
  set?: string;
  /** The command that fixes it. Default: that which sets it, or `pulumi config rm` where nothing happens without a value. */
  fix?: string;
  /** The same where the value decides, which is undefined where it could not be read. */
  fixFor?(value: Value | undefined, others: Partial<Args>): string;
};

/** A row for each argument, and no other row. A secret argument can be an output; its setting is the plain value. */
export type Rows<Args> = { [Argument in keyof Args]-?: Row<Args, Unwrap<NonNullable<Args[Argument]>>> };
