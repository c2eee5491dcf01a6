export type Yaml = typeof import("yaml");

/**
 * Loads the YAML parser: 15 milliseconds that only a changed file costs. The package is CommonJS; some bundlers give such a module only as `default`.
 */
export async function loadYaml(): Promise<Yaml> {
  const loaded: Yaml & { readonly default?: Yaml } = await import("yaml");
  return "LineCounter" in loaded ? loaded : ((loaded as { readonly default?: Yaml }).default as Yaml);
}
