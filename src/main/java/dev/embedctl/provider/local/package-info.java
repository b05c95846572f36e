/**
 * Runs a sentence-embedding model in this process, with ONNX Runtime. Start with {@link
 * dev.embedctl.provider.local.LocalModelProvider}; {@link dev.embedctl.provider.local.ModelFolder}
 * reads a model's folder.
 */
package dev.embedctl.provider.local;
