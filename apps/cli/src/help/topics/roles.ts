import type { TopicPart } from "../topic-page.js";

export const rolesTopic: readonly TopicPart[] = [
  {
    text: "Layers are named groups of files; a role is a list of layers, what one kind of machine needs. Both are declared in bale.yaml. A file belongs to the first layer with a matching glob, and to the layer `default` when there is none. bale.yaml and .baleignore belong to every role.",
  },
  {
    sample:
      'layers:\n  code: ["src/**", "*.py"]\n  config: ["configs/**"]\n  data: ["data/**"]\nroles:\n  runtime: [code, config]\n  training: [code, config, data]\ndefaultRole: runtime',
  },
  {
    rows: [
      ["bale pull --role runtime", "the files of that role; remembered for the next pull"],
      ["bale pull --layer data", "a layer on top, or alone"],
      ["bale pull --role all", "everything again"],
      ["bale pull --role runtime --drop", "and take unchanged files of other layers off the disk"],
      ["bale roles REF", "what there is, and how large it is"],
      ["bale verify REF --role runtime", "prove that a role's files are what the bundle says"],
    ],
  },
  {
    text: "A pull of a role requests no byte of another layer's blobs. Files that are not here stay in the bundle untouched: a push carries them unread, and changes to them never stand in the way.",
  },
  {
    text: "Without --role: what was remembered, else defaultRole, else everything. Commands say which layers were left out.",
  },
];
