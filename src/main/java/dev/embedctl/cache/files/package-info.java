/** The cache's files: how they are made, locked and forced, and the thread that may touch them. */
package dev.embedctl.cache.files;
