// Runs as they change.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { runs, tasks } from "@trigger.dev/sdk";
import { fact } from "./harness.mjs";

/** All that is told until something is so, or it ends by itself. */
async function told(subscription, isEnough = () => false) {
  const seen = [];
  for await (const run of subscription) {
    seen.push(run);
    if (isEnough(run, seen)) break;
  }
  return seen;
}

fact("who watches a run hears of its start and its end, and of no more", async () => {
  const { id } = await tasks.trigger("slow", { millis: 1_000 }, { tags: ["a", "\"b\", \\{c}"], metadata: { k: [1] } });
  const seen = await told(runs.subscribeToRun(id));
  assert.ok(seen.length >= 2, `only ${seen.map((run) => run.status)}`);
  assert.ok(seen.some((run) => run.isExecuting && run.startedAt instanceof Date), "its start");
  const last = seen.at(-1);
  assert.equal(last.id, id);
  assert.deepEqual([last.status, last.isCompleted, last.isSuccess], ["COMPLETED", true, true]);
  assert.deepEqual(last.output, { millis: 1_000 });
  assert.deepEqual(last.payload, { millis: 1_000 });
  assert.deepEqual([...last.tags].sort(), ["\"b\", \\{c}", "a"]);
  assert.deepEqual(last.metadata, { k: [1] });
  assert.ok(last.durationMs >= 900, String(last.durationMs));
  assert.ok(Math.abs(last.finishedAt - Date.now()) < 600_000, String(last.finishedAt));
  assert.equal(seen.filter((run) => run.finishedAt !== undefined).length, 1);
});

fact("a run that has ended is told once", async () => {
  const { id } = await tasks.trigger("fail", {});
  await runs.poll(id, { pollIntervalMs: 20 });
  const all = await told(runs.subscribeToRun(id, { skipColumns: ["payload"] }));
  assert.equal(all.length, 1);
  const [run] = all;
  assert.deepEqual([run.status, run.isFailed], ["FAILED", true]);
  assert.equal(run.error.message, "boom");
  assert.match(run.error.name, /IllegalStateException/);
  assert.equal(run.payload, undefined);
});

fact("a run that is canceled is told", async () => {
  const { id } = await tasks.trigger("echo", {}, { delay: "1h" });
  const seen = await told(runs.subscribeToRun(id), (run, all) => {
    if (all.length === 1) void runs.cancel(id);
    return run.isCancelled;
  });
  assert.deepEqual(seen.map((run) => run.status), ["DELAYED", "CANCELED"]);
  assert.ok(seen[0].delayedUntil instanceof Date);
  assert.equal(seen[1].delayedUntil, undefined);
});

fact("who watches tags hears of runs that come and of their ends", async () => {
  const tag = randomUUID();
  await tasks.trigger("echo", 0, { tags: [tag, "both"] });
  const ended = new Map();
  await told(runs.subscribeToRunsWithTag([tag, "both"]), (run, all) => {
    if (all.length === 1) {
      void tasks.trigger("slow", { millis: 200 }, { tags: [tag, "both"] });
      void tasks.trigger("echo", 2, { tags: [tag] });
    }
    if (run.finishedAt !== undefined) ended.set(run.id, run);
    return ended.size === 2;
  });
  assert.ok([...ended.values()].every((run) => run.tags.includes(tag) && run.tags.includes("both") && run.isSuccess));
});

fact("who watches a batch hears of all its runs", async () => {
  const ended = new Set();
  await told(runs.subscribeToBatch(process.env.ERRAND_BATCH), (run) => {
    if (run.finishedAt !== undefined) ended.add(run.id);
    return ended.size === 3;
  });
  assert.equal(ended.size, 3);
});
