export { default } from "@bale/tooling-tsup";
