import type { TopicPart } from "../topic-page.js";

export const versionsTopic: readonly TopicPart[] = [
  {
    text: "A version is a tag of Semantic Versioning, with or without a leading v; where the version has a +, the tag has _. Other tags are pointers, which may move; a version that exists is never replaced without --force.",
  },
  {
    rows: [
      ["bale push --bump patch", "the version after the highest one; also minor, major"],
      ["bale push --bump auto", "the step that the change asks for, with the reason"],
      [
        "bale push --bump minor --pre rc",
        "a pre-release; the next one counts up, and without --pre it is released",
      ],
      ["bale push --bump auto --latest", "and latest moves along"],
      ["bale push --bump auto --plan FILE", "look first; `bale apply FILE` does exactly that, or nothing"],
    ],
  },
  {
    text: "auto: a path, layer or role that was removed or renamed is a major step, and so is a path that left its layer; one that was added is a minor one; changed contents are a patch. Without any version yet, it is 0.1.0.",
  },
  {
    text: "The highest version takes the place of the remote: one that this workspace has not seen refuses the push by its name, and the way out is a pull. A version with the same content as the highest is not made a second time.",
  },
  {
    rows: [
      ["bale tags REPOSITORY", "the versions there are"],
      ["bale log REF", "what came before"],
      ["bale diff REPOSITORY:1.0.0 REPOSITORY:1.1.0", "what changed between two"],
      [
        "bale tag REPOSITORY:1.0.0 latest --force",
        "back to an older version, for everybody who follows latest",
      ],
      ["bale pull REPOSITORY:1.0.0", "back to an older version, here"],
    ],
  },
];
