/** Queues and limits, apart from where they are stored: which lines there are, and how many of each may be claimed. */
package dev.errand.store.limits;
