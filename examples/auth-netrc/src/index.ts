import type { CredentialContribution, Plugin } from "@bale/spec";
import { type NetrcConfig, netrcConfig } from "./config.js";
import { netrcCredentials } from "./netrc-credentials.js";

// No `hosts`: a netrc file may know any. A source for one service would name its hosts here and in package.json.
const netrc: CredentialContribution<NetrcConfig> = {
  id: "netrc",
  config: netrcConfig,
  open: async (config, context) => netrcCredentials(config, context),
};

const plugin: Plugin = {
  specVersion: 1,
  name: "bale-auth-netrc",
  credentials: [netrc as CredentialContribution],
};

export default plugin;
