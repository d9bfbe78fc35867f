/** What the API tells, as JSON and back: runs, tasks, queues and all the rest keep their names and lose nothing on the way. */
@NullMarked
package dev.errand.json;

import org.jspecify.annotations.NullMarked;
