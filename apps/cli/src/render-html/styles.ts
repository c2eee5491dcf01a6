import { DARK, LIGHT, type Palette } from "./palette.js";
import { LAYOUT } from "./styles-layout.js";
import { PRINT } from "./styles-print.js";

function variables(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, color]) => `--${name}:${color}`)
    .join(";");
}

/** One style sheet for screens of every width, light and dark, and for paper. */
export const STYLES: string = `:root{color-scheme:light dark;${variables(LIGHT)}}
@media screen and (prefers-color-scheme:dark){:root{${variables(DARK)}}}
${LAYOUT}${PRINT}`;
