package dev.errand.engine.isolation;

import dev.errand.Machine;
import java.io.File;
import java.lang.management.ManagementFactory;
import java.lang.module.ModuleFinder;
import java.lang.module.ResolvedModule;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The command that starts a child: this JVM, this program's class path and module path, and a machine's limits. */
final class ChildCommand {
    /** Options of this JVM that children get as well, besides system properties. */
    private static final List<String> INHERITED = List.of(
            "-D",
            "-XX:AOTCache=",
            "--add-opens",
            "--add-exports",
            "--add-reads",
            "--enable-native-access",
            "--enable-preview");

    private static final long MEGABYTE = 1 << 20;

    private ChildCommand() {}

    static List<String> of(String main, @Nullable Machine machine, Path socket, long number) {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        if (machine != null) {
            limit(command, machine);
        }
        // What the JVM says of itself goes to standard error; a program's standard output may be read by others.
        command.addAll(List.of("-XX:+UseSerialGC", "-XX:+ExitOnOutOfMemoryError", "-XX:+DisplayVMOutputToStderr"));
        command.addAll(List.of("-Xshare:auto", "-Xlog:disable"));
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(argument -> INHERITED.stream().anyMatch(argument::startsWith))
                .forEach(command::add);
        addPaths(command);
        addMain(command, main);
        command.addAll(List.of(socket.toString(), Long.toString(number)));
        return command;
    }

    /** The heap gets most of the memory, the JVM and what is outside of the heap the rest. */
    private static void limit(List<String> command, Machine machine) {
        long heap = (long) (machine.bytes() * (machine.gigabytes() < 1 ? 0.7 : 0.8)) / MEGABYTE;
        long direct = Math.max(1, machine.bytes() / MEGABYTE - heap);
        command.add("-Xmx" + heap + "m");
        command.add("-XX:MaxDirectMemorySize=" + direct + "m");
        command.add("-XX:ActiveProcessorCount=" + (int) Math.ceil(machine.cpus()));
    }

    private static void addPaths(List<String> command) {
        String modules = System.getProperty("jdk.module.path", "");
        String classes = System.getProperty("java.class.path", "");
        if (!modules.isEmpty()) {
            command.addAll(List.of("--module-path", modules, "--add-modules", ownModules()));
        }
        command.addAll(List.of("-cp", classes.isEmpty() ? File.separator + "nothing" : classes));
    }

    /** All that this program runs with, whether it was a root or found through one, and what handles signals. */
    private static String ownModules() {
        Stream<String> own = ModuleLayer.boot().configuration().modules().stream()
                .filter(module -> module.reference()
                        .location()
                        .map(uri -> !"jrt".equals(uri.getScheme()))
                        .orElse(false))
                .map(ResolvedModule::name);
        Stream<String> signals = ModuleFinder.ofSystem().find("jdk.unsupported").stream()
                .map(module -> module.descriptor().name());
        return Stream.concat(own, signals).collect(Collectors.joining(","));
    }

    private static void addMain(List<String> command, String main) {
        Module module = ChildCommand.class.getModule();
        if (module.isNamed()) {
            command.addAll(List.of("-m", module.getName() + "/" + main));
        } else {
            command.add(main);
        }
    }
}
