/** Put in by the build and by the tests, from package.json. */
declare const BALE_VERSION: string;

export const VERSION: string = BALE_VERSION;
