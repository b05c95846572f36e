/** What several rooms' tests share: predictable vectors, a server, sources and sinks in memory. */
package dev.embedctl.testing;
