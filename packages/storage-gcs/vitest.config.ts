export { default } from "@bale/tooling-vitest";
