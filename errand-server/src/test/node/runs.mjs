// Runs: to look at, to list, to steer.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { NotFoundError, runs, tasks, UnprocessableEntityError, BadRequestError } from "@trigger.dev/sdk";
import { fact, failure, until } from "./harness.mjs";

const QUICKLY = { pollIntervalMs: 20 };

async function triggered(count, tag, options = { delay: "1h" }) {
  const ids = [];
  for (let i = 0; i < count; i++) {
    ids.push((await tasks.trigger("echo", i, { ...options, tags: [tag] })).id);
  }
  return ids;
}

async function listed(query) {
  const ids = [];
  for await (const run of runs.list(query)) ids.push(run.id);
  return ids;
}

fact("a run that failed tells why", async () => {
  const run = await runs.poll((await tasks.trigger("fail", {})).id, QUICKLY);
  assert.equal(run.status, "FAILED");
  assert.deepEqual([run.isCompleted, run.isFailed, run.isSuccess], [true, true, false]);
  assert.equal(run.error.message, "boom");
  assert.match(run.error.name, /IllegalStateException/);
  assert.match(run.error.stackTrace, /boom/);
  assert.equal(run.output, undefined);
});

fact("a run that there is not is told at once", async () => {
  const begun = Date.now();
  for (const id of ["run_01k9x2v3n4p5q6r7s8t9v0w1x2", "run_nothing"]) {
    const error = await failure(runs.retrieve(id));
    assert.ok(error instanceof NotFoundError, String(error));
  }
  assert.ok((await failure(runs.cancel("run_01k9x2v3n4p5q6r7s8t9v0w1x2"))) instanceof NotFoundError);
  assert.ok(Date.now() - begun < 5_000, "it was asked again");
});

fact("pages neither repeat nor leave out, newest first", async () => {
  const tag = randomUUID();
  const ids = await triggered(5, tag);
  assert.deepEqual(await listed({ tag, limit: 2 }), ids.toReversed?.() ?? [...ids].reverse());
  let page = await runs.list({ tag, limit: 2 });
  assert.equal(page.data.length, 2);
  assert.equal(page.hasNextPage(), true);
  await triggered(1, tag);
  page = await page.getNextPage();
  assert.deepEqual(page.data.map((run) => run.id), [ids[2], ids[1]]);
  page = await page.getNextPage();
  assert.deepEqual(page.data.map((run) => run.id), [ids[0]]);
  assert.equal(page.hasNextPage(), false);
});

fact("filters let through what they say", async () => {
  const tag = randomUUID();
  const [delayed] = await triggered(1, tag);
  const [ended] = await triggered(1, tag, {});
  await runs.poll(ended, QUICKLY);
  assert.deepEqual(await listed({ tag, status: "DELAYED" }), [delayed]);
  assert.deepEqual(await listed({ tag, status: ["COMPLETED", "FAILED"] }), [ended]);
  assert.deepEqual(await listed({ tag, taskIdentifier: ["echo", "sum"] }), [ended, delayed]);
  assert.deepEqual(await listed({ tag, taskIdentifier: "sum" }), []);
  assert.deepEqual(await listed({ tag: [tag, "nobody's"] }), [ended, delayed]);
  assert.deepEqual(await listed({ tag, isTest: true }), []);
  assert.deepEqual(await listed({ tag, isTest: false }), [ended, delayed]);
  assert.deepEqual(await listed({ tag, period: "1h" }), [ended, delayed]);
  const { createdAt } = await runs.retrieve(ended);
  assert.deepEqual(await listed({ tag, to: new Date(createdAt.getTime() - 60_000) }), []);
  assert.deepEqual(await listed({ tag, from: new Date(createdAt.getTime() - 60_000), to: createdAt }), [ended, delayed]);
  const [item] = (await runs.list({ tag, status: "DELAYED" })).data;
  assert.equal(item.taskIdentifier, "echo");
  assert.equal(item.isQueued, true);
  assert.ok(item.createdAt instanceof Date && item.delayedUntil instanceof Date);
  assert.equal(item.finishedAt, undefined);
  assert.equal(typeof item.env.id, "string");
  assert.ok((await failure(runs.list({ limit: 101 }))) instanceof BadRequestError);
});

fact("a run that waits is canceled, and one that has ended stays as it is", async () => {
  const [waiting] = await triggered(1, "cancel");
  assert.equal((await runs.cancel(waiting)).id, waiting);
  const run = await runs.retrieve(waiting);
  assert.equal(run.status, "CANCELED");
  assert.deepEqual([run.isCompleted, run.isCancelled, run.isSuccess], [true, true, false]);
  await runs.cancel(waiting);
  const { id } = await tasks.trigger("echo", 1);
  await runs.poll(id, QUICKLY);
  await runs.cancel(id);
  assert.equal((await runs.retrieve(id)).status, "COMPLETED");
});

fact("a run that executes reads canceled at once", async () => {
  const { id } = await tasks.trigger("stuck", {});
  const executing = await until("EXECUTING", async () => {
    const run = await runs.retrieve(id);
    return run.isExecuting ? run : undefined;
  });
  assert.equal(executing.status, "EXECUTING");
  await runs.cancel(id);
  const run = await runs.retrieve(id);
  assert.deepEqual([run.status, run.isCompleted, run.isCancelled], ["CANCELED", true, true]);
});

fact("a replay is a new run of the same", async () => {
  const tag = randomUUID();
  const first = await tasks.trigger("echo", { n: [1, 2] }, { tags: [tag], metadata: { k: 1 } });
  await runs.poll(first.id, QUICKLY);
  const again = await runs.replay(first.id);
  assert.notEqual(again.id, first.id);
  const run = await runs.poll(again.id, QUICKLY);
  assert.deepEqual(run.output, { n: [1, 2] });
  assert.deepEqual(run.tags, [tag]);
  assert.deepEqual(run.metadata, { k: 1 });
});

fact("a delayed run starts at another time, and only a delayed one", async () => {
  const [id] = await triggered(1, "reschedule");
  const at = new Date(Date.now() + 7_200_000);
  const run = await runs.reschedule(id, { delay: at });
  assert.equal(run.status, "DELAYED");
  assert.equal(run.delayedUntil.getTime(), at.getTime());
  assert.ok((await failure(runs.reschedule(id, { delay: "soon" }))) instanceof BadRequestError);
  assert.ok((await failure(runs.reschedule(id, { delay: new Date(0) }))) instanceof BadRequestError);
  await runs.cancel(id);
  assert.ok((await failure(runs.reschedule(id, { delay: "1h" }))) instanceof UnprocessableEntityError);
});
