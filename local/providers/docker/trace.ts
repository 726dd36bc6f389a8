// BuildKit's progress: a protobuf message inside a JSON line of the daemon's answer.
import protobuf from "google-protobuf";

type Reader = InstanceType<typeof protobuf.BinaryReader>;
type Fields = Record<number, (reader: Reader) => void>;

function readMessage(reader: Reader, fields: Fields): void {
  while (reader.nextField() && !reader.isEndGroup()) {
    const read = fields[reader.getFieldNumber()];
    if (read) read(reader);
    else reader.skipField();
  }
}

function nested(reader: Reader, fields: Fields): void {
  readMessage(new protobuf.BinaryReader(reader.readBytes() as Uint8Array), fields);
}

const text = (bytes: Uint8Array | string) => Buffer.from(bytes as Uint8Array).toString("utf8");

/** Steps with their errors, downloads, what the steps print, warnings: one line each, as the real plugin logs them. */
export function traceText(aux: string): string {
  const vertexes: string[] = [];
  const rest: string[][] = [[], [], []];
  readMessage(new protobuf.BinaryReader(new Uint8Array(Buffer.from(aux, "base64"))), {
    1: (reader) => {
      const vertex = { digest: "", name: "", error: "" };
      nested(reader, {
        1: (field) => {
          vertex.digest = field.readString();
        },
        3: (field) => {
          vertex.name = field.readString();
        },
        7: (field) => {
          vertex.error = field.readString();
        },
      });
      vertexes.push(
        `digest: ${vertex.digest}\n${vertex.name}\n${vertex.error ? `error: ${vertex.error}\n` : ""}`,
      );
    },
    2: (reader) => nested(reader, { 1: (field) => rest[0]?.push(`${field.readString()}\n`) }),
    3: (reader) => nested(reader, { 4: (field) => rest[1]?.push(`${text(field.readBytes())}\n`) }),
    4: (reader) => nested(reader, { 3: (field) => rest[2]?.push(`${text(field.readBytes())}\n`) }),
  });
  return [...vertexes, ...rest.flat()].join("");
}
