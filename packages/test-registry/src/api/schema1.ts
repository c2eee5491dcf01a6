import { type Answer, jsonAnswer } from "../answer.js";

/** The obsolete Docker schema 1 document that some registries make up for clients which name no newer type. */
export function schema1Answer(repository: string, tag: string): Answer {
  const document = {
    schemaVersion: 1,
    name: repository,
    tag,
    architecture: "amd64",
    fsLayers: [],
    history: [],
    signatures: [],
  };
  return jsonAnswer(200, document, {
    "content-type": "application/vnd.docker.distribution.manifest.v1+prettyjws",
  });
}
