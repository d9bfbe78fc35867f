package dev.errand;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What a component of a payload's record is if a trigger leaves it out, or gives null.
 *
 * <pre>{@code
 * record Person(@Default("John") String name, int age) {}
 * }</pre>
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Default {
    /** As it stands for text and enums, otherwise as JSON: {@code 30}, {@code true}, {@code ["a"]}, {@code {}}. */
    String value();
}
