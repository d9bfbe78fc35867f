package dev.errand.store.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LogSizeTest {
    private final TreeMap<Long, Long> rows = new TreeMap<>();
    private final LogSize size = new LogSize();
    private long read;

    private final LogSize.Log log = new LogSize.Log() {
        @Override
        public List<LogSize.Part> slices(long from) {
            Map<Long, Long> slices = new TreeMap<>();
            rows.tailMap(from).forEach((position, events) -> {
                read++;
                slices.merge(position / LogSize.SLICE, events, Long::sum);
            });
            return parts(slices);
        }

        @Override
        public List<LogSize.Part> rows(long from, long upTo) {
            return parts(rows.subMap(from, true, upTo, true).descendingMap());
        }
    };

    private static List<LogSize.Part> parts(Map<Long, Long> of) {
        return of.entrySet().stream()
                .map(part -> new LogSize.Part(part.getKey(), part.getValue()))
                .toList();
    }

    @Test
    void whatIsTooMuchIsFoundToTheRowHoweverTheLogGrowsAndShrinks() throws SQLException {
        Random random = new Random(7);
        long position = 0;
        for (int round = 0; round < 200; round++) {
            for (int i = random.nextInt(3_000); i > 0; i--) {
                position += 1 + random.nextInt(3);
                rows.put(position, 1L + random.nextInt(5));
            }
            if (random.nextInt(4) == 0) { // by age
                rows.headMap(random.nextLong(position + 1)).clear();
            }
            long most = random.nextInt(30_000);
            long cut = size.tooMany(most, log);
            assertThat(cut).as("round %d", round).isEqualTo(tooMany(most));
            rows.headMap(cut, true).clear();
            size.deleted(cut);
        }
    }

    @Test
    void whatWasCountedIsNotReadAgain() throws SQLException {
        for (long position = 1; position <= 100_000; position++) {
            rows.put(position, 1L);
        }
        assertThat(size.tooMany(1_000_000, log)).isZero();
        read = 0;
        rows.put(100_001L, 1L);
        assertThat(size.tooMany(50_000, log)).isEqualTo(50_001);
        assertThat(read).isLessThanOrEqualTo(4 * LogSize.SLICE);
    }

    @Test
    void ofAnEmptyLogNothingIsTooMuch() throws SQLException {
        assertThat(size.tooMany(0, log)).isZero();
        rows.put(5L, 2L);
        assertThat(size.tooMany(2, log)).isZero();
        assertThat(size.tooMany(1, log)).isEqualTo(5);
    }

    @Test
    void whatCouldNotBeDeletedAllAtOnceIsSaidAgainUntilItIs() throws SQLException {
        // given
        for (long position = 1; position <= 100_000; position++) {
            rows.put(position, 1L);
        }
        assertThat(size.tooMany(20_000, log)).isEqualTo(80_000);
        // when
        rows.subMap(30_000L, true, 80_000L, true).clear(); // of one stream; the others were not got through
        size.deleted(30_000);
        // then
        assertThat(size.tooMany(20_000, log)).isEqualTo(80_000);
        // when
        rows.headMap(80_000L, true).clear();
        size.deleted(80_000);
        // then
        assertThat(size.tooMany(20_000, log)).isZero();
    }

    @Test
    void whatIsTooMuchMeanwhileIsSaidWithIt() throws SQLException {
        for (long position = 1; position <= 50_000; position++) {
            rows.put(position, 1L);
        }
        assertThat(size.tooMany(20_000, log)).isEqualTo(30_000);
        rows.put(50_001L, 1L);
        assertThat(size.tooMany(20_000, log)).isEqualTo(30_001);
        rows.headMap(30_000L, true).clear();
        size.deleted(30_000);
        assertThat(size.tooMany(20_000, log)).isEqualTo(30_001);
    }

    private long tooMany(long most) {
        long events = 0;
        for (Map.Entry<Long, Long> row : rows.descendingMap().entrySet()) {
            events += row.getValue();
            if (events > most) {
                return row.getKey();
            }
        }
        return 0;
    }
}
