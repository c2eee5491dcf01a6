import { BaleError } from "@bale/spec";
import { hostKind } from "./ip-address.js";

// Docker Hub's API is at another name than the one that people write.
const HUB = new Set(["docker.io", "index.docker.io"]);

/**
 * Scheme, host and port of a registry's API. `plainHttp: true` gives http, `false` https; unset, loopback hosts get http
 * (unless their port is 443) and all others https.
 * @throws BaleError `REFERENCE_INVALID`
 */
export function registryOrigin(
  registry: string,
  settings: { readonly plainHttp?: boolean | undefined } = {},
): string {
  const host = HUB.has(registry) ? "registry-1.docker.io" : registry;
  const plain = settings.plainHttp ?? (hostKind(host) === "loopback" && !host.endsWith(":443"));
  try {
    const url = new URL(`${plain ? "http" : "https"}://${host}`);
    if (
      url.pathname === "/" &&
      url.search === "" &&
      url.hash === "" &&
      url.username === "" &&
      url.password === ""
    )
      return url.origin;
  } catch {
    // Falls through to the one error below.
  }
  throw new BaleError({
    code: "REFERENCE_INVALID",
    message: `not a registry: ${JSON.stringify(registry.slice(0, 300))}`,
    why: "a registry is a host with an optional port",
  });
}
