/**
 * Manual pages, generated from the commands' own help. Start with {@link
 * dev.embedctl.cli.manual.ManPages}, a program of the build.
 */
package dev.embedctl.cli.manual;
