import { FlyError } from "../errors.ts";
import { isObject } from "../go/json.ts";
import { parseGoJson } from "../go/parseJson.ts";
import type { HttpResponse } from "./http.ts";

interface GraphqlAnswer {
  data: Record<string, unknown> | null;
  errors: GraphqlError[];
}

interface GraphqlError {
  message: string;
  path: (string | number)[];
  locations: { line: number; column: number }[];
}

/** @throws with Go's wording if the text is not JSON */
export function readAnswer(text: string): GraphqlAnswer {
  const body = parseGoJson(text);
  const { data, errors } = isObject(body) ? body : {};
  return {
    data: isObject(data) ? data : null,
    errors: (Array.isArray(errors) ? errors : []).filter(isObject).map((error) => ({
      message: String(error.message),
      path: Array.isArray(error.path) ? error.path : [],
      locations: Array.isArray(error.locations) ? error.locations : [],
    })),
  };
}

/** The errors of a named operation in the words of flyctl's library for these. */
export function namedError(errors: GraphqlError[]): FlyError {
  return new FlyError(errors.map((error) => `${position(error)}${error.message}\n`).join(""));
}

function position({ path, locations }: GraphqlError): string {
  const place = locations[0] ? `:${locations[0].line}:${locations[0].column}` : "";
  const field = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  return `input${place}: ${field === "" ? "" : `${field.replace(/^\./, "")} `}`;
}

/** A status other than 200, in the words of the same library. */
export function namedStatusError({ status, text }: HttpResponse): FlyError {
  const noAnswer = { data: null, errors: [{ message: text }] };
  let answer: unknown = noAnswer;
  try {
    const body = parseGoJson(text);
    if (isObject(body)) answer = { data: body.data ?? null, ...body };
  } catch {
    // A text that is not JSON becomes the message of an error.
  }
  return new FlyError(`returned error ${status}: ${JSON.stringify(answer)}`);
}

export const plainStatusError = ({ status }: HttpResponse): FlyError =>
  new FlyError(`server returned a non-200 status code: ${status}`);
