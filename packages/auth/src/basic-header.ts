import { BaleError, type Credential } from "@bale/spec";

/** The value of an `Authorization` header of the Basic scheme (RFC 7617). @throws BaleError `AUTH_FAILED` for a user name it cannot carry */
export function basicHeader(credential: Credential & { readonly kind: "basic" }): string {
  const { username } = credential;
  const password = credential.password.reveal();
  if (username.includes(":") || /[\u0000-\u001f\u007f]/.test(username + password))
    throw new BaleError({
      code: "AUTH_FAILED",
      message: "the credentials cannot be sent",
      why: "the user name has a colon, or one of the two has a control character such as a line end",
      fix: "check how they were given; a line end often comes from a file or from echo",
    });
  return `Basic ${Buffer.from(`${username}:${password}`, "utf8").toString("base64")}`;
}
