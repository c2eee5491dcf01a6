// `npm run setup`: installs and builds the workspace. Needs Node and npm only.
import { buildWorkspace, installWorkspace } from "./prepare.mjs";

process.exitCode = (await installWorkspace()) || (await buildWorkspace());
