export { compileGlob, type PathMatcher } from "./compile-glob.js";
export type { Declarations, LayerDeclaration, RoleDeclaration } from "./declarations.js";
export { globProblem } from "./glob-problem.js";
export { createLayerAssigner, type LayerGlobs } from "./layer-assigner.js";
export { resolveSelection } from "./resolve-selection.js";
export type { ResolvedSelection, SelectableBundle, Selection, SelectionRequest } from "./selection.js";
export { validateLayersAndRoles } from "./validate-layers-and-roles.js";
