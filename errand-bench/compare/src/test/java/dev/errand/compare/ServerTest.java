package dev.errand.compare;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ServerTest {
    @Test
    void librariesOfNodeGetUserAndPasswordBeforeTheHost() {
        assertThat(Server.forNode("jdbc:postgresql://127.0.0.1:5432/work?user=me&password=secret"))
                .isEqualTo("postgres://me:secret@127.0.0.1:5432/work");
        assertThat(Server.forNode("jdbc:postgresql://127.0.0.1:5432/work")).isEqualTo("postgres://127.0.0.1:5432/work");
    }
}
