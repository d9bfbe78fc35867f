// One engine in a process of its own: answers each line of standard input with a line of standard output. `node peer.mjs ENGINE`.
import readline from "node:readline";
import { Tally, percentile } from "./tally.mjs";
import { order, orders } from "./order.mjs";

const engine = await import(`./${process.argv[2]}.mjs`);
const PATIENCE = 600_000;
const CALLERS = 64;
let tally = new Tally(0, 0);

const now = () => Number(process.hrtime.bigint());
const since = (start) => (now() - start) / 1e9;
const pause = (millis) => new Promise((resolve) => setTimeout(resolve, millis));

async function timed(deed) {
  const start = now();
  await deed();
  return { seconds: since(start) };
}

async function callers(count, once) {
  await Promise.all(Array.from({ length: count }, async () => { while (await once()) {} }));
}

async function bulk({ from, count }) {
  for (let start = from; start < from + count; start += engine.batch) {
    await engine.triggerAll(orders(start, Math.min(start + engine.batch, from + count)));
  }
}

// Answers how many were triggered: at most so many, and none begun once it is enough.
async function triggerOneByOne(threads, from, most, enough) {
  let next = 0;
  let done = 0;
  await callers(threads, async () => {
    if (enough() || next >= most) return false;
    await engine.trigger(order(from + next++));
    done++;
    return true;
  });
  return done;
}

async function oneByOne({ from, count, threads, seconds }) {
  const start = now();
  const done = await triggerOneByOne(threads, from, count, () => since(start) >= seconds);
  return { count: done, seconds: since(start) };
}

async function timetable({ from, count, firstAt, perSecond, deadline }) {
  const period = 1e9 / perSecond;
  let next = 0;
  await callers(CALLERS, async () => {
    const index = next++;
    if (index >= count || now() > deadline) return false;
    const due = firstAt + index * period;
    // Timers are a millisecond late or more: the last bit is spent yielding to the event loop.
    for (let left = due - now(); left > 0; left = due - now()) {
      await (left > 2e6 ? pause(Math.floor(left / 1e6) - 1) : new Promise(setImmediate));
    }
    await engine.trigger(order(from + index));
    return true;
  });
}

async function work({ from, count }) {
  tally = new Tally(from, count);
  await engine.startWorking((number) => tally.ran(number));
}

async function awaitRan(expected) {
  const start = now();
  while (tally.different < expected) {
    if (since(start) * 1000 > PATIENCE) {
      throw new Error(`${expected - tally.different} of ${expected} bodies had not run after ${PATIENCE / 1000} s`);
    }
    await pause(1);
  }
  while (await engine.pending()) await pause(1);
}

async function drain(request) {
  const start = now();
  await work(request);
  await awaitRan(request.count);
  const seconds = since(start);
  await engine.stopWorking();
  return { seconds, verified: tally.clean() };
}

async function settle() {
  while (await engine.pending()) await pause(1);
  return { ran: tally.different, clean: tally.clean(), checksum: tally.checksum() };
}

async function drainWhileTriggering({ from, count, most, threads, seconds }) {
  tally = new Tally(from, count + most);
  const start = now();
  await engine.startWorking((number) => tally.ran(number));
  const enough = () => since(start) >= seconds || tally.different >= count;
  const done = await triggerOneByOne(threads, from + count, most, enough);
  const answer = { count: done, seconds: since(start) };
  await awaitRan(count + done);
  await engine.stopWorking();
  return { ...answer, verified: tally.clean() };
}

async function latency({ skip, count, firstAt, perSecond, deadline }) {
  while (tally.different < count && now() < deadline) await pause(5);
  const delays = tally.delays(skip, firstAt, 1e9 / perSecond);
  const left = count - tally.startedBy(deadline);
  const [p50, p99] = delays.length ? [50, 99].map((percent) => percentile(delays, percent) / 1e6) : [-1, -1];
  return { p50, p99, left, verified: left === 0 && tally.clean() };
}

const verbs = {
  open: (request) => timed(() => engine.open(request.url)),
  "open-to-trigger": (request) => timed(() => engine.open(request.url)),
  bulk: (request) => timed(() => bulk(request)),
  "one-by-one": oneByOne,
  timetable: (request) => timed(() => timetable(request)),
  work: (request) => timed(() => work(request)),
  rest: () => timed(() => engine.stopWorking()),
  ran: () => ({ ran: tally.different }),
  settle,
  drain,
  "drain-while-triggering": drainWhileTriggering,
  latency,
  close: () => timed(() => engine.close()),
};

for await (const line of readline.createInterface({ input: process.stdin })) {
  let answer;
  try {
    const request = JSON.parse(line);
    answer = await verbs[request.do](request);
  } catch (error) {
    console.error(error);
    answer = { error: String(error) };
  }
  process.stdout.write(JSON.stringify(answer) + "\n");
}
process.exit(0);
