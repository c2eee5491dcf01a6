/** Colours by their use; text ones are checked against what they stand on (WCAG 2.2, 1.4.3 and 1.4.11). */
export interface Palette {
  readonly page: string;
  readonly panel: string;
  readonly line: string;
  readonly text: string;
  readonly quiet: string;
  readonly link: string;
  readonly bar: string;
  readonly track: string;
  readonly added: string;
  readonly "added-on": string;
  readonly removed: string;
  readonly "removed-on": string;
  readonly changed: string;
  readonly "changed-on": string;
  /** Parts of the bar of layers, in turn, and the numbers in them. */
  readonly part1: string;
  readonly part2: string;
  readonly part3: string;
  readonly part4: string;
  readonly part5: string;
  readonly part6: string;
  readonly "on-part": string;
}

export const LIGHT: Palette = {
  page: "#ffffff",
  panel: "#f5f7fa",
  line: "#d5dbe4",
  text: "#1c2430",
  quiet: "#566174",
  link: "#1f5aa6",
  bar: "#5c86bf",
  track: "#e6ebf2",
  added: "#176639",
  "added-on": "#e4f4e9",
  removed: "#9c2a2a",
  "removed-on": "#fbe9e8",
  changed: "#754f00",
  "changed-on": "#fbf1d9",
  part1: "#2f5f9f",
  part2: "#24756a",
  part3: "#73559f",
  part4: "#8f5714",
  part5: "#9a4068",
  part6: "#566274",
  "on-part": "#ffffff",
};

export const DARK: Palette = {
  page: "#12161d",
  panel: "#1a202a",
  line: "#343d4c",
  text: "#e2e7ee",
  quiet: "#a0abbb",
  link: "#8fb8f2",
  bar: "#6690c8",
  track: "#28303d",
  added: "#8bd9a5",
  "added-on": "#15301f",
  removed: "#f2a5a2",
  "removed-on": "#3b1d1f",
  changed: "#e7c47f",
  "changed-on": "#352b14",
  part1: "#84b1ec",
  part2: "#70c4b3",
  part3: "#bda4e4",
  part4: "#dfab6c",
  part5: "#e295b4",
  part6: "#a8b3c3",
  "on-part": "#12161d",
};
