package dev.errand.engine.child;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.List;

/**
 * Signals that ask to end. A terminal's Ctrl-C and the end of a service reach all processes at once; what becomes of the bodies then is
 * the node's to say, which gives them time. Reached by reflection, since the compiler warns of this part of the JDK whatever one does.
 */
final class Signals {
    private static final List<String> ASKING_TO_END = List.of("INT", "TERM", "HUP");

    private Signals() {}

    /** From now on this process ends when its node says so, or is gone. */
    static void leaveToNode() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Method handle = signal.getMethod("handle", signal, handler);
            Constructor<?> named = signal.getConstructor(String.class);
            // Not the handler that ignores: programs that a body starts would inherit that.
            Object nothing = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(), new Class<?>[] {handler}, (self, method, arguments) -> null);
            for (String name : ASKING_TO_END) {
                handle.invoke(null, named.newInstance(name), nothing);
            }
        } catch (ReflectiveOperationException e) {
            // Not in this JVM, or not with these flags: this process ends together with its node.
        }
    }
}
