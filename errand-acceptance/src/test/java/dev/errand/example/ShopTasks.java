package dev.errand.example;

import dev.errand.Task;
import dev.errand.TaskProvider;
import java.util.List;

/** The example of docs/cli.md: an application's tasks, as its jar names them. */
public final class ShopTasks implements TaskProvider {
    static final Task<String, String> GREET =
            Task.named("greet", String.class, String.class).run((name, run) -> "hello " + name);

    @Override
    public List<Task<?, ?>> tasks() {
        return List.of(GREET);
    }
}
