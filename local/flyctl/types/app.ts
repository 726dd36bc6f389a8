import { any, bool, type Infer, int, pointer, slice, string, struct, time } from "../go/json.ts";

// Answers of GraphQL. These structs have no JSON names: flyctl prints Go's own field names.

/** A connection whose nodes are null when the query did not ask for them. */
const nodes = <T>(type: Parameters<typeof slice<T>>[0]) => struct("", { Nodes: pointer(slice(type)) });

const OrganizationBasic = struct("fly.OrganizationBasic", {
  ID: string,
  InternalNumericID: string,
  Name: string,
  Slug: string,
  RawSlug: string,
  PaidPlan: bool,
});

const peers = struct("", { Nodes: any, Edges: any });

export const Organization = struct("fly.Organization", {
  ID: string,
  InternalNumericID: string,
  Name: string,
  RemoteBuilderImage: string,
  RemoteBuilderApp: any,
  Slug: string,
  RawSlug: string,
  Type: string,
  PaidPlan: bool,
  Billable: bool,
  Settings: any,
  AllowedReplaySourceOrgSlugs: any,
  AllowAllCrossNetworkReplays: bool,
  WireGuardPeer: any,
  WireGuardPeers: peers,
  DelegatedWireGuardTokens: peers,
  LoggedCertificates: any,
});
export type Organization = Infer<typeof Organization>;

const PostgresAppRole = pointer(struct("", { Name: string }));

export const AppCompact = struct("fly.AppCompact", {
  ID: string,
  InternalNumericID: int,
  Name: string,
  Status: string,
  Deployed: bool,
  Hostname: string,
  CnameTarget: string,
  Network: string,
  AppURL: string,
  Organization: pointer(OrganizationBasic),
  PlatformVersion: string,
  PostgresAppRole,
});
export type AppCompact = Infer<typeof AppCompact>;

export const AppBasic = struct("fly.AppBasic", {
  ID: string,
  Name: string,
  PlatformVersion: string,
  Organization: pointer(OrganizationBasic),
});

export const IpAddress = struct("fly.IPAddress", {
  ID: string,
  Address: string,
  Type: string,
  Region: string,
  CreatedAt: time,
  ServiceName: string,
  Network: pointer(struct("", { Name: string, Organization: pointer(struct("", { Slug: string })) })),
});
export type IpAddress = Infer<typeof IpAddress>;

export const EgressIpAddress = struct("fly.EgressIPAddress", {
  ID: string,
  IP: string,
  Version: int,
  Region: string,
  UpdatedAt: time,
});
export type EgressIpAddress = Infer<typeof EgressIpAddress>;

export const Release = struct("fly.Release", {
  ID: string,
  Version: int,
  Stable: bool,
  InProgress: bool,
  Reason: string,
  Description: string,
  Status: string,
  DeploymentStrategy: string,
  Metadata: any,
  User: struct("fly.User", { ID: string, Name: string, Email: string, EnablePaidHobby: bool }),
  EvaluationID: string,
  CreatedAt: time,
  ImageRef: string,
});
export type Release = Infer<typeof Release>;

const Certificate = struct("fly.AppCertificate", {
  ID: string,
  AcmeDNSConfigured: bool,
  AcmeALPNConfigured: bool,
  Configured: bool,
  CertificateAuthority: string,
  CreatedAt: time,
  DNSProvider: string,
  DNSValidationInstructions: string,
  DNSValidationHostname: string,
  DNSValidationTarget: string,
  Hostname: string,
  Source: string,
  ClientStatus: string,
  IsApex: bool,
  IsWildcard: bool,
  ValidationErrors: any,
  Issued: nodes(any),
});

const ImageVersion = struct("fly.ImageVersion", {
  Registry: string,
  Repository: string,
  Tag: string,
  Version: string,
  Digest: string,
});

/** What `apps list --json` and `apps create --json` print. The query does not ask for most of it. */
export const App = struct("fly.App", {
  ID: string,
  InternalNumericID: int,
  Name: string,
  State: string,
  Status: string,
  Deployed: bool,
  Hostname: string,
  AppURL: string,
  Version: int,
  NetworkID: int,
  Network: string,
  Release: pointer(Release),
  Organization: Organization,
  Secrets: any,
  CurrentRelease: pointer(Release),
  Releases: nodes(Release),
  IPAddresses: nodes(IpAddress),
  EgressIpAddresses: nodes(EgressIpAddress),
  SharedIPAddress: string,
  CNAMETarget: string,
  IPAddress: pointer(IpAddress),
  Certificates: nodes(Certificate),
  Certificate: Certificate,
  PostgresAppRole,
  Image: any,
  ImageUpgradeAvailable: bool,
  ImageVersionTrackingEnabled: bool,
  ImageDetails: ImageVersion,
  LatestImageDetails: ImageVersion,
  PlatformVersion: string,
  Machines: nodes(any),
  CurrentLock: any,
});
export type App = Infer<typeof App>;
