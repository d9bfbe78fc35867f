// graphile-worker: local queue of 500, batched completion, 24 concurrent jobs, addJobs of 10,000.
import pg from "pg";
import { Logger, makeWorkerUtils, run } from "graphile-worker";

const TASK = "order";
const preset = {
  worker: {
    concurrentJobs: 24,
    localQueue: { size: 500 },
    completeJobBatchDelay: 0,
    failJobBatchDelay: 0,
  },
};
const logger = new Logger(() => (level, message) => {
  if (level === "error") console.error(message);
});

let pool;
let utils;
let runner;

export const batch = 10_000;

export async function open(url) {
  pool = new pg.Pool({ connectionString: url, max: 32 });
  pool.on("error", console.error);
  pool.on("connect", (client) => client.on("error", console.error));
  utils = await makeWorkerUtils({ pgPool: pool, logger, preset });
  await utils.migrate();
}

export async function triggerAll(orders) {
  await utils.addJobs(orders.map((payload) => ({ identifier: TASK, payload })));
}

export async function trigger(order) {
  await utils.addJob(TASK, order);
}

export async function startWorking(body) {
  const taskList = { [TASK]: (payload) => { body(payload.number); } };
  runner = await run({ pgPool: pool, taskList, preset, logger, noHandleSignals: true });
}

export async function stopWorking() {
  await runner?.stop();
  runner = undefined;
}

export async function pending() {
  const { rows } = await pool.query("select exists(select from graphile_worker._private_jobs) as pending");
  return rows[0].pending;
}

export async function close() {
  await stopWorking();
  await utils.release();
  await pool.end();
}
