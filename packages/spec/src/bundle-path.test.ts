import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bundlePathProblem, comparePaths, parseBundlePath, pathKey, utf8Length } from "./bundle-path.js";
import { LIMITS } from "./limits.js";
import { thrownCode } from "./thrown-code.testing.js";

const codeOf = (text: string): string => bundlePathProblem(text)?.code ?? "accepted";

describe("bundlePathProblem", () => {
  it.each([
    "a",
    "a/b/c",
    "README.md",
    "src/index.ts",
    "with space/and more.txt",
    "-rf",
    "~",
    "~user/x",
    "$HOME",
    "%TEMP%",
    "a'b",
    "a;b&c",
    "...a",
    "..a",
    "a..b",
    ".hidden",
    ".gitignore",
    ".gitattributes",
    ".github/workflows/ci.yaml",
    ".baleignore",
    "bale.yaml",
    "git",
    "bale",
    "gitx~1",
    "git~",
    "git~a",
    "git/config",
    "a.git",
    "console",
    "con1",
    "com",
    "com10",
    "lpt",
    "auxiliary.txt",
    "xcon",
    "nullable",
    "caf\u00e9",
    "cafe\u0301",
    "\u65e5\u672c\u8a9e/\u30d5\u30a1\u30a4\u30eb",
    "\u{1f600}/\u{1f680}",
    "a".repeat(LIMITS.pathPartBytes),
    "\u00e9".repeat(127),
    `${"a/".repeat(2047)}ab`,
    "@scope/package",
    "a=b,c+d{e}[f](g)#h!i^j`k",
  ])("accepts %j", (text) => {
    expect(codeOf(text)).toBe("accepted");
    expect(parseBundlePath(text)).toBe(text);
  });

  it.each([
    ["UNSAFE_PATH", "the empty path", ""],
    ["UNSAFE_PATH", "an absolute path", "/etc/passwd"],
    ["UNSAFE_PATH", "two slashes first", "//host/share"],
    ["UNSAFE_PATH", "the parent", ".."],
    ["UNSAFE_PATH", "a way out", "../x"],
    ["UNSAFE_PATH", "a way out further on", "a/../../x"],
    ["UNSAFE_PATH", "a way up inside", "a/../b"],
    ["UNSAFE_PATH", "a parent at the end", "a/.."],
    ["UNSAFE_PATH", "the folder itself", "."],
    ["UNSAFE_PATH", "a dot first", "./a"],
    ["UNSAFE_PATH", "a dot inside", "a/./b"],
    ["UNSAFE_PATH", "an empty part", "a//b"],
    ["UNSAFE_PATH", "a slash at the end", "a/"],
    ["UNSAFE_PATH", "a backslash", "a\\b"],
    ["UNSAFE_PATH", "a way out with backslashes", "..\\..\\x"],
    ["UNSAFE_PATH", "a UNC path", "\\\\host\\share\\x"],
    ["UNSAFE_PATH", "a device path", "\\\\?\\C:\\x"],
    ["UNSAFE_PATH", "a drive", "C:/x"],
    ["UNSAFE_PATH", "a place on a drive", "c:x"],
    ["UNSAFE_PATH", "a NUL", "a\u0000b"],
    ["UNSAFE_PATH", "a line feed", "a\nb"],
    ["UNSAFE_PATH", "a carriage return", "a\rb"],
    ["UNSAFE_PATH", "a tab", "a\tb"],
    ["UNSAFE_PATH", "an escape", "a\u001b[31m"],
    ["UNSAFE_PATH", "a delete", "a\u007f"],
    ["UNSAFE_PATH", "a control of the second set", "a\u009b31m"],
    ["UNSAFE_PATH", "a next line", "a\u0085b"],
    ["UNSAFE_PATH", "a line separator", "a\u2028b"],
    ["UNSAFE_PATH", "a paragraph separator", "a\u2029b"],
    ["UNSAFE_PATH", "git's folder", ".git"],
    ["UNSAFE_PATH", "git's folder, deep", "a/.git/config"],
    ["UNSAFE_PATH", "git's folder in capitals", ".GIT/config"],
    ["UNSAFE_PATH", "git's folder in both", ".gIt/hooks/post-checkout"],
    ["UNSAFE_PATH", "git's folder with a dot after it", ".git./x"],
    ["UNSAFE_PATH", "git's folder with a space after it", ".git /x"],
    ["UNSAFE_PATH", "git's folder with dots and spaces after it", ".git. ./x"],
    ["UNSAFE_PATH", "git's folder with a zero-width non-joiner", ".g\u200cit/config"],
    ["UNSAFE_PATH", "git's folder with a byte order mark", ".git\ufeff/config"],
    ["UNSAFE_PATH", "git's folder with a soft hyphen", ".g\u00adit/config"],
    ["UNSAFE_PATH", "git's folder in full width", "\uff0e\uff47\uff49\uff54/config"],
    ["UNSAFE_PATH", "git's folder in mathematical letters", ".\u{1d420}\u{1d422}\u{1d42d}/config"],
    ["UNSAFE_PATH", "git's short name", "git~1/config"],
    ["UNSAFE_PATH", "git's short name in capitals", "GIT~1"],
    ["UNSAFE_PATH", "another short name of git's", "git~23/x"],
    ["UNSAFE_PATH", "bale's folder", ".bale/state"],
    ["UNSAFE_PATH", "bale's folder in capitals", "x/.BALE/y"],
    ["UNSAFE_PATH", "bale's folder with a zero-width joiner", ".ba\u200dle"],
    ["UNSAFE_PATH", "bale's short name", "BALE~1/x"],
    ["NAME_UNPORTABLE", "a stream of git's folder", ".git::$INDEX_ALLOCATION/config"],
    ["NAME_UNPORTABLE", "a stream", "file.txt:stream"],
    ["NAME_UNPORTABLE", "a question mark", "what?"],
    ["NAME_UNPORTABLE", "an asterisk", "*.txt"],
    ["NAME_UNPORTABLE", "a quote", 'a"b'],
    ["NAME_UNPORTABLE", "a pipe", "a|b"],
    ["NAME_UNPORTABLE", "less than", "a<b"],
    ["NAME_UNPORTABLE", "greater than", "a>b"],
    ["NAME_UNPORTABLE", "a dot at the end", "a."],
    ["NAME_UNPORTABLE", "three dots", "..."],
    ["NAME_UNPORTABLE", "a dot at the end of a folder", "a./b"],
    ["NAME_UNPORTABLE", "a space at the end", "a "],
    ["NAME_UNPORTABLE", "only a space", " "],
    ["NAME_UNPORTABLE", "a device", "con"],
    ["NAME_UNPORTABLE", "a device in capitals", "PRN"],
    ["NAME_UNPORTABLE", "a device with an extension", "aux.txt"],
    ["NAME_UNPORTABLE", "a device with two extensions", "nul.tar.gz"],
    ["NAME_UNPORTABLE", "a device with a space before its extension", "con .txt"],
    ["NAME_UNPORTABLE", "a device as a folder", "a/com1/b"],
    ["NAME_UNPORTABLE", "the zeroth port", "com0"],
    ["NAME_UNPORTABLE", "a port with a superscript", "COM\u00b9"],
    ["NAME_UNPORTABLE", "a printer with a superscript", "lpt\u00b3.log"],
    ["NAME_UNPORTABLE", "the console's input", "CONIN$"],
    ["NAME_UNPORTABLE", "the console's output", "conout$.txt"],
    ["NAME_ENCODING", "a high surrogate alone", "a\ud800"],
    ["NAME_ENCODING", "a low surrogate alone", "\udc00a"],
    ["NAME_ENCODING", "surrogates the wrong way round", "\ude00\ud83d"],
    ["PATH_TOO_LONG", "a part of 256 bytes", "a".repeat(256)],
    ["PATH_TOO_LONG", "a part of 256 bytes in 128 letters", "\u00e9".repeat(128)],
    ["PATH_TOO_LONG", "a plain part of 256 bytes further on", `a/${"b".repeat(256)}/c`],
    ["PATH_TOO_LONG", "4,097 bytes", `${"a/".repeat(2048)}b`],
    ["PATH_TOO_LONG", "4,098 bytes in fewer letters", `${`${"\u65e5".repeat(80)}/`.repeat(17)}b`],
    ["PATH_TOO_LONG", "a megabyte", "a".repeat(1_000_000)],
  ])("refuses with %s %s", (code, _name, text) => {
    expect(codeOf(text)).toBe(code);
    expect(thrownCode(() => parseBundlePath(text))).toBe(code);
  });

  it("accepts no path that leaves its folder or has a part that is no name, however it is made", () => {
    const part = fc.constantFrom("..", ".", "", "a", "b.c", ".git", "\\", "C:", "con", "\u200d", "a\u0000");
    fc.assert(
      fc.property(fc.array(part, { minLength: 1, maxLength: 6 }), (parts) => {
        if (codeOf(parts.join("/")) !== "accepted") return;
        for (const each of parts) expect(["a", "b.c", "\u200d"]).toContain(each);
      }),
    );
  });

  it("judges a part the same wherever it stands", () => {
    const part = fc.oneof(fc.string({ unit: "binary", maxLength: 8 }), fc.stringMatching(/^[a-z.~ ]{0,6}$/));
    fc.assert(
      fc.property(part, (text) => {
        if (/[\\/]/.test(text) || /^[A-Za-z]:/.test(text)) return;
        expect(codeOf(`x/${text}/y`) === "accepted").toBe(codeOf(text) === "accepted");
      }),
    );
  });

  it("quotes and shortens the path in its error", () => {
    try {
      parseBundlePath(`\u001b[2J${"x".repeat(5000)}`);
      expect.unreachable();
    } catch (error) {
      expect((error as Error).message).not.toContain("\u001b");
      expect((error as Error).message.length).toBeLessThan(300);
    }
  });
});

describe("comparePaths", () => {
  const text = fc.string({ unit: "binary", maxLength: 6 });

  it("is the order of the UTF-8 bytes", () => {
    fc.assert(
      fc.property(text, text, (a, b) => {
        expect(Math.sign(comparePaths(a, b))).toBe(Math.sign(Buffer.compare(Buffer.from(a), Buffer.from(b))));
      }),
      { numRuns: 2000 },
    );
    expect(comparePaths("\uffff", "\u{10000}")).toBeLessThan(0);
    expect("\uffff" < "\u{10000}").toBe(false);
  });
});

describe("pathKey", () => {
  it.each([
    ["README", "readme"],
    ["caf\u00e9", "cafe\u0301"],
    ["CAF\u00c9", "cafe\u0301"],
    ["stra\u00dfe", "STRASSE"],
    ["\u212aelvin", "kelvin"],
    ["\ufb01le", "file"],
    ["\u03c3", "\u03c2"],
    ["\u017f", "s"],
    ["\u0390", "\u1fd3"],
  ])("is one for %s and %s", (a, b) => {
    expect(pathKey(a)).toBe(pathKey(b));
  });

  it.each([
    ["a", "b"],
    ["a", "\u00e4"],
    ["a-b", "a_b"],
  ])("is not one for %s and %s", (a, b) => {
    expect(pathKey(a)).not.toBe(pathKey(b));
  });

  it("does not depend on case or normalisation", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 8 }), (text) => {
        expect(pathKey(text.normalize("NFD"))).toBe(pathKey(text.normalize("NFC")));
      }),
    );
  });
});

describe("utf8Length", () => {
  it("counts the bytes that an encoder writes", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text));
      }),
    );
  });
});
