/**
 * Credentials of AWS, found where AWS's own tools find them, and calls signed with them. Start with
 * {@link dev.embedctl.provider.remote.aws.Aws}.
 */
package dev.embedctl.provider.remote.aws;
