import { knownProfile } from "./known-registries.js";

export interface InsteadOfList {
  /** What to do for the names of repositories; follows "to see them, ". */
  readonly advice: string;
  /** No credentials get a list: a refusal of any kind means that there is none. */
  readonly never: boolean;
}

// By the names of profiles. GitHub has no list (oras-go#621); Docker Hub's service gives nobody a token for it (hub-feedback#2094). Others may
// answer those who are signed in, and some of them only an administrator.
const INSTEAD: Readonly<Record<string, InsteadOfList>> = {
  GitHub: {
    never: true,
    advice:
      "open https://github.com/orgs/OWNER/packages, or run `gh api /orgs/OWNER/packages?package_type=container`",
  },
  "Docker Hub": { never: true, advice: "open https://hub.docker.com/u/NAMESPACE" },
  "Amazon ECR": { never: false, advice: "run `aws ecr describe-repositories`" },
  "Amazon ECR Public": {
    never: false,
    advice: "run `aws ecr-public describe-repositories --region us-east-1`",
  },
  Google: { never: false, advice: "run `gcloud artifacts packages list`" },
  Azure: { never: false, advice: "run `az acr repository list --name REGISTRY`" },
  GitLab: { never: false, advice: "open the container registry of the project or group in GitLab" },
  Quay: { never: false, advice: "open https://quay.io/organization/NAMESPACE" },
};

/** What takes the place of a list of repositories at a hosted registry; `undefined` for hosts that nothing is known of. */
export function insteadOfList(registry: string): InsteadOfList | undefined {
  const known = knownProfile(registry);
  return known && INSTEAD[known.name];
}
