import { isGood, type Probe, words } from "./probe.js";
import { giveUp, locationOf, uploadsUrl } from "./sessions.js";

async function mount(
  probe: Probe,
  search: string,
): Promise<{ readonly mounted: boolean; readonly why: string }> {
  const target = uploadsUrl(probe, search);
  const answer = await probe.ask({ method: "POST", target, body: new Uint8Array(0) });
  if (answer.status === 201) return { mounted: true, why: "201" };
  const location = isGood(answer) ? locationOf(probe, target, answer) : undefined;
  if (location) await giveUp(probe, location);
  return { mounted: false, why: isGood(answer) ? "an upload is opened instead" : words(answer) };
}

/** From the same repository: a second one would be there for ever. */
export async function probeMount(probe: Probe): Promise<void> {
  const { exchange, facts, learned } = probe;
  const { blob } = facts;
  if (!blob) return;
  const digest = encodeURIComponent(blob.digest);
  const own = await mount(probe, `?mount=${digest}&from=${encodeURIComponent(exchange.repository)}`);
  learned.mount = own.mounted;
  if (own.mounted)
    probe.works(
      "mount",
      "a blob is mounted from the same repository; from others was not tried, since one would have to be made",
      "asks to mount before it sends a blob that another repository has",
    );
  else probe.missing("mount", `no blob is mounted: ${own.why}`, "sends blobs that other repositories have");
  const anywhere = await mount(probe, `?mount=${digest}`);
  const bale = "always says from where";
  if (anywhere.mounted) probe.limited("mount-anywhere", "a blob is mounted without saying from where", bale);
  else probe.works("mount-anywhere", `a mount wants to know from where: ${anywhere.why}`, bale);
}
