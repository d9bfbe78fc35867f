package dev.errand.spring;

import dev.errand.AsTask;
import dev.errand.RunContext;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** A bean whose methods are tasks. */
class Greetings {
    record Welcome(String to) {}

    private final BlockingQueue<String> greeted = new LinkedBlockingQueue<>();

    public BlockingQueue<String> greeted() {
        return greeted;
    }

    @AsTask("greet")
    public String greet(Welcome welcome, RunContext run) {
        greeted.add(welcome.to());
        return "Hello " + welcome.to() + " from " + run.task();
    }

    @AsTask("transactional")
    @Transactional
    public boolean transactional() {
        return TransactionSynchronizationManager.isActualTransactionActive();
    }
}
