// A BuildKit session: while it builds, the daemon asks back over this connection for the credentials of registries it pulls from.
import { randomUUID } from "node:crypto";
import type { Duplex } from "node:stream";
import grpc from "@grpc/grpc-js";
import type Docker from "dockerode";
import protobuf from "google-protobuf";
import type { AuthConfig } from "./credentials.ts";

export interface Session {
  id: string;
  close(): void;
}

const credentialsMethod = "/moby.filesync.v1.Auth/Credentials";
const healthMethod = "/grpc.health.v1.Health/Check";
const hubRegistry = "registry-1.docker.io";
const hubServer = "https://index.docker.io/v1/";

function readHost(request: Buffer): string {
  const reader = new protobuf.BinaryReader(new Uint8Array(request));
  let host = "";
  while (reader.nextField() && !reader.isEndGroup()) {
    if (reader.getFieldNumber() === 1) host = reader.readString();
    else reader.skipField();
  }
  return host;
}

function credentialsResponse(username: string, secret: string): Buffer {
  const writer = new protobuf.BinaryWriter();
  writer.writeString(1, username);
  writer.writeString(2, secret);
  return Buffer.from(writer.getResultBuffer());
}

function serving(): Buffer {
  const writer = new protobuf.BinaryWriter();
  writer.writeEnum(1, 1);
  return Buffer.from(writer.getResultBuffer());
}

const asIs = (bytes: Buffer) => bytes;
const unary = (path: string) => ({
  path,
  requestStream: false,
  responseStream: false,
  requestSerialize: asIs,
  requestDeserialize: asIs,
  responseSerialize: asIs,
  responseDeserialize: asIs,
});

/** Asked for each registry by itself: no registry gets to see the credentials of another. */
function sessionServer(credentialsFor: (server: string) => Promise<AuthConfig>): grpc.Server {
  const server = new grpc.Server();
  server.addService(
    { Credentials: unary(credentialsMethod) },
    {
      Credentials(call: grpc.ServerUnaryCall<Buffer, Buffer>, answer: grpc.sendUnaryData<Buffer>) {
        const host = readHost(call.request);
        credentialsFor(host === hubRegistry ? hubServer : host).then(
          ({ username = "", password = "", identitytoken }) =>
            answer(null, credentialsResponse(identitytoken ? "" : username, identitytoken ?? password)),
          (error) => answer({ code: grpc.status.UNKNOWN, details: error.message }),
        );
      },
    },
  );
  // The daemon drops a session that does not answer this.
  server.addService(
    { Check: unary(healthMethod) },
    {
      Check: (_call: unknown, answer: grpc.sendUnaryData<Buffer>) => answer(null, serving()),
    },
  );
  return server;
}

export async function openSession(
  docker: Docker,
  credentialsFor: (server: string) => Promise<AuthConfig>,
): Promise<Session> {
  const id = randomUUID();
  const socket = await new Promise<Duplex>((resolve, reject) =>
    docker.modem.dial(
      {
        method: "POST",
        path: "/session",
        hijack: true,
        headers: {
          Upgrade: "h2c",
          "X-Docker-Expose-Session-Uuid": id,
          "X-Docker-Expose-Session-Name": "pulumi-resource-docker",
          "X-Docker-Expose-Session-Grpc-Method": [credentialsMethod, healthMethod],
        },
        statusCodes: { 200: true, 101: true, 500: "server error" },
      },
      (error, stream) => (error ? reject(error) : resolve(stream as Duplex)),
    ),
  );
  const server = sessionServer(credentialsFor);
  server.createConnectionInjector(grpc.ServerCredentials.createInsecure()).injectConnection(socket);
  return {
    id,
    close() {
      server.forceShutdown();
      socket.end();
    },
  };
}
