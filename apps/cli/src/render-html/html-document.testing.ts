import { createHash } from "node:crypto";

export interface HtmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly (HtmlElement | string)[];
}

const VOID = new Set(["meta", "br", "hr", "img", "input", "link"]);
const RAW = new Set(["style", "script"]);
const TAG = /<(\/?)([a-z][a-z0-9]*)((?:\s+[a-zA-Z-]+(?:="[^"<]*")?)*)\s*(\/?)>/y;
const ATTRIBUTE = /([a-zA-Z-]+)(?:="([^"]*)")?/g;
const ENTITY = /&(amp|lt|gt|quot|#39);/g;
const CHARACTERS: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };

function plainText(text: string): string {
  if (/&(?!(?:amp|lt|gt|quot|#39);)/.test(text)) throw new Error(`a bare ampersand in ${text.slice(0, 80)}`);
  return text.replace(ENTITY, (_, name: string) => CHARACTERS[name] ?? "");
}

interface Open extends HtmlElement {
  readonly children: (HtmlElement | string)[];
}

/**
 * Reads a page more strictly than any browser: every tag closed in order, every attribute quoted, no character left that could have been markup.
 * @throws Error where a page is not like that
 */
export function readHtml(page: string): HtmlElement {
  const start = "<!DOCTYPE html>";
  if (!page.startsWith(start)) throw new Error("no doctype");
  const root: Open = { name: "", attributes: {}, children: [] };
  const stack: Open[] = [root];
  let at = start.length;
  while (at < page.length) {
    const next = page.indexOf("<", at);
    const end = next < 0 ? page.length : next;
    if (end > at) stack.at(-1)?.children.push(plainText(page.slice(at, end)));
    if (next < 0) break;
    TAG.lastIndex = next;
    const match = TAG.exec(page);
    if (!match) throw new Error(`no tag: ${page.slice(next, next + 80)}`);
    const [text, closes, name = "", attributes = "", empty] = match;
    at = next + text.length;
    if (closes) {
      const open = stack.pop();
      if (open?.name !== name) throw new Error(`</${name}> ends <${open?.name}>`);
      continue;
    }
    const element: Open = { name, attributes: {}, children: [] };
    for (const [, key = "", value = ""] of attributes.matchAll(ATTRIBUTE)) {
      if (Object.hasOwn(element.attributes, key)) throw new Error(`${key} twice on <${name}>`);
      (element.attributes as Record<string, string>)[key] = plainText(value);
    }
    stack.at(-1)?.children.push(element);
    if (RAW.has(name)) {
      const close = page.indexOf(`</${name}>`, at);
      element.children.push(page.slice(at, close));
      at = close + name.length + 3;
    } else if (!VOID.has(name) && !empty) stack.push(element);
  }
  if (stack.length !== 1) throw new Error(`<${stack.at(-1)?.name}> is not closed`);
  return root;
}

/** All elements, in the order of the page. */
export function elementsOf(element: HtmlElement): readonly HtmlElement[] {
  return element.children.flatMap((child) =>
    typeof child === "string" ? [] : [child, ...elementsOf(child)],
  );
}

export function textOf(element: HtmlElement): string {
  return element.children.map((child) => (typeof child === "string" ? child : textOf(child))).join("");
}

const sourceHash = (text: string): string => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;

/** What is wrong with a page for those who cannot see it, print it or let it reach a network; empty is good. */
export function pageProblems(page: string): readonly string[] {
  const elements = elementsOf(readHtml(page));
  const of = (...names: readonly string[]) => elements.filter(({ name }) => names.includes(name));
  const problems: string[] = [];
  const check = (fine: boolean, problem: string): void => void (fine || problems.push(problem));
  const ids = elements.flatMap(({ attributes }) => attributes["id"] ?? []);
  check(new Set(ids).size === ids.length, "an id twice");
  for (const { attributes } of elements) {
    for (const key of Object.keys(attributes))
      check(!/^on|^(style|src|srcset|action|background)$/.test(key), `attribute ${key}`);
    const { href, "aria-labelledby": label } = attributes;
    check(href === undefined || (href.startsWith("#") && ids.includes(href.slice(1))), `link to ${href}`);
    check(label === undefined || ids.includes(label), `label ${label}`);
  }
  check(of("img", "link", "iframe", "object", "embed", "form", "base").length === 0, "something to load");
  check(of("html")[0]?.attributes["lang"] === "en", "no language");
  for (const name of ["title", "h1", "main", "header", "footer", "style", "script"])
    check(of(name).length === 1, `${of(name).length} of <${name}>`);
  const levels = of("h1", "h2", "h3", "h4").map(({ name }) => Number(name.slice(1)));
  check(
    levels.every((level, index) => level <= (levels[index - 1] ?? 0) + 1),
    `headings ${levels.join("")}`,
  );
  for (const table of of("table")) {
    const inside = elementsOf(table);
    check(inside[0]?.name === "caption" && textOf(inside[0]) !== "", "a table without a caption");
    const heads = inside.filter(({ name }) => name === "th");
    check(heads.length > 0 && heads.every(({ attributes }) => attributes["scope"]), "a head without a scope");
  }
  for (const details of of("details")) {
    const [first] = elementsOf(details);
    check(first?.name === "summary" && textOf(first) !== "", "details without a summary");
  }
  const policy = of("meta").find(({ attributes }) => attributes["http-equiv"] === "Content-Security-Policy");
  const [style, script] = [of("style")[0], of("script")[0]].map((element) => element && textOf(element));
  check(
    policy?.attributes["content"] ===
      `default-src 'none'; style-src ${sourceHash(style ?? "")}; script-src ${sourceHash(script ?? "")}; base-uri 'none'; form-action 'none'`,
    "another policy",
  );
  check(!/url\(|@import|@font-face/.test(style ?? ""), "a style sheet that loads");
  return problems;
}
