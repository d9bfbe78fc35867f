// pg-boss: notify, batches of 1,000, fetched on and on while they are full, insert of 10,000.
import pg from "pg";
import { PgBoss } from "pg-boss";

const QUEUE = "order";
let boss;
let pool;

export const batch = 10_000;

export async function open(url) {
  pool = new pg.Pool({ connectionString: url, max: 2 });
  boss = new PgBoss({ connectionString: url, max: 20, useListenNotify: true });
  boss.on("error", (error) => console.error(error));
  await boss.start();
  if (!(await boss.getQueue(QUEUE))) await boss.createQueue(QUEUE, { notify: true });
}

export async function triggerAll(orders) {
  await boss.insert(QUEUE, orders.map((data) => ({ data })));
}

export async function trigger(order) {
  await boss.send(QUEUE, order);
}

export async function startWorking(body) {
  await boss.work(QUEUE, { batchSize: 1000, burstWhenBatchFull: true }, async (jobs) => {
    for (const job of jobs) body(job.data.number);
  });
}

export async function stopWorking() {
  await boss.offWork(QUEUE);
}

export async function pending() {
  const { rows } = await pool.query("select exists(select from pgboss.job where name = $1 and state < 'completed') as pending", [QUEUE]);
  return rows[0].pending;
}

export async function close() {
  await boss.stop({ graceful: false });
  await pool.end();
}
