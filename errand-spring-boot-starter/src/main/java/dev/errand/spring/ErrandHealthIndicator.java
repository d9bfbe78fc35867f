package dev.errand.spring;

import dev.errand.Errand;
import dev.errand.NodeInfo;
import java.util.List;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Up while the store answers, and knows this node if it is to work; down while not. */
final class ErrandHealthIndicator extends AbstractHealthIndicator {
    private final Errand errand;

    ErrandHealthIndicator(Errand errand) {
        super("Errand's store did not answer");
        this.errand = errand;
    }

    @Override
    protected void doHealthCheck(Health.Builder health) {
        List<NodeInfo> nodes = errand.nodes();
        int concurrency = errand.concurrency();
        boolean known = concurrency == 0 || nodes.stream().anyMatch(NodeInfo::self);
        (known ? health.up() : health.down()).withDetail("nodes", nodes.size()).withDetail("concurrency", concurrency);
    }
}
