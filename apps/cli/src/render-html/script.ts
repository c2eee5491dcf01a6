/** Buttons that open and close all parts of a section. Without it the page reads the same; each part opens by itself. */
export const SCRIPT: string = `"use strict";
for (const section of document.querySelectorAll("[data-foldable]")) {
  const parts = section.querySelectorAll("details");
  if (parts.length < 2) continue;
  const row = document.createElement("p");
  row.className = "fold";
  for (const [label, open] of [["Open all", true], ["Close all", false]]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.addEventListener("click", () => { for (const part of parts) part.open = open; });
    row.append(button, " ");
  }
  section.querySelector("h2").after(row);
}
`;
