package dev.errand.engine.note;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.errand.Json;
import dev.errand.MetadataEdit;
import dev.errand.MetadataEdit.Append;
import dev.errand.MetadataEdit.Delete;
import dev.errand.MetadataEdit.Increment;
import dev.errand.MetadataEdit.Remove;
import dev.errand.MetadataEdit.Set;
import dev.errand.MetadataEdit.Update;
import dev.errand.MetadataTooLargeException;
import dev.errand.RunId;
import dev.errand.engine.json.Codec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class MetadataChangeTest {
    private static MetadataChange change(MetadataEdit... edits) {
        return new MetadataChange(RunId.next(), List.of(edits), new Codec());
    }

    private static String edited(@Nullable String json, MetadataEdit... edits) {
        MetadataChange change = change(edits);
        String edited = change.of(json == null ? null : json.replace('\'', '"'));
        change.result(); // or it throws
        return String.valueOf(edited).replace('"', '\'');
    }

    @Test
    void membersAreSetRemovedAndReplaced() {
        assertThat(edited(null, new Set("a", 1), new Set("b", List.of("x")))).isEqualTo("{'a':1,'b':['x']}");
        assertThat(edited("{'a':1,'b':2}", new Set("a", null), new Delete("b"), new Delete("c")))
                .isEqualTo("{}");
        assertThat(edited("{'a':1}", new Set("a", new Json("{\"n\": 1.50}")))).isEqualTo("{'a':{'n':1.5}}");
        Map<String, @Nullable Object> all = new HashMap<>();
        all.put("new", true);
        all.put("none", null);
        assertThat(edited("{'a':1}", new Update(all))).isEqualTo("{'new':true}");
    }

    @Test
    void numbersAreAddedTo() {
        assertThat(edited(null, new Increment("a", 2), new Increment("a", -5))).isEqualTo("{'a':-3}");
        assertThat(edited("{'a':'text','b':[1]}", new Increment("a", 1), new Increment("b", 0.5)))
                .isEqualTo("{'a':1,'b':0.5}");
        assertThat(edited("{'a':0.1}", new Increment("a", 0.2), new Increment("b", 1e21)))
                .isEqualTo("{'a':0.3,'b':1000000000000000000000}");
        assertThat(edited("{'a':9007199254740991}", new Increment("a", 1))).isEqualTo("{'a':9007199254740992}");
        assertThat(edited("{'a':1e-300}", new Increment("a", 1e300))).startsWith("{'a':1000");
    }

    @Test
    void itemsAreAppendedAndRemoved() {
        assertThat(edited("{'a':[1],'b':'x'}", new Append("a", 2), new Append("b", "y"), new Append("c", "z")))
                .isEqualTo("{'a':[1,2],'b':['x','y'],'c':['z']}");
        assertThat(edited(
                        "{'a':[1,{'x':1,'y':[2]},1.0,null],'b':1}",
                        new Remove("a", 1),
                        new Remove("a", Map.of("y", List.of(2.0), "x", 1)),
                        new Remove("b", 1),
                        new Remove("c", 1)))
                .isEqualTo("{'a':[null],'b':1}");
    }

    @Test
    void aPathLeadsThroughObjectsAndLists() {
        String files = "{'files':[{'name':'a','rows':1},{'name':'b'}]}";
        assertThat(edited(files, new Set("$.files.1.name", "c"), new Increment("$.files[0]['rows']", 2)))
                .isEqualTo("{'files':[{'name':'a','rows':3},{'name':'c'}]}");
        assertThat(edited(files, new Delete("$.files.0"), new Delete("$.files.7.name"), new Delete("$.no.way")))
                .isEqualTo("{'files':[{'name':'b'}]}");
        assertThat(edited(null, new Set("$.a.b.c", 1), new Append("$.a.b.list", 2), new Increment("$.a.n", 3)))
                .isEqualTo("{'a':{'b':{'c':1,'list':[2]},'n':3}}");
        assertThat(edited("{'a':[1]}", new Set("$.a.1", 2), new Set("$.a[0]", null)))
                .isEqualTo("{'a':[null,2]}");
        assertThat(edited(null, new Set("a.b", 1), new Set("$", 2))).isEqualTo("{'a.b':1,'$':2}");
    }

    @Test
    void aPathThroughWhatIsNoObjectIsRefusedAndNothingIsChanged() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> edited("{'a':5}", new Set("b", 1), new Set("$.a.b", 1)))
                .withMessageContaining("'a'");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> edited("{'a':[1]}", new Set("$.a.5", 1)))
                .withMessageContaining("1 items");
        assertThatIllegalArgumentException().isThrownBy(() -> edited("{'a':[1]}", new Set("$.a.b", 1)));
        assertThat(change(new Set("b", 1), new Set("$.b.c", 1)).of("{}")).isNull();
    }

    @Test
    void keysThatAreNoneAreRefused() {
        for (String key : List.of(
                "",
                "$.",
                "$.a.",
                "$.a..b",
                "$.*",
                "$.a[*]",
                "$.a[",
                "$.a]",
                "__proto__",
                "$.a.constructor",
                "$.a['prototype']",
                "k".repeat(3_000),
                "$" + ".a".repeat(100))) {
            assertThatIllegalArgumentException().as(key).isThrownBy(() -> new Set(key, 1));
        }
        assertThatIllegalArgumentException().isThrownBy(() -> new Increment("a", Double.NaN));
    }

    @Test
    void metadataIsNoLargerThanIsTakenAndNoDeeper() {
        String most = "x".repeat(MetadataTooLargeException.MOST - "{'a':''}".length());
        assertThat(edited(null, new Set("a", most))).hasSize(MetadataTooLargeException.MOST);
        assertThatExceptionOfType(MetadataTooLargeException.class)
                .isThrownBy(() -> edited(null, new Set("a", most + "x")))
                .satisfies(e -> assertThat(e.size()).isEqualTo(MetadataTooLargeException.MOST + 1));
        assertThatExceptionOfType(MetadataTooLargeException.class)
                .isThrownBy(() -> edited(null, new Set("a", "\u00e4".repeat(MetadataTooLargeException.MOST / 2))));
        Json deep = new Json("[".repeat(400) + "]".repeat(400));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> edited(null, new Set("a", deep)))
                .withMessageContaining("deep");
    }

    @Test
    void whatIsDoneTwiceIsDoneAnew() { // as where a transaction is repeated
        MetadataChange change = change(new Set("a", List.of(1)), new Append("a", 2), new Increment("n", 1));
        assertThat(change.of("{\"n\":1}")).isEqualTo(change.of("{\"n\":1}")).isEqualTo("{\"n\":2,\"a\":[1,2]}");
        assertThat(change.result()).isEqualTo(Map.of("n", 2L, "a", List.of(1L, 2L)));
    }
}
