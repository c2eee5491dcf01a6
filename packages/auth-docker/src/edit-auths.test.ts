import { describe, expect, it } from "vitest";
import { removeEntries, setEntry } from "./edit-auths.js";
import { type DockerConfig, parseConfig } from "./read-config.js";
import { thrownCode } from "./thrown-code.testing.js";

function config(text: string): DockerConfig {
  return parseConfig("config.json", new TextEncoder().encode(text));
}

const BY_DOCKER = `{
	"auths": {
		"ghcr.io": {
			"auth": "YTpi",
			"email": "a@b"
		},
		"quay.io": {}
	},
	"HttpHeaders": {
		"User-Agent": "Docker-Client"
	},
	"7": 1e400,
	"psFormat": "x"
}`;

describe("an entry is set", () => {
  it("in its place, and nothing else is changed", () => {
    expect(setEntry(config(BY_DOCKER), "ghcr.io", { auth: "Yjpj" })).toBe(BY_DOCKER.replace("YTpi", "Yjpj"));
    expect(setEntry(config(BY_DOCKER), "ghcr.io", { identitytoken: "t" })).toBe(
      BY_DOCKER.replace('"auth": "YTpi"', '"identitytoken": "t"'),
    );
  });

  it("behind the others when it is new", () => {
    expect(setEntry(config(BY_DOCKER), "a.example", { auth: "Yjpj" })).toBe(
      BY_DOCKER.replace('"quay.io": {}', '"quay.io": {},\n\t\t"a.example": {\n\t\t\t"auth": "Yjpj"\n\t\t}'),
    );
  });

  it.each(["", "{}", '{"auths":null}', ' {\n"auths" : { } }', '{"auths":{"ghcr.io":null}}'])(
    "in %j",
    (text) => {
      expect(setEntry(config(text), "ghcr.io", { auth: "Yjpj" })).toBe(
        '{\n\t"auths": {\n\t\t"ghcr.io": {\n\t\t\t"auth": "Yjpj"\n\t\t}\n\t}\n}',
      );
    },
  );

  it("to a mark that keeps what is no credential", () => {
    const marked = setEntry(config(BY_DOCKER), "ghcr.io", {});
    expect(JSON.parse(marked).auths["ghcr.io"]).toEqual({ email: "a@b" });
  });

  it("in a file that ends with a line end, as before", () => {
    expect(setEntry(config("{}\n"), "ghcr.io", {})).toBe('{\n\t"auths": {\n\t\t"ghcr.io": {}\n\t}\n}\n');
  });

  it.each(['{"auths":{},"auths":{}}', '{"auths":{"a":{},"a":{}}}', '{"x":1,"\\u0078":2}'])(
    "not in %s, where a key is there twice",
    (text) => {
      expect(thrownCode(() => setEntry(config(text), "ghcr.io", {}))).toBe("CONFIG_INVALID");
    },
  );
});

it("entries are removed, and nothing else", () => {
  expect(removeEntries(config(BY_DOCKER), ["quay.io"])).toBe(BY_DOCKER.replace(',\n\t\t"quay.io": {}', ""));
  expect(JSON.parse(removeEntries(config(BY_DOCKER), ["quay.io", "ghcr.io"])).auths).toEqual({});
});
