// Triggers, their payloads, options and keys.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import {
  auth,
  AuthenticationError,
  idempotencyKeys,
  NotFoundError,
  PermissionDeniedError,
  runs,
  tasks,
  UnprocessableEntityError,
} from "@trigger.dev/sdk";
import { fact, failure } from "./harness.mjs";

const QUICKLY = { pollIntervalMs: 20 };
const LATER = { delay: "1h" };

async function echoed(payload) {
  const { id } = await tasks.trigger("echo", payload);
  const run = await runs.poll(id, QUICKLY);
  assert.equal(run.status, "COMPLETED");
  return run;
}

fact("a run is triggered, ends, and tells what came of it", async () => {
  const handle = await tasks.trigger("sum", { a: 40, b: 2 });
  assert.match(handle.id, /^run_/);
  const run = await runs.poll(handle.id, QUICKLY);
  assert.equal(run.output, 42);
  assert.deepEqual(run.payload, { a: 40, b: 2 });
  assert.equal(run.taskIdentifier, "sum");
  assert.equal(run.attemptCount, 1);
  assert.deepEqual(
    [run.isQueued, run.isExecuting, run.isWaiting, run.isCompleted, run.isSuccess, run.isFailed, run.isCancelled, run.isTest],
    [false, false, false, true, true, false, false, false],
  );
  for (const date of [run.createdAt, run.updatedAt, run.startedAt, run.finishedAt]) {
    assert.ok(date instanceof Date && Math.abs(date - Date.now()) < 600_000, String(date));
  }
  assert.equal(run.error, undefined);
});

fact("payloads arrive as they are, whatever they look like", async () => {
  const values = [
    "text", "[1, 2]", "", "42", 42, 1.5, 1e21, -0.25, Number.MAX_SAFE_INTEGER, true, false, [], {}, [1, [2, [3]]],
    { json: 1 }, { json: { json: { meta: 2 } } }, { a: { b: ["ü", "\u2028", "\"", "\\"] } }, "💡".repeat(1000),
  ];
  for (const value of values) {
    const run = await echoed(value);
    assert.deepEqual(run.output, value);
    assert.deepEqual(run.payload, value);
  }
});

fact("nothing is null to a task, and a date is text", async () => {
  assert.equal((await echoed(undefined)).output ?? null, null);
  assert.equal((await echoed(null)).output ?? null, null);
  const at = new Date("2026-11-23T12:00:00.000Z");
  assert.deepEqual((await echoed({ at, none: undefined })).output, { at: at.toISOString(), none: null });
});

fact("a task's name may contain a slash and a colon", async () => {
  const { id } = await tasks.trigger("my/own:task", { n: 1 });
  assert.equal((await runs.poll(id, QUICKLY)).taskIdentifier, "my/own:task");
});

fact("options reach the run", async () => {
  const tag = randomUUID();
  const { id } = await tasks.trigger("echo", { n: 1 }, {
    ...LATER, ttl: 90, tags: [tag, "b"], metadata: { user: { id: 7 } }, maxAttempts: 7, maxDuration: 60, priority: 10,
    concurrencyKey: "eu", machine: "micro", queue: "mail",
  });
  const run = await runs.retrieve(id);
  assert.equal(run.status, "DELAYED");
  assert.equal(run.isQueued, true);
  assert.deepEqual([...run.tags].sort(), [tag, "b"].sort());
  assert.deepEqual(run.metadata, { user: { id: 7 } });
  assert.ok(Math.abs(run.delayedUntil - Date.now() - 3_600_000) < 60_000, String(run.delayedUntil));
  assert.equal(run.startedAt, undefined);
  assert.equal(run.finishedAt, undefined);
  assert.equal(run.output, undefined);
});

fact("a delay is a duration or a date, and one in the past is none", async () => {
  const tomorrow = new Date(Date.now() + 86_400_000);
  const later = await runs.retrieve((await tasks.trigger("echo", 1, { delay: tomorrow })).id);
  assert.equal(later.delayedUntil.getTime(), tomorrow.getTime());
  const { id } = await tasks.trigger("echo", 1, { delay: new Date(0) });
  assert.equal((await runs.poll(id, QUICKLY)).status, "COMPLETED");
});

fact("a key makes repeated triggers one run, until it is reset", async () => {
  const key = await idempotencyKeys.create(["order", randomUUID()], { scope: "global" });
  const first = await tasks.trigger("echo", 1, { ...LATER, idempotencyKey: key });
  const second = await tasks.trigger("echo", 2, { ...LATER, idempotencyKey: key });
  assert.equal(second.id, first.id);
  assert.deepEqual((await runs.retrieve(first.id)).payload, 1);
  await idempotencyKeys.reset("echo", key);
  const third = await tasks.trigger("echo", 3, { ...LATER, idempotencyKey: key });
  assert.notEqual(third.id, first.id);
  assert.ok((await failure(idempotencyKeys.reset("echo", await idempotencyKeys.create(randomUUID())))) instanceof NotFoundError);
});

fact("racing triggers with one key make one run", async () => {
  const idempotencyKey = await idempotencyKeys.create(randomUUID(), { scope: "global" });
  const handles = await Promise.all(Array.from({ length: 20 }, () => tasks.trigger("echo", 1, { idempotencyKey })));
  assert.equal(new Set(handles.map((handle) => handle.id)).size, 1);
});

fact("a burst becomes one run", async () => {
  const debounce = { key: randomUUID(), delay: "10m" };
  const first = await tasks.trigger("echo", 1, { debounce: { ...debounce, mode: "trailing" } });
  const second = await tasks.trigger("echo", 2, { debounce: { ...debounce, mode: "trailing" } });
  assert.equal(second.id, first.id);
  assert.equal((await runs.retrieve(first.id)).payload, 2);
});

fact("what cannot be done is refused at once, and says why", async () => {
  const begun = Date.now();
  const unknown = await failure(tasks.trigger("nobody's", {}));
  assert.ok(unknown instanceof NotFoundError, String(unknown));
  assert.equal(unknown.status, 404);
  const tags = Array.from({ length: 11 }, (_, i) => `tag ${i}`);
  const many = await failure(tasks.trigger("echo", {}, { tags }));
  assert.ok(many instanceof UnprocessableEntityError, String(many));
  assert.match(many.message, /tags/);
  const wrong = await failure(tasks.trigger("sum", { a: "x", b: 2 }));
  assert.ok(wrong instanceof UnprocessableEntityError, String(wrong));
  assert.ok(Date.now() - begun < 5_000, "it was asked again");
});

fact("who has no key is not let in, and who may only look triggers nothing", async () => {
  await auth.withAuth({ baseURL: process.env.ERRAND_URL, accessToken: "tr_dev_nobody" }, async () => {
    assert.ok((await failure(tasks.trigger("echo", 1))) instanceof AuthenticationError);
  });
  const { id } = await tasks.trigger("echo", 1, LATER);
  await auth.withAuth({ baseURL: process.env.ERRAND_URL, accessToken: process.env.ERRAND_VIEWER_KEY }, async () => {
    assert.equal((await runs.retrieve(id)).status, "DELAYED");
    assert.ok((await failure(tasks.trigger("echo", 1))) instanceof PermissionDeniedError);
    assert.ok((await failure(runs.cancel(id))) instanceof PermissionDeniedError);
  });
  assert.equal((await runs.retrieve(id)).status, "DELAYED");
});
