/** Keys of AWS, as its SDK has them: any provider of `@aws-sdk/credential-providers` can stand in. */
export interface AwsIdentity {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string | undefined;
}
export interface SourcedIdentity {
  readonly identity: AwsIdentity;
  /** In the words of a message: a variable's or profile's name, never a key. */
  readonly source: string;
}
