/** What stores share that speak SQL. */
package dev.errand.store.sql;
