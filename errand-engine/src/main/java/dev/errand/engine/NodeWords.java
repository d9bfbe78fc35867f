package dev.errand.engine;

import dev.errand.Machine;
import dev.errand.NodeInfo;
import dev.errand.engine.task.Offer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/** What a node tells of itself among the tasks it serves, in words that are no task's id: nodes of other versions take them for such. */
final class NodeWords {
    private static final String BUDGET = "budget ";
    private static final String QUEUE = "queue ";

    private NodeWords() {}

    /** What a node serves, with what its machines may sum up to and the only queues it works on. */
    static Set<String> told(Set<String> tasks, Offer offer) {
        Set<String> all = new LinkedHashSet<>(tasks);
        all.add(BUDGET + offer.budget());
        offer.queues().forEach(queue -> all.add(QUEUE + queue));
        return all;
    }

    /** The node with each of that in its place. */
    static NodeInfo heard(NodeInfo node) {
        List<String> words = node.tasks();
        Predicate<String> isTask = word -> !word.startsWith(BUDGET) && !word.startsWith(QUEUE);
        return new NodeInfo(
                node.number(),
                node.name(),
                node.pid(),
                node.concurrency(),
                node.startedAt(),
                words.stream().filter(isTask).toList(),
                after(QUEUE, words),
                after(BUDGET, words).stream().findFirst().map(Machine::parse).orElse(null),
                node.version(),
                node.self());
    }

    private static List<String> after(String word, List<String> words) {
        return words.stream()
                .filter(each -> each.startsWith(word))
                .map(each -> each.substring(word.length()))
                .toList();
    }
}
