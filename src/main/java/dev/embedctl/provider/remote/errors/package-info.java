/**
 * The meaning of the bodies and headers of failed replies. Start with {@link
 * dev.embedctl.provider.remote.errors.HttpErrors}.
 */
package dev.embedctl.provider.remote.errors;
