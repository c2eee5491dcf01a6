import { describe, expect, it } from "vitest";
import { configPlaces, writablePlace } from "./config-places.js";
import type { DockerOptions } from "./docker-options.js";

const paths = (options: DockerOptions): string[] => configPlaces(options).map(({ path }) => path);
const linux = (env: DockerOptions["env"], others: Partial<DockerOptions> = {}): DockerOptions => ({
  env,
  platform: "linux",
  ...others,
});

describe("places of credentials", () => {
  it.each<[string, DockerOptions, readonly string[]]>([
    [
      "all",
      linux(
        {
          HOME: "/h",
          REGISTRY_AUTH_FILE: "/r.json",
          DOCKER_CONFIG: "/d",
          XDG_RUNTIME_DIR: "/run/1",
          XDG_CONFIG_HOME: "/c",
        },
        { file: "/f.json" },
      ),
      ["/f.json", "/r.json", "/d/config.json", "/run/1/containers/auth.json", "/c/containers/auth.json"],
    ],
    ["a home alone", linux({ HOME: "/h" }), ["/h/.docker/config.json", "/h/.config/containers/auth.json"]],
    [
      "a home that is given",
      linux({ HOME: "/h" }, { home: "/g" }),
      ["/g/.docker/config.json", "/g/.config/containers/auth.json"],
    ],
    ["no home", linux({}), []],
    ["relative XDG folders", linux({ XDG_RUNTIME_DIR: "run", XDG_CONFIG_HOME: "../c" }), []],
    [
      "empty variables",
      linux({ HOME: "/h", REGISTRY_AUTH_FILE: "", DOCKER_CONFIG: "", XDG_CONFIG_HOME: "" }),
      ["/h/.docker/config.json", "/h/.config/containers/auth.json"],
    ],
    ["one file twice", linux({ DOCKER_CONFIG: "/d" }, { file: "/d/config.json" }), ["/d/config.json"]],
    [
      "macOS",
      { env: { HOME: "/h", XDG_RUNTIME_DIR: "/run/1", XDG_CONFIG_HOME: "/c" }, platform: "darwin" },
      ["/h/.docker/config.json", "/h/.config/containers/auth.json", "/c/containers/auth.json"],
    ],
    [
      "Windows",
      { env: { HOME: "/wrong", USERPROFILE: "/u" }, platform: "win32" },
      ["/u/.docker/config.json", "/u/.config/containers/auth.json"],
    ],
  ])("with %s", (_, options, expected) => {
    expect(paths(options)).toEqual(expected);
  });

  it("must exist only where the user named the file", () => {
    const places = configPlaces(linux({ HOME: "/h", REGISTRY_AUTH_FILE: "/r.json" }, { file: "/f.json" }));
    expect(places.filter(({ mustExist }) => mustExist).map(({ path }) => path)).toEqual(["/f.json"]);
  });

  it("are written to at the first of them, never at podman's own", () => {
    expect(writablePlace(linux({ HOME: "/h", REGISTRY_AUTH_FILE: "/r.json" }, { file: "/f.json" }))).toBe(
      "/f.json",
    );
    expect(writablePlace(linux({ HOME: "/h", REGISTRY_AUTH_FILE: "/r.json" }))).toBe("/r.json");
    expect(writablePlace(linux({ HOME: "/h", XDG_RUNTIME_DIR: "/run/1" }))).toBe("/h/.docker/config.json");
    expect(writablePlace(linux({ XDG_RUNTIME_DIR: "/run/1" }))).toBeUndefined();
  });
});
