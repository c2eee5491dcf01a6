/** A member that holds whole entries is closed once it has this many decoded bytes; data this long gets members of its own. */
export const MEMBER_CLOSE_BYTES: number = 128 * 1024;
/** Most decoded bytes of a member that holds part of one file's data. Readers refuse a `skip` beyond it. */
export const MEMBER_DATA_BYTES: number = 8 * 1024 * 1024;
export const DEFLATE_LEVEL = 6;
/** A member is stored when deflate saves less than this share. */
export const DEFLATE_WORTH = 0.03;
/** Most files that stay whole blobs in the registry before the threshold is raised. */
export const WHOLE_FILES = 64;
/** Packed bytes are spread over about this many packs at most. */
export const PACKS_AIM = 32;
/** A layer may keep this many packs below half the target; one more starts a merge. */
export const SMALL_PACKS = 8;
/** A merge leaves this many, so that the next pushes do not each start another. */
export const SMALL_PACKS_AFTER_MERGE = 4;
/** A push may send this many unchanged bytes again, or twice what it sends anyway. */
export const REWRITE_BYTES: number = 64 * 1024 * 1024;
/** For data that the usual level would shrink beyond what readers allow. */
export const FAST_LEVEL = 1;
