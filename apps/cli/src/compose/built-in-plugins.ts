import type { LazyPlugin, PluginManifest } from "@bale/spec";

function stores(scheme: string): PluginManifest {
  return { specVersion: 1, blobs: [scheme] };
}

function credentials(hosts: Readonly<Record<string, readonly string[]>>): PluginManifest {
  return { specVersion: 1, credentials: Object.entries(hosts).map(([id, names]) => ({ id, hosts: names })) };
}

/**
 * On Node 20 the AWS SDK says on stderr, with each command, that its later releases want a newer Node. The one in this bundle is pinned, and nobody who
 * reads that line could do anything about it.
 */
function quietAws(): void {
  process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] ??= "true";
}

/** Stores of clouds. They are a part of bale, in files of their own: whoever uses none of them loads none of them. */
export const CLOUD_STORES: readonly LazyPlugin[] = [
  {
    name: "@bale/storage-s3",
    manifest: stores("s3"),
    load: async () => {
      quietAws();
      return (await import("@bale/storage-s3")).storageS3();
    },
  },
  {
    name: "@bale/storage-azure",
    manifest: stores("azure"),
    load: async () => (await import("@bale/storage-azure")).storageAzure(),
  },
  {
    name: "@bale/storage-gcs",
    manifest: stores("gcs"),
    load: async () => (await import("@bale/storage-gcs")).storageGcs(),
  },
];

/** Sign-in to clouds, loaded when one of their hosts asks who is there. Hosts are as the packages' own manifests have them. */
export const CLOUD_CREDENTIALS: readonly LazyPlugin[] = [
  {
    name: "@bale/auth-aws",
    manifest: credentials({
      ecr: [
        "*.dkr.ecr*.*.amazonaws.com",
        "*.dkr.ecr*.*.amazonaws.com.cn",
        "*.dkr.ecr*.*.amazonaws.eu",
        "*.dkr-ecr*.*.on.aws",
        "*.dkr-ecr*.*.on.amazonwebservices.com.cn",
        "public.ecr.aws",
        "ecr-public.aws.com",
      ],
    }),
    load: async () => {
      quietAws();
      return (await import("@bale/auth-aws")).authAws();
    },
  },
  {
    name: "@bale/auth-azure",
    manifest: credentials({
      acr: ["*.azurecr.io", "*.azurecr.cn", "*.azurecr.us"],
      "azure-storage": [
        "*.blob.core.windows.net",
        "*.blob.core.chinacloudapi.cn",
        "*.blob.core.usgovcloudapi.net",
      ],
    }),
    load: async () => (await import("@bale/auth-azure")).authAzure(),
  },
  {
    name: "@bale/auth-google",
    manifest: credentials({
      google: ["*-docker.pkg.dev", "gcr.io", "*.gcr.io"],
      "google-storage": ["storage.googleapis.com", "storage-*.p.googleapis.com"],
    }),
    load: async () => (await import("@bale/auth-google")).authGoogle(),
  },
];
