// Which bodies ran, by the numbers in their payloads, how often, and when first.
export class Tally {
  constructor(from, count) {
    this.from = from;
    this.counts = new Uint8Array(count);
    this.startedAt = new Float64Array(count);
    this.different = 0;
    this.strays = 0;
  }

  ran(number) {
    const now = Number(process.hrtime.bigint());
    const index = number - this.from;
    if (!(index >= 0 && index < this.counts.length) || this.counts[index] > 0) {
      this.strays++;
      return;
    }
    this.counts[index] = 1;
    this.startedAt[index] = now;
    this.different++;
  }

  clean() {
    return this.strays === 0;
  }

  checksum() {
    let sum = 0n;
    for (let i = 0; i < this.counts.length; i++) {
      if (this.counts[i]) sum += BigInt.asUintN(64, BigInt(this.from + i) * 0x9e3779b97f4a7c15n) >> 36n;
    }
    return Number(sum);
  }

  startedBy(deadline) {
    return this.startedAt.filter((at) => at > 0 && at <= deadline).length;
  }

  delays(skip, firstAt, period) {
    const delays = [];
    for (let i = skip; i < this.counts.length; i++) {
      if (this.counts[i]) delays.push(this.startedAt[i] - (firstAt + i * period));
    }
    return delays;
  }
}

// The smallest value that so many percent of all do not exceed (nearest rank).
export function percentile(values, percent) {
  const sorted = Float64Array.from(values).sort();
  return sorted[Math.max(Math.ceil((percent / 100) * sorted.length), 1) - 1];
}
