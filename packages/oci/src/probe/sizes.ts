const KiB = 1024;
const MiB = 1024 * KiB;

/** Registries have bounds at 4 and at 5 MiB; a doctor that sent more would not be asked to call. */
export const LARGE: number = 5 * MiB;

const STEPS: readonly number[] = [LARGE, 4 * MiB, 2 * MiB, 1 * MiB, 512 * KiB, 256 * KiB, 128 * KiB];

/** Sizes to try, falling, each above what is known to be taken. */
export function largeSizes(known: number): readonly number[] {
  return STEPS.filter((size) => size > known);
}

/** A size as people say it; exact, so that a limit can be compared with the registry's own pages. */
export function sizeWords(bytes: number): string {
  if (bytes >= MiB && bytes % MiB === 0) return `${bytes / MiB} MiB`;
  if (bytes >= KiB && bytes % KiB === 0) return `${bytes / KiB} KiB`;
  return `${bytes} bytes`;
}
