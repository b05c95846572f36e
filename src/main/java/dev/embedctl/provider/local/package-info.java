/**
 * Runs a sentence-embedding model in this process, by ONNX Runtime. Start with {@link
 * dev.embedctl.provider.local.LocalModelProvider}; what a model's folder says is read by {@link
 * dev.embedctl.provider.local.ModelFolder}.
 */
package dev.embedctl.provider.local;
