/** The vectors of a cache as JSON Lines. */
package dev.embedctl.cache.lines;
