import { BaleError } from "@bale/spec";
import { describe, expect, it } from "vitest";
import { createUploadPlaces } from "./upload-places.js";

const denied = (): BaleError => new BaleError({ code: "DENIED", message: "no" });

/** Uploads that all hold until as many as can run do run; with `limit`, more than that at once are denied. */
function crowd(limit = Number.POSITIVE_INFINITY) {
  const seen = { now: 0, most: 0, tries: 0 };
  const upload = async (): Promise<string> => {
    seen.tries++;
    seen.now++;
    seen.most = Math.max(seen.most, seen.now);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      if (seen.now > limit) throw denied();
      await new Promise((resolve) => setImmediate(resolve));
      return "created";
    } finally {
      seen.now--;
    }
  };
  return { seen, upload };
}

describe("the places of uploads", () => {
  it("are as many as the registry is known to bear", async () => {
    const { seen, upload } = crowd();
    const places = createUploadPlaces(3, 0);
    const all = await Promise.all(Array.from({ length: 20 }, () => places.run(upload, undefined)));
    expect(all).toHaveLength(20);
    expect(seen).toMatchObject({ most: 3, tries: 20 });
  });

  it("become fewer while a crowd is denied, until all get through", async () => {
    const { seen, upload } = crowd(2);
    const places = createUploadPlaces(undefined, 0);
    const all = await Promise.all(Array.from({ length: 12 }, () => places.run(upload, undefined)));
    expect(all.every((outcome) => outcome === "created")).toBe(true);
    expect(seen.tries).toBeGreaterThan(12);
  });

  it("do not help whoever is denied alone", async () => {
    const { seen, upload } = crowd(0);
    const places = createUploadPlaces(undefined, 0);
    await expect(places.run(upload, undefined)).rejects.toMatchObject({ code: "DENIED" });
    expect(seen.tries).toBe(1);
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => places.run(upload, undefined)));
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected", "rejected"]);
  });

  it("are given up by whoever is stopped while waiting", async () => {
    const places = createUploadPlaces(1, 0);
    const stop = new AbortController();
    let release: () => void = () => undefined;
    const first = places.run(() => new Promise<void>((resolve) => (release = resolve)), undefined);
    const second = places.run(async () => "never", stop.signal);
    stop.abort();
    await expect(second).rejects.toMatchObject({ code: "INTERRUPTED" });
    release();
    await first;
  });
});
