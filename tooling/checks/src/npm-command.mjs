/**
 * The npm, or its npx, that runs this script: another one may come first on PATH, or none.
 * @param {"npm" | "npx"} name
 * @returns {string[]}
 */
export function npmCommand(name) {
  const npm = process.env["npm_execpath"];
  if (!npm?.endsWith("npm-cli.js")) return [name];
  return [process.execPath, npm.replace(/npm-cli\.js$/, `${name}-cli.js`)];
}
