package dev.errand.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.errand.Errand;
import dev.errand.Event;
import dev.errand.EventFilter;
import dev.errand.EventListener;
import dev.errand.Run;
import dev.errand.RunQuery;
import dev.errand.RunState;
import dev.errand.Task;
import dev.errand.TriggerOptions;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** Whether an engine is idle in which something happens during the look. */
class ActivityTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private interface Deed {
        void run() throws InterruptedException;
    }

    private final Task<String, String> child =
            Task.named("child", String.class, String.class).run((payload, run) -> payload);
    private final Task<String, String> parent = Task.named("parent", String.class, String.class)
            .run((payload, run) ->
                    run.invoke(child, payload, TriggerOptions.none().after(Duration.ofHours(1))));

    private final BlockingQueue<Event> heard = new LinkedBlockingQueue<>();
    private final Queue<Deed> duringTheLook = new ArrayDeque<>();

    @AutoClose
    private final TestErrand test = TestErrand.open(child, parent);

    private final Errand watched = (Errand) Proxy.newProxyInstance(
            Errand.class.getClassLoader(),
            new Class<?>[] {Errand.class},
            (proxy, method, arguments) -> method.getName().equals("on")
                    ? listen((EventFilter) arguments[0], arguments[1])
                    : look(method, arguments));

    @AutoClose
    private final Activity activity = new Activity(watched, test.clock());

    private Object listen(EventFilter filter, Object handler) {
        return test.errand().on(filter, event -> {
            ((EventListener) handler).handle(event);
            heard.add(event);
        });
    }

    /** Does something when the runs that wait were listed, before they are looked at. */
    private Object look(Method method, Object[] arguments) throws Throwable {
        Object answer;
        try {
            answer = method.invoke(test.errand(), arguments);
        } catch (InvocationTargetException e) {
            throw e.getCause();
        }
        if (method.getName().equals("runs")
                && ((RunQuery) arguments[0]).states().equals(Set.of(RunState.WAITING))
                && !duringTheLook.isEmpty()) {
            duringTheLook.remove().run();
        }
        return answer;
    }

    private void hear() throws InterruptedException {
        assertThat(heard.poll(SOON.toSeconds(), TimeUnit.SECONDS)).isNotNull();
    }

    @Test
    void whatChangesDuringTheLookIsLookedAtAgain() throws InterruptedException {
        duringTheLook.add(() -> {
            test.errand().trigger(child, "", TriggerOptions.none().after(Duration.ofHours(1)));
            hear();
        });
        assertThat(activity.isIdle()).isFalse();
        assertThat(activity.await(activity::isIdle, SOON)).isTrue();
    }

    @Test
    void aRunThatIsDeletedDuringTheLookIsNoError() throws InterruptedException {
        Run<String> run = test.errand().trigger(parent, "");
        test.until(run, RunState.WAITING);
        duringTheLook.add(() -> {
            run.cancel();
            run.purge();
        });
        assertThat(activity.await(activity::isIdle, SOON)).isTrue();
        assertThat(duringTheLook).isEmpty();
    }
}
