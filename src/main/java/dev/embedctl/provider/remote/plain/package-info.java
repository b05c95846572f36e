/**
 * Replies in their usual form, read without a parser. {@link
 * dev.embedctl.provider.remote.plain.PlainReply} leaves all others to the parser.
 */
package dev.embedctl.provider.remote.plain;
