// Counts primes in a process of its own, which may take half a gigabyte and no more. Try it from the repository's root:
//   ./errand run examples/tasks/Primes.java --payload '{"below":1000000}'

import dev.errand.*;

import java.util.BitSet;

record Range(int below) {}

@AsTask(value = "primes", description = "Counts primes", machine = "small-1x", maxRetries = 0)
long primes(Range range, RunContext run) {
    if (range.below() < 2 || range.below() > 100_000_000) {
        throw new AbortException("Give a number from 2 to 100000000, not " + range.below());
    }
    BitSet composite = new BitSet(range.below());
    for (int i = 2; (long) i * i < range.below(); i++) {
        for (int j = i * i; !composite.get(i) && j < range.below(); j += i) {
            composite.set(j);
        }
    }
    run.log().info("Sieved up to {}", range.below());
    return range.below() - 2L - composite.cardinality();
}
