/**
 * Credentials of AWS, found where AWS's own tools find them, and calls signed with them. Start with
 * {@code AwsAuthorization}.
 */
package dev.embedctl.provider.remote.aws;
