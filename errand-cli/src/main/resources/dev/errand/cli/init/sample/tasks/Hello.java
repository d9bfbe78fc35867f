import dev.errand.AsTask;
import dev.errand.RunContext;

record Greeting(String name) {}

@AsTask(value = "hello", description = "Greets somebody.", attempts = 3, timeout = "30s")
String hello(Greeting greeting, RunContext run) {
    run.log().info("attempt {} of {}", run.attempt(), run.id());
    boolean named = greeting != null && greeting.name() != null;
    return "Hello " + (named ? greeting.name() : "world");
}
