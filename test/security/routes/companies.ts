import type { Row } from "./row.ts";

/** Import and export of whole companies. */
export const companies: Row[] = [
  { route: "POST /api/companies/{companyId}/export", who: "agent", paths: "selectedFiles[]" },
  {
    route: "POST /api/companies/import/preview",
    who: "person",
    paths: "source.rootPath source.files{} selectedFiles[] package",
    urls: "source.url",
  },
  {
    route: "POST /api/companies/import",
    who: "person",
    paths: "source.rootPath source.files{} selectedFiles[] package",
    urls: "source.url",
    open: "adapterOverrides{}.adapterConfig",
  },
  {
    route: "POST /api/companies/import/transfers/{transferId}/preview",
    who: "person",
    paths: "selectedFiles[]",
  },
  {
    route: "POST /api/companies/import/transfers/{transferId}/apply",
    who: "person",
    paths: "selectedFiles[]",
    open: "adapterOverrides{}.adapterConfig",
  },
  {
    route: "POST /api/companies/{companyId}/exports",
    who: "agent",
    paths: "selectedFiles[]",
    does: "gives instructions and skills",
  },
  {
    route: "POST /api/companies/{companyId}/exports/preview",
    who: "agent",
    paths: "selectedFiles[]",
    does: "gives instructions and skills",
  },
  {
    route: "POST /api/companies/{companyId}/imports/preview",
    who: "agent",
    paths: "source.rootPath source.files{}",
    urls: "source.url",
    does: "reads a package",
  },
  {
    route: "POST /api/companies/{companyId}/imports/apply",
    who: "agent",
    paths: "source.rootPath source.files{}",
    urls: "source.url",
    does: "writes instructions and skills",
  },
  { route: "POST /api/companies/import/transfers", who: "person", does: "makes a folder" },
  {
    route: "PUT /api/companies/import/transfers/{transferId}/parts/{partIndex}",
    who: "person",
    does: "writes a file",
  },
  { route: "GET /api/companies/import/transfers/{transferId}", who: "person", does: "reads a folder" },
  {
    route: "POST /api/instance/database-backups",
    who: "administrator",
    does: "makes a backup and gives its path",
  },
  { route: "DELETE /api/companies/{companyId}", who: "person", does: "removes a company's folders" },
  { route: "POST /api/companies/{companyId}/onboarding-seed", who: "person", does: "writes instructions" },
];
