package dev.errand.bench;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import org.jspecify.annotations.Nullable;

/**
 * The processor time of this process in nanoseconds: of all its threads, also of those that have ended, so that it never goes back. Asked
 * of the system, since what Java says comes in hundredths of a second, which is more than an idle engine takes in some seconds.
 */
final class ProcessorClock {
    /** The system's number for that clock, where it is Linux. */
    private static final int OF_PROCESS = 2;

    private static final @Nullable MethodHandle READ = find();

    private ProcessorClock() {}

    @SuppressWarnings("restricted")
    private static @Nullable MethodHandle find() {
        Linker linker = Linker.nativeLinker();
        FunctionDescriptor types =
                FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS);
        return System.getProperty("os.name").equals("Linux")
                ? linker.defaultLookup()
                        .find("clock_gettime")
                        .map(function -> linker.downcallHandle(function, types))
                        .orElse(null)
                : null;
    }

    static long nanos() {
        MethodHandle read = READ;
        if (read == null) {
            return Clocks.processorNanos();
        }
        try (Arena memory = Arena.ofConfined()) {
            MemorySegment time = memory.allocate(ValueLayout.JAVA_LONG, 2);
            int error = (int) read.invokeExact(OF_PROCESS, time);
            return error == 0
                    ? time.getAtIndex(ValueLayout.JAVA_LONG, 0) * 1_000_000_000
                            + time.getAtIndex(ValueLayout.JAVA_LONG, 1)
                    : Clocks.processorNanos();
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("the processor's time could not be read", e);
        }
    }
}
