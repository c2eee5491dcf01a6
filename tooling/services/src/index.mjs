export { catalogue, everydayServiceNames, serviceNames } from "./catalogue.mjs";
export { registryAccount } from "./distribution-config.mjs";
export { startFaultProxy } from "./fault-proxy.mjs";
export { cacheFolder, programPath, serviceCommand, serviceIsInstalled } from "./locate.mjs";
export { availableServices, requiredServices, requireService, serviceOrSkip } from "./require.mjs";
export { runTool } from "./run-tool.mjs";
export { startRegistry } from "./start-registry.mjs";
export { startTokenService } from "./token-service.mjs";
