// Changes to Paperclip's code, as in reaches.mjs, that keep a large company within the machine's memory when it is exported or imported.
const server = "@paperclipai/server/dist";
const portability = `${server}/services/company-portability.js`;
const routes = `${server}/routes/companies.js`;

/** A route whose answer is a package. `asked` makes it, and comes after `before` in the route. */
const sends = (which, before, asked, name) => ({
  name: `a company's package is sent piece by piece: ${which}`,
  file: routes,
  text: `${before}
        const ${name} = await ${asked};
        res.json(${name});`,
  becomes: `${before}
        await paperclipOnFly.sendPackage(res, () => ${asked});`,
});

const exportRoute = (path) => `router.post("/:companyId/${path}", async (req, res) => {
        const companyId = req.params.companyId;
        await assertSameCompanyCeoAgentOrBoard(req, companyId, "company exports");
        const body = companyPortabilityExportSchema.parse(req.body);
        const allowExternalInstructions = await assertExternalInstructionExportAllowed(req, companyId, body);`;
const exported = "portability.exportBundle(companyId, body, { allowExternalInstructions })";

const previewed = (from) => `const body = companyPortabilityPreviewSchema.parse(${from});
        assertImportTargetAccess(req, body.target);`;

/** Where an export reads a stored file. */
const reads = (which, key, indent) => ({
  name: `an export reads a stored file when it sends it: ${which}`,
  file: portability,
  text: `const object = await storage.getObject(companyId, ${key});
${indent}body = await streamToBuffer(object.stream);`,
  becomes: `body = await paperclipOnFly.measured(() => storage.getObject(companyId, ${key}));`,
});

export const exportReaches = [
  sends("an agent's export", exportRoute("export"), exported, "result"),
  sends("an export", exportRoute("exports"), exported, "result"),
  sends(
    "what an export would have",
    exportRoute("exports/preview"),
    "portability.previewExport(companyId, body, { allowExternalInstructions })",
    "preview",
  ),
  sends(
    "what an import would do",
    previewed("await resolveImportPayload(req, res)"),
    "portability.previewImport(body)",
    "preview",
  ),
  sends(
    "what an import in parts would do",
    previewed("resolved.rawBody"),
    "portability.previewImport(body)",
    "preview",
  ),
  reads("an attachment", "attachment.objectKey", " ".repeat(24)),
  reads("a picture in a text", "asset.objectKey", " ".repeat(20)),
  {
    name: "a stored file that an export has read is known by its hash: an attachment",
    file: portability,
    text: `const sha256 = sha256HexOfBytes(body);
                    if (attachment.sha256`,
    becomes: `const sha256 = body.sha256;
                    if (attachment.sha256`,
  },
  {
    name: "a stored file that an export has read is known by its hash: a picture in a text",
    file: portability,
    text: `const sha256 = sha256HexOfBytes(body);
                if (!exportedBlobs.has(sha256)) {
                    files[portableBlobPath(sha256)] = bufferToPortableBinaryFile(body, PORTABLE_BLOB_CONTENT_TYPE);`,
    becomes: `const sha256 = body.sha256;
                if (!exportedBlobs.has(sha256)) {
                    files[portableBlobPath(sha256)] = paperclipOnFly.sentLater(body, PORTABLE_BLOB_CONTENT_TYPE);`,
  },
  {
    name: "an attachment is in an export as a file that is read later",
    file: portability,
    text: `                        files[portableBlobPath(sha256)] = bufferToPortableBinaryFile(body, PORTABLE_BLOB_CONTENT_TYPE);`,
    becomes: `                        files[portableBlobPath(sha256)] = paperclipOnFly.sentLater(body, PORTABLE_BLOB_CONTENT_TYPE);`,
  },
  {
    name: "each request that imports has a package of its own",
    file: routes,
    text: "router.use(COMPANY_IMPORT_ROUTE_PATH, importFloor);",
    becomes: "router.use(COMPANY_IMPORT_ROUTE_PATH, importFloor, paperclipOnFly.importing);",
  },
  {
    name: "an import ends with its package",
    file: routes,
    text: `await hooks?.onFailure?.(errorMessage(error));
                throw error;
            }`,
    becomes: `await hooks?.onFailure?.(errorMessage(error));
                throw error;
            }
            finally {
                paperclipOnFly.forgetPackage();
            }`,
  },
  {
    name: "a file of an uploaded package stays bytes",
    file: "@paperclipai/shared/dist/portability-zip.js",
    text: `if (isBlobStorePath(pathValue)) {
        return { encoding: "base64", data: Buffer.from(bytes).toString("base64"), contentType: "application/octet-stream" };`,
    becomes: `if (isBlobStorePath(pathValue)) {
        return paperclipOnFly.keepBlob(bytes);`,
  },
  {
    name: "a file of an uploaded package is stored from its bytes",
    file: portability,
    text: 'return Buffer.from(entry.data, "base64");',
    becomes: 'return paperclipOnFly.keptBlob(entry.data) ?? Buffer.from(entry.data, "base64");',
  },
  {
    name: "others are answered while an import looks through its files",
    file: portability,
    text: 'const declaredSha = filePath.slice("blobs/".length);',
    becomes: `const declaredSha = filePath.slice("blobs/".length);
            await new Promise(setImmediate);`,
  },
  {
    name: "others are answered while an uploaded package is hashed",
    file: routes,
    text: 'const zipSha256 = createHash("sha256").update(zipBytes).digest("hex");',
    becomes: "const zipSha256 = await paperclipOnFly.hashOf(zipBytes);",
  },
  {
    name: "others are answered while an uploaded file is hashed",
    file: `${server}/storage/service.js`,
    text: "sha256: hashBuffer(input.body),",
    becomes: "sha256: await paperclipOnFly.hashOf(input.body),",
  },
  {
    name: "an uploaded package unpacks to no more than one that is allowed to be uploaded",
    file: routes,
    text: `maxEntryDecompressedBytes: MAX_ZIP_ENTRY_DECOMPRESSED_BYTES,
            maxTotalDecompressedBytes: Math.max(MAX_ZIP_TOTAL_DECOMPRESSED_BYTES, PORTABLE_ZIP_UPLOAD_LIMIT_BYTES * 4),`,
    becomes: `maxEntryDecompressedBytes: PORTABLE_ZIP_UPLOAD_LIMIT_BYTES,
            maxTotalDecompressedBytes: PORTABLE_ZIP_UPLOAD_LIMIT_BYTES,`,
  },
];
