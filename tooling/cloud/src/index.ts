export { type Asked, type Cloud, cloud, type Reply } from "./cloud.js";
export { failure, printed } from "./failure.js";
