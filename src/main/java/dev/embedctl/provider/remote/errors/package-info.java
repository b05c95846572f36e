/**
 * Failed replies: what their bodies and headers mean. Start with {@link
 * dev.embedctl.provider.remote.errors.HttpErrors}.
 */
package dev.embedctl.provider.remote.errors;
