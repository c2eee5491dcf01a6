/** What a registry's host says about where its tokens come from. */
export interface EcrRegistry {
  readonly kind: "private" | "public";
  /** Where the token is asked for, which is also what the request is signed for. */
  readonly region: string;
  /** Host of the API: never anything but Amazon's own. */
  readonly apiHost: string;
  readonly service: "ecr" | "ecr-public";
  /** Value of `X-Amz-Target`. */
  readonly target: string;
}

const PRIVATE =
  /^\d{12}\.dkr([.-])ecr(-fips)?\.([a-z]{2,5}(?:-[a-z]{2,12}){1,3}-\d{1,2})\.([a-z]+(?:\.[a-z]+){1,3})$/;

// Registry domain to API domain, by partition (table of endpoints in @aws-sdk/client-ecr 3.1169). The second kind has IPv6 too.
const IPV4: Readonly<Record<string, string>> = {
  "amazonaws.com": "amazonaws.com",
  "amazonaws.com.cn": "amazonaws.com.cn",
  "amazonaws.eu": "amazonaws.eu",
};
const DUAL_STACK: Readonly<Record<string, string>> = {
  "on.aws": "api.aws",
  "on.amazonwebservices.com.cn": "api.amazonwebservices.com.cn",
};

// ECR Public has one region for its API, wherever it is used from.
const PUBLIC_HOSTS: readonly string[] = ["public.ecr.aws", "ecr-public.aws.com"];
const PUBLIC: EcrRegistry = {
  kind: "public",
  region: "us-east-1",
  apiHost: "api.ecr-public.us-east-1.amazonaws.com",
  service: "ecr-public",
  target: "SpencerFrontendService.GetAuthorizationToken",
};

/** Reads the host of a registry, in lower case and without a port; `undefined` where it is not one of ECR's. Pure. */
export function parseEcrHost(host: string): EcrRegistry | undefined {
  if (PUBLIC_HOSTS.includes(host)) return PUBLIC;
  const [, separator, fips = "", region = "", domain = ""] = PRIVATE.exec(host) ?? [];
  const isDualStack = separator === "-";
  const domains = isDualStack ? DUAL_STACK : IPV4;
  if (separator === undefined || !Object.hasOwn(domains, domain)) return undefined;
  return {
    kind: "private",
    region,
    apiHost: `${isDualStack ? "" : "api."}ecr${fips}.${region}.${domains[domain]}`,
    service: "ecr",
    target: "AmazonEC2ContainerRegistry_V20150921.GetAuthorizationToken",
  };
}
