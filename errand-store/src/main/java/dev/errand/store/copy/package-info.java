/** Takes all that one store keeps into another: {@link dev.errand.store.copy.StoreCopy}. The rest is for stores. */
package dev.errand.store.copy;
