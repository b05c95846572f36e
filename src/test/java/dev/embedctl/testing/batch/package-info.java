/** A server on loopback that plays the batch APIs of providers. */
package dev.embedctl.testing.batch;
