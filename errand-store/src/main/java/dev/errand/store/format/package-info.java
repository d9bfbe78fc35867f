/** How stores write down what SQL has no type for: documents, events of a commit, times, numbers of states. For stores, not for users. */
package dev.errand.store.format;
