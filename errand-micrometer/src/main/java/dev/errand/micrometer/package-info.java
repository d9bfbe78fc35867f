/** What an engine does, as meters for Micrometer: {@link dev.errand.micrometer.ErrandMeters}. */
@NullMarked
package dev.errand.micrometer;

import org.jspecify.annotations.NullMarked;
