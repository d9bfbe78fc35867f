package dev.errand.store;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StoreSettingsTest {
    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db/app?user=u&password=s3&ssl=true, jdbc:postgresql://db/app?user=u&password=…&ssl=true",
        "jdbc:postgresql://db/app?sslpassword=s3, jdbc:postgresql://db/app?sslpassword=…",
        "jdbc:postgresql://db/app?errand.listenUrl=jdbc%3Apostgresql%3A%2F%2Fdb%2Fapp%3Fpassword%3Ds3%26ssl%3Dtrue, "
                + "jdbc:postgresql://db/app?errand.listenUrl=jdbc%3Apostgresql%3A%2F%2Fdb%2Fapp%3Fpassword%3D…%26ssl%3Dtrue",
        "postgresql://u:s3@db/app, postgresql://…@db/app",
        "postgresql://u:s3@4@db/app, postgresql://…@db/app",
        "jdbc:sqlite:/home/ada/errand.db, jdbc:sqlite:/home/ada/errand.db"
    })
    void whatIsShownHoldsNoSecret(String url, String shown) {
        assertThat(StoreSettings.shown(url)).isEqualTo(shown);
    }
}
