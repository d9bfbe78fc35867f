package dev.errand.examples.orders;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Takes orders over HTTP and ships them by tasks. Needs a PostgreSQL: {@code --spring.datasource.url=…}. */
@SpringBootApplication
public class OrderApplication {
    public static void main(String[] arguments) {
        SpringApplication.run(OrderApplication.class, arguments);
    }
}
