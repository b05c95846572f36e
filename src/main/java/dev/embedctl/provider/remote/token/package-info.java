/**
 * Access tokens of Google Cloud and Microsoft Entra ID, from the credentials that a machine has.
 * Start with {@link dev.embedctl.provider.remote.token.GoogleCredentials} and {@link
 * dev.embedctl.provider.remote.token.EntraCredentials}.
 */
package dev.embedctl.provider.remote.token;
