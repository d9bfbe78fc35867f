// Cases, and how they are told: a line of JSON each, for whoever has started this.
import { setTimeout as sleep } from "node:timers/promises";

const PATIENCE = 60_000;
const cases = [];

/** A fact about the server, to be shown by the SDK. */
export function fact(name, body) {
  cases.push({ name, body });
}

/** Asks until it is so. */
export async function until(what, isSo) {
  const end = Date.now() + PATIENCE / 2;
  for (;;) {
    const answer = await isSo();
    if (answer) return answer;
    if (Date.now() > end) throw new Error(`it does not become so: ${what}`);
    await sleep(20);
  }
}

/** What a promise is rejected with. */
export async function failure(promise) {
  try {
    const value = await promise;
    throw new Error(`it did not fail, but gave ${JSON.stringify(value)}`);
  } catch (error) {
    return error;
  }
}

export async function runAll() {
  tell("PLAN", { cases: cases.map((each) => each.name) });
  for (const { name, body } of cases) {
    const begun = Date.now();
    const error = await attempt(body);
    tell("CASE", { name, millis: Date.now() - begun, ...(error === undefined ? {} : { error }) });
  }
}

async function attempt(body) {
  const late = new AbortController();
  try {
    await Promise.race([
      body(),
      sleep(PATIENCE, undefined, { signal: late.signal }).then(() => {
        throw new Error(`it takes longer than ${PATIENCE / 1000} s`);
      }),
    ]);
    return undefined;
  } catch (error) {
    return String(error?.stack ?? error);
  } finally {
    late.abort();
  }
}

function tell(kind, value) {
  process.stdout.write(`${kind} ${JSON.stringify(value)}\n`);
}
