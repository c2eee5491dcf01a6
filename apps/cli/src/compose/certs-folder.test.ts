import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { certsFolders, hostCertificates } from "./certs-folder.js";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "bale-certs-"));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));
const put = (...names: readonly string[]): void => {
  for (const name of names) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), "");
  }
};
const read = (folders: readonly string[], ...hosts: readonly string[]) =>
  hostCertificates(
    folders.map((folder) => join(root, folder)),
    hosts,
  );

describe("folders of certificates", () => {
  it("are those of docker and podman, the user's own first", () => {
    expect(certsFolders({ env: {}, home: "/home/a", platform: "linux" })).toEqual([
      "/home/a/.config/containers/certs.d",
      "/home/a/.config/docker/certs.d",
      "/home/a/.docker/certs.d",
      "/etc/containers/certs.d",
      "/etc/docker/certs.d",
    ]);
    const xdg = certsFolders({ env: { XDG_CONFIG_HOME: "/x" }, home: "/home/a", platform: "linux" });
    expect(xdg[0]).toBe("/x/containers/certs.d");
    const relative = certsFolders({ env: { XDG_CONFIG_HOME: "x" }, home: "/home/a", platform: "win32" });
    expect(relative).toHaveLength(3);
    expect(relative[0]).toContain(".config");
  });

  it("give the authorities of all, and the client certificate of the first that has one", () => {
    put("a/h:5000/ca.crt", "a/h:5000/readme.txt", "a/other/ca.crt");
    put("b/h:5000/z.cert", "b/h:5000/z.key", "b/h:5000/c.cert", "b/h:5000/c.key", "b/h:5000/b.crt");
    put("c/h:5000/a.cert", "c/h:5000/a.key");
    expect(read(["a", "b", "c", "absent"], "h:5000")).toEqual({
      caFiles: [join(root, "a/h:5000/ca.crt"), join(root, "b/h:5000/b.crt")],
      certFile: join(root, "b/h:5000/c.cert"),
      keyFile: join(root, "b/h:5000/c.key"),
    });
    expect(read(["a"], "h")).toEqual({ caFiles: [], certFile: undefined, keyFile: undefined });
  });

  it("may have a host under each of its names", () => {
    put("a/docker.io/a.crt", "a/registry-1.docker.io/b.crt");
    expect(read(["a"], "docker.io", "registry-1.docker.io").caFiles).toHaveLength(2);
  });

  it.each([
    ["client.cert", "client.key"],
    ["client.key", "client.cert"],
  ])("with %s alone are refused, saying that %s is missing", (name, missing) => {
    put(`a/h/${name}`);
    expect(() => read(["a"], "h")).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID", message: expect.stringContaining(`no ${missing}`) }),
    );
  });

  it.skipIf(process.getuid?.() === 0)("that nobody but root may read are passed over", () => {
    put("a/h/ca.crt");
    chmodSync(join(root, "a/h"), 0);
    expect(read(["a"], "h").caFiles).toEqual([]);
    chmodSync(join(root, "a/h"), 0o700);
  });
});
