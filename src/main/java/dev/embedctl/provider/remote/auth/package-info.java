/**
 * What authorises calls: a key, a signature, or a token that is renewed before it ends. Start with
 * {@link dev.embedctl.provider.remote.auth.Authorization}.
 */
package dev.embedctl.provider.remote.auth;
