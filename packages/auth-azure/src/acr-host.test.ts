import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AUTHORITY_HOSTS, parseAcrHost } from "./acr-host.js";

describe("parseAcrHost", () => {
  test.each([
    ["acmemodels.azurecr.io", "https://login.microsoftonline.com"],
    ["acme1-e2ath2fbgcbxfvg6.azurecr.io", "https://login.microsoftonline.com"],
    ["acmemodels.azurecr.cn", "https://login.chinacloudapi.cn"],
    ["acmemodels.azurecr.us", "https://login.microsoftonline.us"],
  ])("%s has its identities at %s", (host, authority) => {
    expect(parseAcrHost(host)).toEqual({ authority });
    expect(AUTHORITY_HOSTS).toContain(new URL(authority).host);
  });

  test.each([
    "azurecr.io",
    "acme.azurecr.io",
    "acmemodels.azurecr.de",
    "acmemodels.azurecr.io.evil.example",
    "acmemodels.azurecr.io\n",
    "evil.example/acmemodels.azurecr.io",
    "acmemodels.eastus.data.azurecr.io",
    "-acmemodels.azurecr.io",
    "acmemodels-.azurecr.io",
    "acme_models.azurecr.io",
    "ACMEMODELS.azurecr.io",
    "mcr.microsoft.com",
  ])("%j is none of ACR's", (host) => {
    expect(parseAcrHost(host)).toBeUndefined();
  });

  test("whatever the text, a host that it takes is one label of ACR's domains", () => {
    fc.assert(
      fc.property(fc.constantFrom("io", "cn", "us"), fc.string({ maxLength: 12 }), (suffix, text) => {
        const host = `${text}.azurecr.${suffix}`;
        if (parseAcrHost(host)) expect(new URL(`https://${host}/`).host).toBe(`${text}.azurecr.${suffix}`);
      }),
    );
  });
});
