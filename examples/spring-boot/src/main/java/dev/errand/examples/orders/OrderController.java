package dev.errand.examples.orders;

import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What the world may ask. */
@RestController
@RequestMapping("/orders")
class OrderController {
    private final Orders orders;

    OrderController(Orders orders) {
        this.orders = orders;
    }

    @PostMapping
    long place(@RequestBody String item) {
        return orders.place(item);
    }

    @ExceptionHandler
    @ResponseStatus(HttpStatus.CONFLICT)
    String soldOut(SoldOutException e) {
        return String.valueOf(e.getMessage());
    }
}
